//! The rules of a tokenizer, as far as they concern more than one word: see [`super::split_words`].

use crate::cpu::Isa;
use crate::tokenize::blocks::BLOCK;
use crate::tokenize::parts::Role;

/// The surroundings of a word on which its tokens may depend.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Context {
    /// None.
    None,
    /// The ends of the text: the word is the first, or the last.
    Ends,
    /// The character after the word: a space, a line end or the end of the text, or any other.
    After,
}

/// The rules of a tokenizer, as far as they concern more than one word.
pub(super) trait Rules {
    /// The surroundings of a word on which its tokens depend.
    const CONTEXT: Context = Context::None;
    /// True if a word after white space at the start of a text is as if at the start.
    const STRIPS: bool = false;
    /// True if words are cut.
    const CUTS: bool = false;

    /// The first bytes of characters in a block at which a word may have to be cut. `after` is the byte that follows the
    /// block.
    #[inline(always)]
    fn cuts<I: Isa>(_isa: I, _block: &[u8; BLOCK], _after: u8) -> u64 {
        0
    }

    /// The role of a code point where words are cut.
    fn role(_point: u32) -> Role {
        Role::Joins
    }

    /// False if words of this block may not be read one by one.
    #[inline(always)]
    fn decides<I: Isa>(_isa: I, _block: &[u8; BLOCK], _after: u8) -> bool {
        true
    }
}
