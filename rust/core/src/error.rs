//! The errors of the core. Callers refuse bad input before it reaches the core.

/// The reason why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The caller's poll asked to stop.
    Interrupted,
    /// There is not enough memory for a pair of this many bytes.
    OutOfMemory(usize),
    /// An allocation of this many bytes failed.
    NoMemory(usize),
    /// A count of a pair is this high, and rows hold int32.
    TooHigh(usize),
    /// The texts of a segment have this many bytes in all, and their tokens might exceed an int32.
    TooLong(usize),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Interrupted => f.write_str("interrupted"),
            Error::OutOfMemory(bytes) => write!(f, "not enough memory for a pair of {bytes} bytes"),
            Error::TooHigh(count) => write!(f, "a pair is too long: a count of {count} is above {}", i32::MAX),
            Error::TooLong(bytes) => {
                write!(f, "the texts of a segment have {bytes} bytes, and at most {} can be scored", i32::MAX)
            }
            Error::NoMemory(bytes) => write!(f, "not enough memory for {bytes} bytes"),
        }
    }
}

impl std::error::Error for Error {}
