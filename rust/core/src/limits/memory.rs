//! Memory in proportion to the input. It is requested before it is used, because a failed allocation would abort the
//! process, and written in pieces, with a check of the interrupt between them.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use crate::error::Error;
use crate::limits::interrupt::Interrupt;

/// Items written between two checks of the interrupt.
pub(crate) const PIECE: usize = 1 << 16;

/// Returns an error if this many bytes cannot be allocated. Does not keep them.
pub(crate) fn spare(bytes: usize) -> Result<(), Error> {
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| Error::NoMemory(bytes))
}

/// Makes room for this many more items.
#[inline]
pub(crate) fn reserve<T>(items: &mut Vec<T>, more: usize) -> Result<(), Error> {
    items.try_reserve(more).map_err(|_| Error::NoMemory(more.saturating_mul(size_of::<T>())))
}

/// Makes room in a map for this many more keys.
#[inline]
pub(crate) fn reserve_keys<K: Eq + Hash, V, S: BuildHasher>(
    map: &mut HashMap<K, V, S>,
    more: usize,
) -> Result<(), Error> {
    map.try_reserve(more).map_err(|_| Error::NoMemory((map.len() + more) * size_of::<(K, V)>()))
}

/// A copy of the items, without spare capacity.
pub(crate) fn copy<T: Copy>(items: &[T]) -> Result<Vec<T>, Error> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(items.len()).map_err(|_| Error::NoMemory(size_of_val(items)))?;
    copy.extend_from_slice(items);
    Ok(copy)
}

/// A vector of `count` times the same number.
pub(crate) fn filled<T: Copy>(number: T, count: usize, interrupt: &Interrupt) -> Result<Vec<T>, Error> {
    let mut numbers = Vec::new();
    resize(&mut numbers, number, count, interrupt)?;
    Ok(numbers)
}

/// Changes the length to `count`. New items are `number`.
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
