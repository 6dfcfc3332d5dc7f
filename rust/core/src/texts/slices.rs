//! Slices of texts: their length, and how many of them are read together.

/// The number of bytes of these texts.
#[inline(always)]
pub(super) fn bytes<T: AsRef<[u8]>>(texts: &[T]) -> usize {
    texts.iter().map(|text| text.as_ref().len()).sum()
}

/// The first texts, which are read together: as many as fit in a few kilobytes, but at least one.
pub(super) fn together<T: AsRef<[u8]>>(texts: &[T]) -> &[T] {
    let mut bytes = 0;
    let more = texts.iter().take_while(|text| {
        bytes += text.as_ref().len();
        bytes <= TOGETHER
    });
    let count = more.count();
    &texts[..count.max(1)]
}

/// Large enough to pay for the work that is done once for all of the texts, and small enough for their edges and ids
/// to stay in the first cache.
const TOGETHER: usize = 1 << 13;
