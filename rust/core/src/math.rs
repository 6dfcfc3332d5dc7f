//! Logarithm and exponential from the platform's libm, which CPython calls too, so that scores have the same bits
//! as those of the reference tools. With glibc the results equal CPython's. Other libraries are not checked.

/// The natural logarithm of a positive number, as `math.log` computes it.
pub(crate) fn ln(x: f64) -> f64 {
    x.ln()
}

/// The exponential of `x`, as `math.exp` computes it.
pub(crate) fn exp(x: f64) -> f64 {
    x.exp()
}
