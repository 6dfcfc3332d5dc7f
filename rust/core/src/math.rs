//! Logarithm and exponential: the platform's libm, as CPython calls it, so that scores are the bits of
//! the reference tools. Equal to CPython's with glibc; other libraries are not checked.

/// `math.log` of a positive number.
pub(crate) fn ln(x: f64) -> f64 {
    x.ln()
}

/// `math.exp`.
pub(crate) fn exp(x: f64) -> f64 {
    x.exp()
}
