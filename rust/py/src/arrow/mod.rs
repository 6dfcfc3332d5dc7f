//! Columns by the Arrow PyCapsule protocol, in and out. No Arrow library is needed on Python's side, and a `str` is
//! made only if Python has to see one.

pub mod capsules;
pub mod checks;
pub mod column;
pub mod errors;
pub mod table;
pub mod values;
