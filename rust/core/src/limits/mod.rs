//! Limits of a call: time, which Ctrl-C ends, and memory, which is requested before it is used.

pub(crate) mod interrupt;
pub(crate) mod memory;
pub(crate) mod room;
