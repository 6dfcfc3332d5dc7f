//! Lists of stop words.

use std::collections::BTreeSet;
use std::sync::Mutex;

/// A list of stop words. It is a small value, because a tokenizer is one; so equal lists are kept once, for the life of
/// the process.
#[derive(Clone, Copy, Debug)]
pub struct StopWords(&'static BTreeSet<Vec<u8>>);

impl StopWords {
    /// The list of these words.
    pub fn of(words: BTreeSet<Vec<u8>>) -> Self {
        static LISTS: Mutex<Vec<&BTreeSet<Vec<u8>>>> = Mutex::new(Vec::new());
        let mut lists = LISTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(list) = lists.iter().find(|list| ***list == words) {
            return Self(list);
        }
        let list: &BTreeSet<_> = Box::leak(Box::new(words));
        lists.push(list);
        Self(list)
    }

    /// True if the word is on the list.
    pub(super) fn have(self, word: &[u8]) -> bool {
        self.0.contains(word)
    }

    /// The length of the longest word.
    pub(super) fn longest(self) -> usize {
        self.0.iter().map(Vec::len).max().unwrap_or(0)
    }
}

impl PartialEq for StopWords {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for StopWords {}
