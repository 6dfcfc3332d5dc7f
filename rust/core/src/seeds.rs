//! Random seeds of the hash tables, so that no input can be built to make its tokens collide.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// Four random numbers, drawn once per process.
pub(crate) fn random_seeds() -> [u64; 4] {
    static SEEDS: OnceLock<[u64; 4]> = OnceLock::new();
    *SEEDS.get_or_init(|| {
        let state = RandomState::new();
        [0u8, 1, 2, 3].map(|number| state.hash_one(number))
    })
}
