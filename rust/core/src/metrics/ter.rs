//! TER: Snover et al., AMTA 2006, in every bit as sacreBLEU 2.6.0 computes it.
//!
//! A row holds the edits that lead to the reference that takes the fewest, the lengths of all the
//! references, summed, and their number. Scores are from 0 to 100 and beyond. Line numbers are those
//! of sacreBLEU's `ter.py`.

use std::ops::Range;

use super::{Metric, Workers};
use crate::common::Common;
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::segments::{Segments, bytes, each, room_for};
use crate::shifts::Shifts;
use crate::tokenize::{Reader, Tercom, Tokenizer, Tokens};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Ter {
    /// How texts fall into tokens.
    pub tokenizer: Tokenizer,
}

/// Numbers in a row.
const FIGURES: usize = 3;
/// Tokens of more bytes than this leave nothing behind.
const MOST_BYTES: usize = 1 << 20;

impl Ter {
    /// The metric with Tercom's options.
    pub fn new(options: Tercom) -> Self {
        let plain = !options.normalized && !options.no_punct;
        Self { tokenizer: if plain { Tokenizer::Whitespace } else { Tokenizer::Tercom(options) } }
    }

    /// The score of a row (`:129-146`, `:178`).
    pub fn score_of(&self, row: &[i32]) -> f64 {
        let [edits, lengths, references] = [row[0], row[1], row[2]].map(f64::from);
        let length = lengths / references;
        100.0
            * if length > 0.0 {
                edits / length
            } else if edits > 0.0 {
                1.0
            } else {
                0.0
            }
    }
}

/// What a thread keeps from segment to segment.
pub struct Worker {
    cpu: Cpu,
    reader: Reader,
    predictions: Tokens,
    references: Tokens,
    common: Common,
    shifts: Shifts,
}

impl Default for Worker {
    fn default() -> Self {
        Self::new(Cpu::detect())
    }
}

impl Worker {
    /// A worker that runs on `cpu`.
    pub fn new(cpu: Cpu) -> Self {
        Self {
            cpu,
            reader: Reader::new(cpu),
            predictions: Tokens::default(),
            references: Tokens::default(),
            common: Common::default(),
            shifts: Shifts::default(),
        }
    }
}

impl Metric for Ter {
    type Worker = Worker;

    fn slot(workers: &mut Workers) -> &mut Option<Box<Worker>> {
        &mut workers.ter
    }

    fn bound(worker: &mut Worker) {
        worker.reader.bound();
        if worker.predictions.bytes().max(worker.references.bytes()) > MOST_BYTES {
            let reader = std::mem::replace(&mut worker.reader, Reader::new(worker.cpu));
            *worker = Worker { reader, ..Worker::new(worker.cpu) };
        }
    }

    fn row_width(&self) -> usize {
        FIGURES
    }

    fn score_width(&self) -> usize {
        1
    }

    fn rows<T: AsRef<[u8]>>(&self, _segments: &Segments<'_, T>, which: Range<usize>) -> usize {
        which.len()
    }

    fn score<T: AsRef<[u8]>>(
        &self,
        worker: &mut Worker,
        segments: &Segments<'_, T>,
        which: Range<usize>,
        rows: &mut [i32],
        scores: &mut [f64],
        interrupt: &Interrupt,
    ) -> Result<usize, Error> {
        worker.cpu.call(Rows { ter: self, worker, segments, which, rows: &mut *rows, interrupt })?;
        for (row, score) in rows.chunks_exact(FIGURES).zip(scores) {
            *score = self.score_of(row);
        }
        Ok(0)
    }
}

struct Rows<'a, 's, T> {
    ter: &'a Ter,
    worker: &'a mut Worker,
    segments: &'a Segments<'s, T>,
    which: Range<usize>,
    rows: &'a mut [i32],
    interrupt: &'a Interrupt<'a>,
}

impl<T: AsRef<[u8]>> Kernel for Rows<'_, '_, T> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) -> Result<(), Error> {
        let Self { ter, worker, segments, which, rows, interrupt } = self;
        let Worker { cpu, reader, predictions, references, common, shifts } = worker;
        let first = which.start;
        for (group, of_group) in segments.groups(which) {
            let texts = [&segments.predictions[group.clone()], &segments.references[of_group.clone()]];
            room_for(bytes(texts[0]) + bytes(texts[1]))?;
            reader.read(isa, ter.tokenizer, each(texts[0]), false, interrupt, predictions)?;
            reader.read(isa, ter.tokenizer, each(texts[1]), false, interrupt, references)?;
            let ids = reader.ids(ter.tokenizer);
            for segment in group.clone() {
                let Range { start, end } = segments.references_of(segment);
                segments.prefetch(segment + group.len(), start + of_group.len()..end + of_group.len());
                interrupt.spend(1000)?;
                let prediction = predictions.text(segment - group.start).ids;
                let (mut fewest, mut lengths) = (u32::MAX, 0);
                for reference in start - of_group.start..end - of_group.start {
                    let reference = references.text(reference).ids;
                    common.read(*cpu, ids, prediction, reference);
                    fewest = fewest.min(shifts.edits(isa, common, interrupt)?);
                    // What is counted of an empty reference is nothing, and all of the edits (`lib_ter.py:50`).
                    lengths += reference.len();
                }
                let row = &mut rows[(segment - first) * FIGURES..][..FIGURES];
                row.copy_from_slice(&[fewest as i32, lengths as i32, (end - start) as i32]);
            }
        }
        Ok(())
    }
}
