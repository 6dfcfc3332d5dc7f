//! The keys of the vocabulary's hash table, laid out so that a bucket of three is compared at once.

/// A token of up to sixteen bytes, padded, compared and hashed as one.
pub type Key = [u8; 16];

/// Three keys and their ids in one cache line. The halves are kept apart so that three keys are compared at once.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Keys {
    lows: [u64; 3],
    highs: [u64; 3],
    /// The id of each key. The fourth is padding.
    pub ids: [u32; 4],
}

impl Keys {
    /// The same key three times.
    pub const fn of(key: Key) -> Self {
        let [low, high] = halves(key);
        Self { lows: [low; 3], highs: [high; 3], ids: [0; 4] }
    }

    /// Returns a key.
    pub fn get(&self, place: usize) -> Key {
        (u128::from(self.highs[place]) << 64 | u128::from(self.lows[place])).to_le_bytes()
    }

    /// Replaces a key.
    pub fn set(&mut self, place: usize, key: Key) {
        [self.lows[place], self.highs[place]] = halves(key);
    }
}

const fn halves(key: Key) -> [u64; 2] {
    let key = u128::from_le_bytes(key);
    [key as u64, (key >> 64) as u64]
}
