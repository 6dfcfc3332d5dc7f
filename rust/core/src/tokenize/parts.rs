//! The parts of words that are looked up. A word is cut at characters that are tokens of their own wherever they stand,
//! such as ideographs, because the parts between them occur again more often than the word. Such a character is found by
//! its code point, and any other part by its bytes. Linear.

use crate::error::Error;
use crate::limits::memory;
use crate::tokenize::code_points::code_point;
use crate::tokenize::intern::{AS_IT_IS, Vocabulary};

/// The role of a code point where words are cut.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// It is a part of its own, together with the marks that follow it.
    Alone,
    /// It stays with the code point before it.
    Mark,
    /// It stays with its neighbours, unless they are parts of their own.
    Joins,
}

/// Parts of words, and their numbers among all words.
#[derive(Default)]
pub(super) struct Parts {
    /// The start and the end of each part, and room for more.
    places: Vec<[u32; 2]>,
    /// The number of each part; [`SOUGHT`] until it has been looked up.
    numbers: Vec<u32>,
    count: usize,
    /// The places of the parts that have to be looked up, and their numbers.
    sought: Vec<[u32; 2]>,
    found: Vec<u32>,
    sought_count: usize,
    /// For each code point, 0 if it was not seen yet, [`JOINS`], [`MARK`], or [`ALONE`] plus its number.
    roles: Vec<u32>,
}

const SOUGHT: u32 = u32::MAX;
const JOINS: u32 = 1;
const MARK: u32 = 2;
const ALONE: u32 = 3;
/// The role of code points below this is kept.
const KEPT: usize = 0x1_0000;

impl Parts {
    /// The place and the number of each part.
    #[inline(always)]
    pub fn all(&self) -> (&[[u32; 2]], &[u32]) {
        (&self.places[..self.count], &self.numbers[..self.count])
    }

    /// Takes words as they are.
    #[inline(always)]
    pub fn take(&mut self, text: &[u8], starts: &[u32], stops: &[u32], words: &mut Vocabulary) -> Result<(), Error> {
        self.count = stops.len();
        grow(&mut self.places, [0; 2], self.count)?;
        for (place, (&start, &stop)) in self.places.iter_mut().zip(starts.iter().zip(stops)) {
            *place = [start, stop];
        }
        ids(text, &self.places[..self.count], words, &mut self.numbers)
    }

    /// Takes words, each cut if one of `marks`, the places of characters, is in it. Returns false if a word is longer
    /// than `longest`.
    #[inline(always)]
    pub fn take_cut(
        &mut self,
        text: &[u8],
        (starts, stops): (&[u32], &[u32]),
        marks: &[u32],
        longest: u32,
        words: &mut Vocabulary,
        role: impl Fn(u32) -> Role,
    ) -> Result<bool, Error> {
        (self.count, self.sought_count) = (0, 0);
        grow(&mut self.roles, 0, KEPT)?;
        let mut marks = marks.iter().copied().peekable();
        for (&start, &stop) in starts.iter().zip(stops) {
            if marks.peek().is_none_or(|&mark| mark >= stop) {
                self.make_room(1)?;
                self.push(start, stop);
                continue;
            }
            if stop - start > longest {
                return Ok(false);
            }
            self.cut(text, start, stop, words, &role)?;
            while marks.next_if(|&mark| mark < stop).is_some() {}
        }
        ids(text, &self.sought[..self.sought_count], words, &mut self.found)?;
        // One more, which is read after the last was taken.
        self.found.push(0);
        let mut next = 0;
        for number in &mut self.numbers[..self.count] {
            let is_sought = *number == SOUGHT;
            *number = if is_sought { self.found[next] } else { *number };
            next += usize::from(is_sought);
        }
        Ok(true)
    }

