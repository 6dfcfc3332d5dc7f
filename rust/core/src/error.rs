//! What can go wrong in the core. Bad input is refused before it gets here.

/// Why a call gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The caller's poll asked to stop.
    Interrupted,
    /// A pair of this many bytes needs more memory than there is.
    OutOfMemory(usize),
    /// So many bytes cannot be had.
    NoMemory(usize),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Interrupted => f.write_str("interrupted"),
            Error::OutOfMemory(bytes) => write!(f, "not enough memory for a pair of {bytes} bytes"),
            Error::NoMemory(bytes) => write!(f, "not enough memory for {bytes} bytes"),
        }
    }
}

impl std::error::Error for Error {}
