//! Memory for a pair, requested before the work, because running out of memory inside a kernel would abort the process.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::spare;

/// The most bytes that all kernels together take per byte of text, when every character is a token.
const MEMORY: usize = 72;
/// Bytes that a thread takes for tables that do not grow with a text, and for a sixteenth more text than it asked for.
/// Fuzzers request none: AddressSanitizer maps each request anew, which would take most of the time.
const BESIDE: usize = if cfg!(fuzzing) { 0 } else { 1 << 24 };
/// Memory is requested for every group of more than this many bytes of text. For smaller groups, a thread requests memory
/// only when one is larger than all before it.
pub(crate) const MUCH: usize = 1 << 20;

/// The bytes of text that have room once a group of this many bytes had it. Requests stay few if each text is a little
/// longer than the one before.
pub(crate) fn roomy(bytes: usize) -> usize {
    bytes + bytes / 16
}

/// The bytes that threads have requested and may not have allocated yet.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// This thread's part of [`AT_WORK`]. A signal handler that scores may run while the thread is at work.
    static OWN: Cell<usize> = const { Cell::new(0) };
}

/// Counts the bytes requested for a group, until it is dropped.
pub(crate) struct AtWork(usize);

impl AtWork {
    /// Returns an error if there is no memory for this many bytes of text. If there is too little only because other
    /// threads are at work, waits until they are done.
    pub fn start(bytes: usize, interrupt: &Interrupt) -> Result<Self, Error> {
        loop {
            let (own, needed) = (OWN.get(), bytes.saturating_mul(MEMORY).saturating_add(BESIDE));
            let others = AT_WORK.fetch_add(needed, Ordering::AcqRel).saturating_sub(own);
            OWN.set(own + needed);
            let started = Self(needed);
            match spare(needed.saturating_add(others)) {
                Ok(()) => return Ok(started),
                Err(_) if others > 0 => {}
                Err(error) => return Err(if bytes > 0 { Error::OutOfMemory(bytes) } else { error }),
            }
            drop(started);
            std::thread::sleep(Duration::from_millis(2));
            interrupt.look()?;
        }
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
