//! Metrics: what to tokenize, one integer row a segment, rows to scores. No metric knows another.

pub mod rouge;
