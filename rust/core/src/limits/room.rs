//! Memory for a pair, asked for before the work: to run out of it in the midst of a kernel would abort the process.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::spare;

/// Bytes that all kernels together take for a byte of text, at most: every character a token.
const MEMORY: usize = 72;
/// Memory that a thread takes beside that, for tables that do not grow with a text.
const BESIDE: usize = 1 << 24;
/// Text of which each piece is asked for, and counted while it is worked on. For less, it is enough to ask when a
/// thread works on more than before.
pub(crate) const MUCH: usize = 1 << 20;

/// Makes sure that there is memory for a pair of so many bytes of text.
pub(crate) fn room_for(bytes: usize) -> Result<(), Error> {
    spare(bytes.saturating_mul(MEMORY).saturating_add(BESIDE)).map_err(|_| Error::OutOfMemory(bytes))
}

/// Makes sure that there is memory for a pair of so many bytes, or of the next power of two if that can be had.
/// Gives the bytes of the largest pair that has room.
pub(crate) fn room_for_more(bytes: usize) -> Result<usize, Error> {
    let more = bytes.next_power_of_two();
    room_for(more).map(|()| more).or_else(|_| room_for(bytes).map(|()| bytes))
}

/// Text that threads work on, in pieces that are [`MUCH`]: they may not have taken the memory for it yet.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The part of it that is this thread's: a signal handler that scores is called in the midst of other work.
    static OWN: Cell<usize> = const { Cell::new(0) };
}

/// Text at work, until it is dropped.
pub(crate) struct AtWork(usize);

impl AtWork {
    /// Makes sure that there is memory for a piece of text, beside what other threads work on. Where there may be
    /// too little for all at once, waits until they are done.
    pub fn start(bytes: usize, interrupt: &Interrupt) -> Result<Self, Error> {
        loop {
            let own = OWN.get();
            let others = AT_WORK.fetch_add(bytes, Ordering::AcqRel).saturating_sub(own);
            OWN.set(own + bytes);
            let started = Self(bytes);
            match room_for(bytes.saturating_add(others)) {
                Ok(()) => return Ok(started),
                Err(_) if others > 0 => {}
                Err(error) => return Err(error),
            }
            drop(started);
            std::thread::sleep(Duration::from_millis(2));
            interrupt.look()?;
        }
    }

    /// To be called in the child after a fork, which has no other threads.
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
