//! Stopping work from outside: a flag that all threads of a call share, and a poll that only the calling thread runs.
//! Work accounts for its steps; after enough steps it looks at the clock, which decides when to poll.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::Error;

/// One thread's view of its call's flag.
pub struct Interrupt<'a> {
    stop: &'a AtomicBool,
    poll: Option<&'a dyn Fn() -> bool>,
    spent: Cell<usize>,
    /// The time of the last poll, or of the first look.
    looked: Cell<Option<Instant>>,
}

/// The most tokens of the longer text that a kernel for short pairs reads without a look: some tens of milliseconds.
pub(crate) const AT_ONCE: usize = 1 << 23;
/// Steps between two looks at the clock.
const STEPS: usize = 500_000;
/// Time between two polls. A poll waits for the interpreter, which other threads may be using.
const PERIOD: Duration = Duration::from_millis(30);

impl<'a> Interrupt<'a> {
    /// An interrupt that stops once `stop` is true. The thread that made the call passes `poll`, which returns true to
    /// stop.
    pub fn new(stop: &'a AtomicBool, poll: Option<&'a dyn Fn() -> bool>) -> Self {
        Self { stop, poll, spent: Cell::new(0), looked: Cell::new(None) }
    }

    /// Accounts for `steps`, each of a nanosecond or more, and looks when enough have been spent. Counting too many steps
    /// costs looks at the clock; counting too few delays the stop.
    #[inline]
    pub fn spend(&self, steps: usize) -> Result<(), Error> {
        let spent = self.spent.get() + steps;
        self.spent.set(spent);
        if spent < STEPS { Ok(()) } else { self.look() }
    }

    /// Returns an error if work is to stop. Polls if the last poll was long ago.
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
