//! TER: Snover et al., AMTA 2006, bit for bit as sacreBLEU 2.6.0 computes it.
//!
//! A row holds the number of edits that turn the prediction into the reference with the fewest edits, the sum of the
//! lengths of all references, and the number of references. Scores are from 0 upwards and may exceed 100. Line numbers
//! refer to sacreBLEU's `ter.py`.

use crate::cpu::Isa;
use crate::error::Error;
use crate::kernels::shared_tokens::Common;
use crate::kernels::ter_shifts::Shifts;
use crate::limits::interrupt::{AT_ONCE, Interrupt};
use crate::metrics::metric::{Metric, one_each};
use crate::texts::segment::{STREAMS, Segment};
use crate::tokenize::{Stream, Tercom, Tokenizer};

/// The metric with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Ter {
    /// The tokenizer of predictions.
    pub tokenizer: Tokenizer,
}

impl Ter {
    /// The metric with Tercom's options.
    pub fn new(options: Tercom) -> Self {
        let plain = !options.lowercase && !options.normalized && !options.no_punct;
        Self { tokenizer: if plain { Tokenizer::Whitespace } else { Tokenizer::Tercom(options) } }
    }
}

/// The kernels that count edits.
#[derive(Default)]
pub struct Kernels {
    common: Common,
    shifts: Shifts,
}

impl Metric for Ter {
    type Kernels = Kernels;

    fn streams(&self) -> [Option<Stream>; STREAMS] {
        [Some(Stream::of(self.tokenizer)), None]
    }

    fn reference_streams(&self) -> [Option<Stream>; STREAMS] {
        let tokenizer = match self.tokenizer {
            // Removing punctuation a second time changes nothing.
            Tokenizer::Tercom(options) => Tokenizer::Tercom(Tercom { twice: options.normalized, ..options }),
            plain => plain,
        };
        [Some(Stream::of(tokenizer)), None]
    }

    fn width(&self) -> usize {
        3
    }

    #[inline(always)]
    fn row<I: Isa>(
        &self,
        isa: I,
        Kernels { common, shifts }: &mut Kernels,
        segment: Segment<'_>,
        row: &mut [i32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let (mut fewest, mut lengths) = (u32::MAX, 0);
        for reference in segment.references() {
            interrupt.spend(1000 + 10 * (segment.prediction(0).ids.len() + reference.len()))?;
            lengths += reference.len();
            let prediction = segment.prediction(0).ids;
            if reference.len() <= u64::BITS as usize && prediction.len() <= AT_ONCE {
                common.read_short(segment.ids(0), prediction, reference);
            } else {
                common.read(segment.cpu, segment.ids(0), prediction, reference, interrupt)?;
            }
            // A reference that cannot need fewer edits than another is not searched.
            if common.least_edits() < fewest {
                fewest = fewest.min(shifts.edits(isa, common, interrupt)?);
            }
        }
        row.copy_from_slice(&[fewest as i32, lengths as i32, segment.count() as i32]);
        Ok(())
    }

    fn scores(&self, rows: &[i32], scores: &mut [f64]) {
        one_each(self, rows, scores, |row| self.score_of(row));
    }
}

impl Ter {
    /// The score of a row (`:129-146`, `:178`).
    fn score_of(&self, row: &[i32]) -> f64 {
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
