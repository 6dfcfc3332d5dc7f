//! Memory for a pair, requested before the work, because running out of memory inside a kernel would abort the process.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::spare;

/// The most bytes that all kernels together take per byte of text, when every character is a token.
const MEMORY: usize = 72;
/// The most bytes that a thread takes for a text of up to [`LITTLE`] bytes, and for tables that do not grow with a text.
/// Fuzzers request none: AddressSanitizer maps each request anew, which would take most of the time.
const BESIDE: usize = if cfg!(fuzzing) { 0 } else { 1 << 24 };
/// A thread requests memory for its first group, and in each call for groups of more than this many bytes of text that
/// are larger than all before. Requests for smaller groups would take longer than scoring them.
pub(crate) const LITTLE: usize = 1 << 16;

/// The bytes that threads have requested and may not have allocated yet.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// This thread's part of [`AT_WORK`]. A signal handler that scores may run while the thread is at work.
    static OWN: Cell<usize> = const { Cell::new(0) };
}

/// Counts requested bytes until it is dropped, so that other threads leave them free.
pub(crate) struct AtWork(usize);

impl AtWork {
    /// Requests the memory for a pair of this many bytes of text, like [`Self::request`].
    pub fn start(bytes: usize, interrupt: Option<&Interrupt>) -> Result<Self, Error> {
        Self::request(bytes.saturating_mul(MEMORY).saturating_add(BESIDE), interrupt).map_err(|error| match error {
            Error::NoMemory(_) if bytes > 0 => Error::OutOfMemory(bytes),
            error => error,
        })
    }

    /// Requests memory. If there is too little only because other threads are at work, waits until there is enough. A
    /// thread that has requested memory already does not wait: two such threads would wait for each other forever. Nor
    /// does a request without an interrupt wait.
    pub fn request(bytes: usize, interrupt: Option<&Interrupt>) -> Result<Self, Error> {
        loop {
            let own = OWN.get();
            let (at_work, all) = Self::count(bytes);
            if spare(all).is_ok() {
                return Ok(at_work);
            }
            // The second load sees another thread that has requested memory since.
            let alone = all == own + bytes && AT_WORK.load(Ordering::Acquire) == all;
            drop(at_work);
            match interrupt {
                Some(interrupt) if own == 0 && !alone => {
                    std::thread::sleep(Duration::from_millis(2));
                    interrupt.look()?;
                }
                _ => return Err(Error::NoMemory(bytes)),
            }
        }
    }

    /// Requests a little memory in the middle of work. A thread that has requested memory for the work cannot wait, so the
    /// little may be what others have requested.
    pub fn beside(bytes: usize, interrupt: &Interrupt) -> Result<Self, Error> {
        if !Self::is_nested() {
            return Self::request(bytes, Some(interrupt));
        }
        let (at_work, _) = Self::count(bytes);
        spare(bytes).map(|()| at_work)
    }

    /// Counts bytes. The second number is the sum of all threads.
    fn count(bytes: usize) -> (Self, usize) {
        let all = AT_WORK.fetch_add(bytes, Ordering::AcqRel).saturating_add(bytes);
        OWN.set(OWN.get() + bytes);
        (Self(bytes), all)
    }

    /// True if this thread has requested memory.
    pub fn is_nested() -> bool {
        OWN.get() > 0
    }

    /// Forgets the work of other threads. Called in the child after a fork, which has no other threads.
    pub fn forked() {
        AT_WORK.store(OWN.get(), Ordering::Release);
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        OWN.set(OWN.get() - self.0);
        AT_WORK.fetch_sub(self.0, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::never;

    #[test]
    fn requests_are_counted_until_they_are_dropped() {
        let first = AtWork::start(1000, None).unwrap();
        let second = AtWork::request(2000, Some(&never())).unwrap();
        assert_eq!(OWN.get(), 1000 * MEMORY + BESIDE + 2000);
        // Other tests request memory at the same time.
        assert!(AT_WORK.load(Ordering::Acquire) >= OWN.get());
        drop(first);
        assert_eq!(OWN.get(), 2000);
        drop(second);
        assert!(!AtWork::is_nested());
    }
}
