//! The same work on several threads. The only user of rayon.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::AtWork;

/// Runs `work` on up to `threads` threads at once, including the caller's, until all have finished or one has
/// failed. Only the caller's thread passes `poll` to `work`. `work` must return early once `stop` is true. A call from a
/// signal handler in the middle of another call has no helpers, because they would wait for the other call's memory.
pub(crate) fn share(
    threads: usize,
    stop: &AtomicBool,
    poll: &dyn Fn() -> bool,
    work: impl Fn(Option<&dyn Fn() -> bool>) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let helpers = if threads > 1 && !AtWork::is_nested() { Helpers::reserve(threads - 1) } else { None };
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
        // If the caller panics, the helpers must stop too.
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
        // A helper's error set `stop`, so the caller's own result may be only `Interrupted`.
        match *lock(&failed) {
            Some(error) if error != Error::Interrupted => Err(error),
            _ => result,
        }
    })
}

/// Locks `mutex`, ignoring poison: a panic is reported elsewhere.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a function when dropped.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// The number of forks between the first process and this one, as far as [`forked`] was called.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// Must be called in the child after a fork.
pub fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
    AtWork::forked();
}

/// A thread pool and the process that made it.
struct Pool {
    /// The process id, which is not unique across PID namespaces, and [`FORKS`].
    process: (u32, usize),
    threads: ThreadPool,
    /// The number of threads reserved by calls.
    busy: AtomicUsize,
}

/// Threads of the pool reserved for one call until it drops them. A call never queues work behind another
/// call's, because it would then have to wait for that call.
struct Helpers {
    pool: Arc<Pool>,
    count: usize,
}

impl Helpers {
    /// Reserves the idle threads, at most `wanted` of them. None if no thread is idle.
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

/// Returns a pool of at least `threads` threads, or none if it cannot be had now.
///
/// After a fork the child inherits the parent's pool without its threads, and waiting for them would never end.
/// A pool therefore belongs to one process. The child makes its own and leaks the old one, because dropping it
/// might wait for a lock held by a lost thread. The static lock below may also have been held at the fork, so it
/// is only tried: if it is taken, the call goes on without helpers.
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
