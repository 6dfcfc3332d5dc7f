//! Predictions and references: texts that are read once, pretokenized texts, and the segments that they form.

pub(crate) mod prepared;
pub(crate) mod pretokenized;
pub(crate) mod segment;
pub(crate) mod segments;
mod slices;
