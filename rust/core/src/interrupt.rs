//! How long work is stopped from outside: a flag that all threads of a call share, looked at
//! every few milliseconds of work, and a poll that the calling thread alone may run.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;

/// One thread's view of its call's flag.
pub struct Interrupt<'a> {
    stop: &'a AtomicBool,
    poll: Option<&'a dyn Fn() -> bool>,
    spent: Cell<usize>,
}

/// Work between two looks, in steps of about a nanosecond.
const PERIOD: usize = 5_000_000;

impl<'a> Interrupt<'a> {
    /// `poll` says whether to stop; it is for the thread that made the call.
    pub fn new(stop: &'a AtomicBool, poll: Option<&'a dyn Fn() -> bool>) -> Self {
        Self { stop, poll, spent: Cell::new(0) }
    }

    /// Accounts for `steps` of about a nanosecond, and looks if it is time to.
    #[inline]
    pub fn spend(&self, steps: usize) -> Result<(), Error> {
        let spent = self.spent.get() + steps;
        self.spent.set(spent);
        if spent < PERIOD { Ok(()) } else { self.look() }
    }

    /// Looks now.
    #[cold]
    pub fn look(&self) -> Result<(), Error> {
        self.spent.set(0);
        if self.poll.is_some_and(|poll| poll()) {
            self.stop.store(true, Ordering::Relaxed);
        }
        if self.stop.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
    }
}
