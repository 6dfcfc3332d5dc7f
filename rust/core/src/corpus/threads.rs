//! Many segments on several threads. The only user of rayon.
//!
//! Segments are handed out in blocks, in order, and each block writes its own part of the result,
//! so any number of threads gives the same bits. Each thread keeps a worker from call to call.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::corpus::worker::{Job, Notes, Worker};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::{AtWork, room_for};
use crate::texts::segments::Segments;

thread_local! {
    static WORKER: RefCell<Option<Box<Worker>>> = const { RefCell::new(None) };
}

/// Lends this thread's worker. One that was left by a panic or an error, in the midst of something, is not lent
/// again.
fn with_worker(work: impl FnOnce(&mut Worker) -> Result<(), Error>) -> Result<(), Error> {
    let mut worker = match WORKER.take() {
        Some(worker) => worker,
        None => {
            room_for(0)?;
            Box::default()
        }
    };
    work(&mut worker)?;
    worker.bound();
    WORKER.set(Some(worker));
    Ok(())
}

/// Does jobs for one segment, on the caller's thread.
pub fn score_one<T: AsRef<[u8]>>(
    segment: &Segments<'_, T>,
    jobs: &mut [Job<'_>],
    poll: &dyn Fn() -> bool,
) -> Result<(), Error> {
    let stop = AtomicBool::new(false);
    with_worker(|worker| worker.score(segment, 0..1, jobs, &Interrupt::new(&stop, Some(poll))))
}

/// Text in a block, about: small enough to share out, large enough to pay for the handing over.
const BLOCK_BYTES: usize = 1 << 15;
/// Less text than this stays on the caller's thread.
const SERIAL_BYTES: usize = 1 << 17;

/// Does jobs for every segment on up to `threads` threads. `poll`, run on the caller's thread every few
/// milliseconds, says whether to stop.
pub fn score<T: AsRef<[u8]> + Sync>(
    segments: &Segments<'_, T>,
    jobs: &mut [Job<'_>],
    threads: usize,
    poll: &dyn Fn() -> bool,
) -> Result<(), Error> {
    score_some(segments, 0..segments.len(), jobs, threads, poll)
}

/// Does the same for some of the segments: the rows and scores of the jobs are those of these alone.
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
        with_worker(|worker| {
            loop {
                // In a statement of its own: as a loop's condition it would hold the lock throughout.
                let block = lock(&blocks).take();
                let Some(mut block) = block else { return Ok(()) };
                worker.score(segments, block.segments, &mut block.jobs, &interrupt)?;
                worker.bound();
                for (notes, job) in lock(&notes).iter_mut().zip(&block.jobs) {
                    *notes += job.notes;
                }
            }
        })
    };
    // Text is the cheap measure of work; that of long pairs grows with its square.
    let bytes: usize = if threads > 1 { which.map(|segment| segments.bytes(segment)).sum() } else { 0 };
    let useful = if bytes < SERIAL_BYTES { 1 } else { threads.min(count).min(bytes.div_ceil(BLOCK_BYTES)) };
    share(useful, &stop, poll, work)?;
    drop(blocks);
    for (job, notes) in jobs.iter_mut().zip(lock(&notes).iter()) {
        job.notes = *notes;
    }
    Ok(())
}

