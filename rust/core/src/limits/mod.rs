//! Limits of a call: time, which Ctrl-C ends, and memory, which is asked for before it is taken.

pub(crate) mod interrupt;
pub(crate) mod memory;
pub(crate) mod room;
