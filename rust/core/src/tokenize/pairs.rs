//! Substitution of pairs of characters, as sacreBLEU's tokenizers do with regular expressions.

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;

/// Replaces each pair of neighbours of which `first` and `second` are true, from the left, without overlap.
pub(super) fn replace_pairs<T: Copy>(
    text: &[T],
    first: impl Fn(T) -> bool,
    second: impl Fn(T) -> bool,
    with: impl Fn(T, T) -> [T; 4],
    interrupt: &Interrupt,
) -> Result<Vec<T>, Error> {
    let mut out = Vec::new();
    memory::reserve(&mut out, text.len() + text.len() / 4)?;
    let mut rest = text;
    while let Some((&a, after)) = rest.split_first() {
        interrupt.spend(3)?;
        rest = after;
        if let Some((&b, after)) = after.split_first()
            && first(a)
            && second(b)
        {
            out.extend(with(a, b));
            rest = after;
        } else {
            out.push(a);
        }
    }
    Ok(out)
}
