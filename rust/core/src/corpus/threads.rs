//! Many segments on several threads.
//!
//! Segments are handed out in blocks, in order, and each block writes its own part of the result, so the result has the
//! same bits for any number of threads. Each thread keeps a worker from call to call.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use crate::corpus::worker::{Job, Notes, Worker};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::AtWork;
use crate::parallel::{lock, share};
use crate::texts::segments::Segments;

thread_local! {
    static WORKER: RefCell<Option<Box<Worker>>> = const { RefCell::new(None) };
}

/// This thread's worker. A worker that a panic or an error leaves in the middle of its work is not used again.
fn take_worker(interrupt: Option<&Interrupt>) -> Result<Box<Worker>, Error> {
    if let Some(worker) = WORKER.take() {
        return Ok(worker);
    }
    let _at_work = AtWork::start(0, interrupt)?;
    Ok(Box::default())
}

fn keep_worker(mut worker: Box<Worker>) {
    worker.bound();
    worker.rest();
    WORKER.set(Some(worker));
}

/// Does jobs for a segment on the caller's thread. `poll` returns true to stop.
pub fn score_one<T: AsRef<[u8]>>(
    segment: &Segments<'_, T>,
    jobs: &mut [Job<'_>],
    poll: &dyn Fn() -> bool,
) -> Result<(), Error> {
    let stop = AtomicBool::new(false);
    let interrupt = Interrupt::new(&stop, Some(poll));
    let mut worker = take_worker(Some(&interrupt))?;
    worker.score(segment, 0..1, jobs, &interrupt)?;
    keep_worker(worker);
    Ok(())
}

/// The approximate number of bytes of text in a block: small enough to share the work evenly, large enough to pay for
/// handing it out.
const BLOCK_BYTES: usize = 1 << 15;
/// A call with fewer bytes of text than this stays on the caller's thread.
const SERIAL_BYTES: usize = 1 << 17;

/// Does jobs for every segment on up to `threads` threads. `poll` runs on the caller's thread every few milliseconds and
/// returns true to stop.
pub fn score<T: AsRef<[u8]> + Sync>(
    segments: &Segments<'_, T>,
    jobs: &mut [Job<'_>],
    threads: usize,
    poll: &dyn Fn() -> bool,
) -> Result<(), Error> {
    score_some(segments, 0..segments.len(), jobs, threads, poll)
}

/// Does jobs for some of the segments, like [`score`]. The rows and scores of the jobs hold these segments alone.
pub fn score_some<T: AsRef<[u8]> + Sync>(
    segments: &Segments<'_, T>,
    which: Range<usize>,
    jobs: &mut [Job<'_>],
    threads: usize,
    poll: &dyn Fn() -> bool,
) -> Result<(), Error> {
    let count = which.len();
    let notes = Mutex::new(vec![Notes::default(); jobs.len()]);
    let stop = AtomicBool::new(false);
    let blocks = Mutex::new(Blocks {
        segments,
        next: which.start,
        end: which.end,
        jobs: jobs.iter_mut().map(Job::lend).collect(),
    });
    let work = |poll: Option<&dyn Fn() -> bool>| {
        let interrupt = Interrupt::new(&stop, poll);
        let mut worker = match take_worker(poll.is_some().then_some(&interrupt)) {
            // The caller's thread does the work of a helper without memory.
            Err(Error::NoMemory(_)) if poll.is_none() => return Ok(()),
            worker => worker?,
        };
        loop {
            // A statement of its own: in the condition of a loop, the lock would be held in the loop's body.
            let block = lock(&blocks).take();
            let Some(mut block) = block else { break };
            worker.score(segments, block.segments, &mut block.jobs, &interrupt)?;
            worker.bound();
            for (notes, job) in lock(&notes).iter_mut().zip(&block.jobs) {
                *notes += job.notes;
            }
        }
        keep_worker(worker);
        Ok(())
    };
    // Bytes of text are a cheap measure of work, although the work of a long pair grows with their square.
    let bytes: usize = if threads > 1 { which.map(|segment| segments.bytes(segment)).sum() } else { 0 };
    let useful = if bytes < SERIAL_BYTES { 1 } else { threads.min(count).min(bytes.div_ceil(BLOCK_BYTES)) };
    share(useful, &stop, poll, work)?;
    drop(blocks);
    for (job, notes) in jobs.iter_mut().zip(lock(&notes).iter()) {
        job.notes = *notes;
    }
    Ok(())
}

/// The segments and the room that have not been handed out.
struct Blocks<'a, 's, T> {
    segments: &'a Segments<'s, T>,
    next: usize,
    end: usize,
    jobs: Vec<Job<'a>>,
}

struct Block<'a> {
    segments: Range<usize>,
    jobs: Vec<Job<'a>>,
}

impl<'a, T: AsRef<[u8]>> Blocks<'a, '_, T> {
    fn take(&mut self) -> Option<Block<'a>> {
        let Self { segments, next, end, jobs } = self;
        let start = *next;
        let mut bytes = 0;
        while *next < *end && bytes < BLOCK_BYTES {
            bytes += 64 + segments.bytes(*next);
            *next += 1;
        }
        let block = start..*next;
        if block.is_empty() {
            return None;
        }
        let own = |job: &mut Job<'a>| {
            let rows = job.metric.rows(segments, block.clone()) * job.metric.width();
            let scores = block.len() * job.metric.score_width();
            Job::new(job.metric, part(&mut job.rows, rows), part(&mut job.scores, scores))
        };
        Some(Block { jobs: jobs.iter_mut().map(own).collect(), segments: block })
    }
}

/// Splits off the first numbers. An empty slice, which means that no room is asked for, stays empty.
fn part<'a, T>(numbers: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    if numbers.is_empty() { &mut [] } else { numbers.split_off_mut(..count).expect("numbers for every segment") }
}
