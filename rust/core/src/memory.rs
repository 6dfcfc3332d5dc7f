//! Memory in proportion to the input: asked for before it is taken, for an allocation that fails aborts the process,
//! and written in pieces, between which signals are looked for.

use crate::error::Error;
use crate::interrupt::Interrupt;

/// Items that are written between two looks at the interrupt.
pub(crate) const PIECE: usize = 1 << 16;

/// Makes sure that so many bytes can be had, without keeping them.
pub(crate) fn spare(bytes: usize) -> Result<(), Error> {
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| Error::NoMemory(bytes))
}

/// Makes room for so many more items.
#[inline]
pub(crate) fn reserve<T>(items: &mut Vec<T>, more: usize) -> Result<(), Error> {
    items.try_reserve(more).map_err(|_| Error::NoMemory(more.saturating_mul(size_of::<T>())))
}

/// So many zeros, or other equal numbers.
pub(crate) fn filled<T: Copy>(number: T, count: usize, interrupt: &Interrupt) -> Result<Vec<T>, Error> {
    let mut numbers = Vec::new();
    resize(&mut numbers, number, count, interrupt)?;
    Ok(numbers)
}

/// Makes them so many, new ones like `number`.
pub(crate) fn resize<T: Copy>(
    numbers: &mut Vec<T>,
    number: T,
    count: usize,
    interrupt: &Interrupt,
) -> Result<(), Error> {
    reserve(numbers, count.saturating_sub(numbers.len()))?;
    while numbers.len() + PIECE < count {
        numbers.resize(numbers.len() + PIECE, number);
        interrupt.spend(PIECE * size_of::<T>())?;
    }
    numbers.resize(count, number);
    Ok(())
}
