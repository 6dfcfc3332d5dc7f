//! Texts as token ids.

use crate::error::Error;
use crate::kernels::sorted_ngrams::SortedPlaces;
use crate::limits::memory;

/// Texts as token ids, one text after the other.
#[derive(Default)]
pub(crate) struct Tokens {
    pub(super) ids: Vec<u32>,
    /// The end of each text in `ids`.
    ends: Vec<u32>,
    /// The end of each line that has a token, counted from the start of its text; empty if lines were not asked for.
    lines: Vec<u32>,
    /// The end of each text in `lines`.
    line_ends: Vec<usize>,
    /// The sorted n-grams of each text, if they were sorted: see [`crate::kernels::sorted_ngrams`].
    pub places: SortedPlaces,
}

/// A text as token ids.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    /// One id per token.
    pub ids: &'a [u32],
    /// The end in `ids` of each line that has a token; empty if lines were not asked for.
    pub lines: &'a [u32],
}

impl Tokens {
    /// The text of this number.
    #[inline(always)]
    pub fn text(&self, number: usize) -> Text<'_> {
        let (start, first_line) = match number.checked_sub(1) {
            Some(before) => (self.ends[before] as usize, self.line_ends[before]),
            None => (0, 0),
        };
        Text {
            ids: &self.ids[start..self.ends[number] as usize],
            lines: &self.lines[first_line..self.line_ends[number]],
        }
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a token to the current text.
    pub fn push(&mut self, id: u32) {
        self.ids.push(id);
    }

    /// Ends the current text, which has no lines.
    pub fn close(&mut self) {
        self.close_text(false, self.ids.len() as u32);
    }

    /// Makes room for this many more tokens, and for the end of one text.
    pub fn reserve(&mut self, tokens: usize) -> Result<(), Error> {
        memory::reserve(&mut self.ids, tokens)?;
        memory::reserve(&mut self.ends, 1)?;
        memory::reserve(&mut self.line_ends, 1)
    }

    /// Appends the texts of `other` and returns true; returns false, and appends nothing, if there would be more
    /// than `u32::MAX` tokens or there is no memory for them.
    pub fn append(&mut self, other: &Tokens) -> bool {
        let there_is_room = self.ids.len() + other.ids.len() <= u32::MAX as usize
            && self.ids.try_reserve(other.ids.len()).is_ok()
            && self.ends.try_reserve(other.ends.len()).is_ok()
            && self.lines.try_reserve(other.lines.len()).is_ok()
            && self.line_ends.try_reserve(other.line_ends.len()).is_ok();
        if !there_is_room {
            return false;
        }
        let (ids, lines) = (self.ids.len() as u32, self.lines.len());
        self.ids.extend_from_slice(&other.ids);
        self.ends.extend(other.ends.iter().map(|end| end + ids));
        self.lines.extend_from_slice(&other.lines);
        self.line_ends.extend(other.line_ends.iter().map(|end| end + lines));
        true
    }

    /// The number of bytes that the ids, ends and lines take.
    pub(super) fn bytes(&self) -> usize {
        (self.ids.len() + self.ends.len() + self.lines.len()) * size_of::<u32>()
            + self.line_ends.len() * size_of::<usize>()
    }

    /// Ends a line before each token `end`, and drops these tokens. Linear.
    pub(super) fn split_lines(&mut self, end: u32) {
        let (mut kept, mut start) = (0, 0);
        self.lines.clear();
        for (text_end, line_end) in self.ends.iter_mut().zip(&mut self.line_ends) {
            let (text, mut line) = (kept, kept);
            for place in start..*text_end as usize {
                let id = self.ids[place];
                self.ids[kept] = id;
                if id != end {
                    kept += 1;
                } else if kept > line {
                    line = kept;
                    self.lines.push((kept - text) as u32);
                }
            }
            if kept > line {
                self.lines.push((kept - text) as u32);
            }
            start = *text_end as usize;
            *text_end = kept as u32;
            *line_end = self.lines.len();
        }
        self.ids.truncate(kept);
    }

    pub(super) fn clear(&mut self) {
        self.ids.clear();
        self.ends.clear();
        self.lines.clear();
        self.line_ends.clear();
    }

    /// Ends a line of the current text; `tokens` is the number of tokens of all texts so far.
    pub(super) fn close_line(&mut self, tokens: u32) {
        let tokens = tokens - self.ends.last().copied().unwrap_or(0);
        let lines = &self.lines[self.line_ends.last().copied().unwrap_or(0)..];
        if tokens > lines.last().copied().unwrap_or(0) {
            self.lines.push(tokens);
        }
    }

    /// Ends the current text, and its last line if `lines`; `tokens` is the number of tokens of all texts so far.
    #[inline]
    pub(super) fn close_text(&mut self, lines: bool, tokens: u32) {
        if lines {
            self.close_line(tokens);
        }
        self.ends.push(tokens);
        self.line_ends.push(self.lines.len());
    }
}
