//! How long work is stopped from outside: a flag that all threads of a call share, and a poll that
//! the calling thread alone may run. Work accounts for its steps; the clock decides when to look.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::Error;

/// One thread's view of its call's flag.
pub struct Interrupt<'a> {
    stop: &'a AtomicBool,
    poll: Option<&'a dyn Fn() -> bool>,
    spent: Cell<usize>,
    /// When it last polled, or first could have.
    looked: Cell<Option<Instant>>,
}

/// Most tokens of a longer text that a kernel for short pairs reads without a look: some tens of milliseconds.
pub(crate) const AT_ONCE: usize = 1 << 23;
/// Steps between two looks at the clock.
const STEPS: usize = 500_000;
/// Time between two polls: to poll is to wait for the interpreter, which others may be using.
const PERIOD: Duration = Duration::from_millis(30);

impl<'a> Interrupt<'a> {
    /// `poll` says whether to stop; it is for the thread that made the call.
    pub fn new(stop: &'a AtomicBool, poll: Option<&'a dyn Fn() -> bool>) -> Self {
        Self { stop, poll, spent: Cell::new(0), looked: Cell::new(None) }
    }

    /// Accounts for `steps`, each of a nanosecond or more, and looks if it is time to. A thousand
    /// steps too many cost a look at the clock; too few, a late answer.
    #[inline]
    pub fn spend(&self, steps: usize) -> Result<(), Error> {
        let spent = self.spent.get() + steps;
        self.spent.set(spent);
        if spent < STEPS { Ok(()) } else { self.look() }
    }

    /// Looks, and polls if the last time was long ago.
    #[cold]
    pub fn look(&self) -> Result<(), Error> {
        self.spent.set(0);
        if let Some(poll) = self.poll {
            match self.looked.get() {
                Some(looked) if looked.elapsed() < PERIOD => {}
                Some(_) => {
                    if poll() {
                        self.stop.store(true, Ordering::Relaxed);
                    }
                    self.looked.set(Some(Instant::now()));
                }
                None => self.looked.set(Some(Instant::now())),
            }
        }
        if self.stop.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
    }
}