    /// Makes room for this many more parts.
    #[inline(always)]
    fn make_room(&mut self, more: usize) -> Result<(), Error> {
        // Two parts are written at once.
        let room = self.count + more + 1;
        grow(&mut self.places, [0; 2], room)?;
        grow(&mut self.numbers, 0, room)?;
        grow(&mut self.sought, [0; 2], room)
    }

    /// Adds a part that has to be looked up. There is room for it.
    #[inline(always)]
    fn push(&mut self, start: u32, stop: u32) {
        self.places[self.count] = [start, stop];
        self.numbers[self.count] = SOUGHT;
        self.count += 1;
        self.sought[self.sought_count] = [start, stop];
        self.sought_count += 1;
    }

    /// Adds the parts of a word. A part is written in any case and counted if it is one, because half of the branches on
    /// that would be mispredicted: Japanese takes turns between characters that are set apart and others.
    #[inline(always)]
    fn cut(
        &mut self,
        text: &[u8],
        start: u32,
        stop: u32,
        words: &mut Vocabulary,
        role: impl Fn(u32) -> Role,
    ) -> Result<(), Error> {
        self.make_room((stop - start) as usize + 1)?;
        let (mut from, mut place) = (start, start);
        let before = self.count;
        // True if the part since `from` is a character that is set apart, and its marks.
        let mut marked = false;
        while place < stop {
            let (point, length) = code_point(text[place as usize..].first_chunk().expect("bytes after the word"));
            let next = stop.min(place + length);
            let entry = match self.roles.get(point as usize) {
                Some(&entry) if entry != 0 => entry,
                _ => self.learn(point, &text[place as usize..next as usize], words, &role),
            };
            if entry == MARK && place == from && self.count > before {
                // The character before is a part to be looked up, with this mark.
                self.count -= 1;
                from = self.places[self.count][0];
                marked = true;
            }
            let alone = entry >= ALONE;
            let ends = alone | (marked & (entry != MARK));
            let rest = ends & (place > from);
            let places: &mut [_; 2] = self.places[self.count..].first_chunk_mut().expect("room for two");
            places[0] = [from, place];
            places[usize::from(rest)] = [place, next];
            let numbers: &mut [_; 2] = self.numbers[self.count..].first_chunk_mut().expect("room for two");
            numbers[0] = SOUGHT;
            numbers[usize::from(rest)] = if alone { entry - ALONE } else { SOUGHT };
            self.sought[self.sought_count] = [from, place];
            self.sought_count += usize::from(rest);
            self.count += usize::from(rest) + usize::from(alone);
            marked &= !ends;
            from = [from, place, next][usize::from(ends) + usize::from(alone)];
            place = next;
        }
        if place > from {
            self.push(from, place);
        }
        Ok(())
    }

    /// Learns the role of a code point.
    #[cold]
    #[inline(never)]
    fn learn(&mut self, point: u32, bytes: &[u8], words: &mut Vocabulary, role: impl Fn(u32) -> Role) -> u32 {
        let entry = match role(point) {
            Role::Joins => JOINS,
            Role::Mark => MARK,
            Role::Alone => ALONE + words.id_of(bytes),
        };
        if let Some(kept) = self.roles.get_mut(point as usize) {
            *kept = entry;
        }
        entry
    }

    /// Forgets the numbers of words.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Replaces `out` by the numbers of parts.
#[inline(always)]
fn ids(text: &[u8], parts: &[[u32; 2]], words: &mut Vocabulary, out: &mut Vec<u32>) -> Result<(), Error> {
    out.clear();
    let pairs = |done: usize| parts[done..].iter().map(|&[start, end]| (start, end));
    words.ids_of::<AS_IT_IS, _>(text, parts.len(), pairs, out);
    words.require()
}

/// Makes the items at least `count`.
#[inline(always)]
pub(super) fn grow<T: Copy>(items: &mut Vec<T>, item: T, count: usize) -> Result<(), Error> {
    if items.len() < count {
        let more = count - items.len();
        memory::reserve(items, more)?;
        items.resize(count, item);
    }
    Ok(())
}