/// Does the same work on up to `threads` threads at once, the caller's among them, until all are done or one
/// fails. `work` is handed the poll where it may run it, and stops early once `stop` says so.
pub(crate) fn share(
    threads: usize,
    stop: &AtomicBool,
    poll: &dyn Fn() -> bool,
    work: impl Fn(Option<&dyn Fn() -> bool>) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let helpers = if threads > 1 { Helpers::reserve(threads - 1) } else { None };
    let Some(Helpers { pool, count: helpers }) = &helpers else { return work(Some(poll)) };
    let helpers = *helpers;
    let running = AtomicUsize::new(helpers);
    let failed = Mutex::new(None);
    let caller = std::thread::current();
    pool.threads.in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| {
                let _finished = OnDrop(|| {
                    if running.fetch_sub(1, Ordering::Release) == 1 {
                        caller.unpark();
                    }
                });
                if let Err(error) = work(None) {
                    stop.store(true, Ordering::Relaxed);
                    lock(&failed).get_or_insert(error);
                }
            });
        }
        // A panic here must not leave the others at work: stop them.
        let stopping = OnDrop(|| stop.store(true, Ordering::Relaxed));
        let mut result = work(Some(poll));
        if result.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        let interrupt = Interrupt::new(stop, Some(poll));
        while running.load(Ordering::Acquire) > 0 {
            std::thread::park_timeout(Duration::from_millis(5));
            result = result.and_then(|()| interrupt.look());
        }
        std::mem::forget(stopping);
        // What stopped a helper is why the caller was stopped.
        match *lock(&failed) {
            Some(error) if error != Error::Interrupted => Err(error),
            _ => result,
        }
    })
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// What has not been handed out.
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

/// Splits off the first numbers, unless there are none at all.
fn part<'a, T>(numbers: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    if numbers.is_empty() { &mut [] } else { numbers.split_off_mut(..count).expect("numbers for every segment") }
}

/// Counts the forks that led to this process, as far as it is told of them.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// To be called in the child after a fork.
pub fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
    AtWork::forked();
}

/// A pool and the process that made it: its id, which another process may have in its own
/// namespace, and its place in the line of forks.
struct Pool {
    process: (u32, usize),
    threads: ThreadPool,
    /// Threads that are at work for some call.
    busy: AtomicUsize,
}

/// Threads of the pool that are this call's alone until it drops them. Work that waits behind
/// another call's is worse than none: it would have to be waited for.
struct Helpers {
    pool: Arc<Pool>,
    count: usize,
}

impl Helpers {
    /// As many as are idle, up to `wanted`; none if there are none.
    fn reserve(wanted: usize) -> Option<Self> {
        let pool = pool(wanted)?;
        let all = pool.threads.current_num_threads();
        let free = |busy: usize| wanted.min(all.saturating_sub(busy));
        let busy = pool
            .busy
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |busy| (free(busy) > 0).then(|| busy + free(busy)));
        busy.ok().map(|busy| Self { count: free(busy), pool })
    }
}

impl Drop for Helpers {
    fn drop(&mut self) {
        self.pool.busy.fetch_sub(self.count, Ordering::AcqRel);
    }
}

/// A pool of at least this many threads, or none if it cannot be had now.
///
/// After a fork the child has the parent's pool without its threads: waiting for them would never
/// end. So a pool belongs to a process. The child makes its own and leaves the old one as it is,
/// for to drop it could wait for a lock that a lost thread held. The same may have happened to the
/// lock here, so it is never waited for: the call goes on without helpers then.
fn pool(threads: usize) -> Option<Arc<Pool>> {
    static POOL: Mutex<Option<Arc<Pool>>> = Mutex::new(None);
    let mut pool = match POOL.try_lock() {
        Ok(pool) => pool,
        Err(TryLockError::Poisoned(pool)) => pool.into_inner(),
        Err(TryLockError::WouldBlock) => return None,
    };
    let process = (std::process::id(), FORKS.load(Ordering::Relaxed));
    if let Some(pool) = &*pool
        && pool.process == process
        && pool.threads.current_num_threads() >= threads
    {
        return Some(Arc::clone(pool));
    }
    let name = |number| format!("tricolore-{number}");
    let threads = ThreadPoolBuilder::new().num_threads(threads).thread_name(name).build().ok()?;
    let new = Arc::new(Pool { process, threads, busy: AtomicUsize::new(0) });
    if let Some(old) = pool.replace(Arc::clone(&new))
        && old.process != process
    {
        std::mem::forget(old);
    }
    Some(new)
}
