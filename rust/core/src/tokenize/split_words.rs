//! Words that are split into tokens once. The rules of several tokenizers do not look beyond the white space around a
//! word. For them, a vocabulary of words, as they stand in texts, gives the ids of the tokens of each word. The rules run
//! for new words only, so a text costs little more than splitting it at white space.
//!
//! - If the tokens of a word may depend on its surroundings, the word has an entry for each kind of surroundings.
//! - In a script without spaces a sentence would be one word, and hardly ever be seen again. Words are therefore cut at
//!   characters that are tokens of their own wherever they stand.
//!
//! The rules themselves are in [`Tokenizer::each`], which reads a new word between two neighbours. Linear.

use std::marker::PhantomData;
use std::ops::Range;

use crate::cpu::{Cpu, Isa};
use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory;
use crate::tokenize::blocks::{BLOCK, Buffers};
use crate::tokenize::intern::{TOKEN, Vocabulary};
use crate::tokenize::parts::{Parts, grow};
use crate::tokenize::tokenizer::Tokenizer;
use crate::tokenize::tokens::Tokens;
use crate::tokenize::whitespace::{Piece, Words, words};
use crate::tokenize::word_rules::{Context, Rules};
use crate::tokenize::{intl, tercom, unicode, zh};

/// Rules that concern single words.
struct Plain;
impl Rules for Plain {}

/// The tokens of a word in some surroundings.
#[derive(Clone, Copy)]
struct Split {
    /// The number of tokens.
    count: u32,
    /// The ids of the tokens. If there are more than [`FEW`], the first number is their place in [`SplitWords::many`].
    ids: [u32; FEW],
}

const FEW: usize = 3;
/// The tokens of a word that was not split yet.
const UNKNOWN: Split = Split { count: u32::MAX, ids: [0; FEW] };
/// With more ids than this in [`SplitWords::many`], words are forgotten.
const MOST: usize = 1 << 21;
/// Words of more bytes than this are not split here.
const LONGEST: u32 = 1 << 20;

/// The words of one tokenizer that were split before.
pub(super) struct SplitWords {
    pub tokenizer: Tokenizer,
    words: Vocabulary,
    /// For each kind of surroundings, the tokens of each word. Kinds are kept apart, because most words are of the first.
    splits: [Vec<Split>; KINDS],
    /// The tokens of words with many of them.
    many: Vec<u32>,
    /// The words that are being read.
    parts: Parts,
    scratch: Vec<u8>,
}

impl SplitWords {
    /// No words yet.
    pub fn new(cpu: Cpu, tokenizer: Tokenizer) -> Self {
        Self {
            tokenizer,
            words: Vocabulary::new(cpu, false),
            splits: Default::default(),
            many: Vec::new(),
            parts: Parts::default(),
            scratch: Vec::new(),
        }
    }

    /// Forgets all words if they have grown past their bounds.
    pub fn bound(&mut self) {
        if self.words.bound() || self.many.len() > MOST {
            self.clear();
        }
    }

    /// Forgets all words. Required when the ids of tokens become invalid.
    pub fn clear(&mut self) {
        self.words.clear();
        self.splits = Default::default();
        self.parts.clear();
        self.many = Vec::new();
    }

    /// Reads the texts in the buffers. Returns false if they cannot be read word by word; `out` is then incomplete.
    #[inline(always)]
    pub fn read<I: Isa>(
        &mut self,
        isa: I,
        buffers: &mut Buffers,
        interrupt: &Interrupt,
        out: Output<'_>,
    ) -> Result<bool, Error> {
        match self.tokenizer {
            Tokenizer::Unicode => Reading::<unicode::Cuts>::all(isa, self, buffers, interrupt, out),
            Tokenizer::Intl => Reading::<intl::Ends>::all(isa, self, buffers, interrupt, out),
            Tokenizer::Zh => Reading::<zh::Cuts>::all(isa, self, buffers, interrupt, out),
            Tokenizer::Tercom(options) if options.normalized && options.asian_support => {
                Reading::<tercom::Asian>::all(isa, self, buffers, interrupt, out)
            }
            Tokenizer::Tercom(options) if options.normalized => {
                Reading::<tercom::Western>::all(isa, self, buffers, interrupt, out)
            }
            _ => Reading::<Plain>::all(isa, self, buffers, interrupt, out),
        }
    }

    /// Splits a word in surroundings of this kind.
    #[cold]
    #[inline(never)]
    fn split<R: Rules>(
        &mut self,
        word: &[u8],
        kind: usize,
        vocabulary: &mut Vocabulary,
        interrupt: &Interrupt,
    ) -> Result<Split, Error> {
        // A neighbour is a token that no rule joins with anything.
        let (before, after): (&[u8], &[u8]) = match R::CONTEXT {
            Context::None => (b"", b""),
            Context::Ends => (if kind & FIRST == 0 { b"x " } else { b"" }, if kind & LAST == 0 { b" x" } else { b"" }),
            Context::After => (b"x ", if kind == 0 { b" x" } else { b"\tx" }),
        };
        self.scratch.clear();
        memory::reserve(&mut self.scratch, before.len() + word.len() + after.len())?;
        [before, word, after].into_iter().for_each(|part| self.scratch.extend_from_slice(part));
        let start = self.many.len();
        let many = &mut self.many;
        let token = |token: &[u8]| {
            memory::reserve(many, 1)?;
            many.push(vocabulary.id_of(token));
            interrupt.spend(TOKEN)
        };
        self.tokenizer.each(&self.scratch, token, || (), interrupt)?;
        let tokens = start + usize::from(!before.is_empty())..many.len() - usize::from(!after.is_empty());
        let mut split = Split { count: tokens.len() as u32, ids: [tokens.start as u32; FEW] };
        if tokens.len() <= FEW {
            split.ids[..tokens.len()].copy_from_slice(&many[tokens]);
            many.truncate(start);
        }
        Ok(split)
    }
}

/// The most kinds of surroundings.
const KINDS: usize = 4;
/// Kinds of surroundings for [`Context::Ends`]: these two bits.
const FIRST: usize = 1;
const LAST: usize = 2;

/// The receiver of tokens.
pub(super) struct Output<'a> {
    /// The vocabulary that gives their ids.
    pub vocabulary: &'a mut Vocabulary,
    pub tokens: &'a mut Tokens,
    /// True if the ends of lines are noted.
    pub lines: bool,
}

/// Reads texts word by word.
struct Reading<'a, R> {
    rules: PhantomData<R>,
    split: &'a mut SplitWords,
    out: Output<'a>,
    /// The number of texts that have ended.
    closed: usize,
    /// True if the current text has had a word.
    started: bool,
    /// The last word of these blocks, if its text goes on and its tokens depend on the end, with its kind so far.
    held: Option<(u32, [u32; 2], usize)>,
    /// False if the texts cannot be read word by word.
    decided: bool,
}

impl<R: Rules> Words for Reading<'_, R> {
    const MARKS: bool = R::CUTS;

    #[inline(always)]
    fn marks<I: Isa>(&self, isa: I, block: &[u8; BLOCK], after: u8) -> u64 {
        R::cuts(isa, block, after)
    }

    #[inline(always)]
    fn lines(&self) -> bool {
        self.out.lines
    }

    #[inline(always)]
    fn decides<I: Isa>(&self, isa: I, block: &[u8; BLOCK], after: u8) -> bool {
        R::decides(isa, block, after)
    }

    #[inline(always)]
    fn piece(&mut self, piece: Piece<'_>, interrupt: &Interrupt) -> Result<(), Error> {
        let Piece { padded, starts, stops, marks, newlines, read, ends, .. } = piece;
        // The parts are taken out, so that words can be split meanwhile.
        let mut parts = std::mem::take(&mut self.split.parts);
        let SplitWords { words, splits, .. } = &mut *self.split;
        if R::CUTS && !marks.is_empty() {
            // A word whose marks were all in earlier blocks is not cut. Its tokens are the same.
            self.decided = parts.take_cut(padded, (starts, stops), marks, LONGEST, words, R::role)?;
        } else {
            parts.take(padded, starts, stops, words)?;
        }
        // The kinds that words at an end of a text have grow when they are used.
        let kinds = if R::CONTEXT == Context::After { 2 } else { 1 };
        for splits in &mut splits[..kinds] {
            grow(splits, UNKNOWN, words.ids())?;
        }
        let (places, numbers) = parts.all();
        if self.decided {
            self.read(Read { padded, places, numbers }, read, ends, newlines, interrupt)?;
        }
        self.split.parts = parts;
        Ok(())
    }
}

/// The parts of words in some blocks.
#[derive(Clone, Copy)]
struct Read<'a> {
    padded: &'a [u8],
    /// The start and the end of each part.
    places: &'a [[u32; 2]],
    /// The number of each part among all words.
    numbers: &'a [u32],
}

impl<'a, R: Rules> Reading<'a, R> {
    /// See [`SplitWords::read`].
    #[inline(always)]
    fn all<I: Isa>(
        isa: I,
        split: &'a mut SplitWords,
        buffers: &mut Buffers,
        interrupt: &Interrupt,
        out: Output<'a>,
    ) -> Result<bool, Error> {
        let rules = PhantomData;
        let mut reading = Self { rules, split, out, closed: 0, started: false, held: None, decided: true };
        Ok(words(isa, buffers, interrupt, &mut reading)? && reading.decided)
    }

    /// Appends the tokens of some blocks, which end before `stop`, and closes the texts that end in them.
    #[inline(always)]
    fn read(
        &mut self,
        read: Read<'_>,
        stop: u32,
        ends: &[u32],
        newlines: &[u32],
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let mut at = self.out.tokens.ids.len();
        let mut newlines = newlines.iter().copied().peekable();
        let mut place = 0;
        loop {
            let end = ends.get(self.closed).copied().filter(|&end| end < stop);
            let before = |end: u32| read.places.partition_point(|&[start, _]| start < end);
            if self.out.lines {
                while let Some(newline) = newlines.next_if(|&newline| end.is_none_or(|end| newline < end)) {
                    let stop = before(newline);
                    self.emit(read, place..stop, &mut at, interrupt)?;
                    place = stop;
                    self.out.tokens.close_line(at as u32);
                }
            }
            let stop = end.map_or(read.places.len(), before);
            if R::CONTEXT != Context::None {
                let start = self.closed.checked_sub(1).map_or(0, |before| ends[before] + 1);
                let at_start = R::STRIPS || read.places.get(place).is_some_and(|place| place[0] == start);
                let is_first = at_start && !self.started;
                self.emit_ends(read, place..stop, is_first, end.is_some(), &mut at, interrupt)?;
                self.started = end.is_none() && (self.started || place < stop);
            } else {
                self.emit(read, place..stop, &mut at, interrupt)?;
            }
            place = stop;
            if end.is_none() {
                break;
            }
            self.out.tokens.close_text(self.out.lines, at as u32);
            self.closed += 1;
        }
        self.out.tokens.ids.truncate(at);
        Ok(())
    }

    /// Appends the tokens of these parts of a text, for rules that ask about its ends. `is_first` is true if the first of
    /// them is the first of the text, and `ends` if the last is the last.
    #[inline(always)]
    fn emit_ends(
        &mut self,
        read: Read<'_>,
        range: Range<usize>,
        is_first: bool,
        ends: bool,
        at: &mut usize,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        if let Some((number, place, kind)) = self.held.take_if(|_| ends || !range.is_empty()) {
            let kind = if range.is_empty() { Self::at_end(kind) } else { kind };
            self.emit_one(read.padded, (number, place), kind, at, interrupt)?;
        }
        let Some(last) = range.clone().next_back() else { return Ok(()) };
        let kind = |place: usize| {
            let first = R::CONTEXT == Context::Ends && is_first && place == range.start;
            if first { FIRST } else { Self::kind(read.padded, read.places[place]) }
        };
        if range.len() > 1 {
            let first = (read.numbers[range.start], read.places[range.start]);
            self.emit_one(read.padded, first, kind(range.start), at, interrupt)?;
            self.emit(read, range.start + 1..last, at, interrupt)?;
        }
        let (number, place) = (read.numbers[last], read.places[last]);
        if ends {
            return self.emit_one(read.padded, (number, place), Self::at_end(kind(last)), at, interrupt);
        }
        self.held = Some((number, place, kind(last)));
        Ok(())
    }

    /// The kind of the surroundings of a part that is not at an end of its text.
    #[inline(always)]
    fn kind(padded: &[u8], [_, stop]: [u32; 2]) -> usize {
        match R::CONTEXT {
            Context::After => usize::from(!matches!(padded[stop as usize], b' ' | b'\n')),
            Context::None | Context::Ends => 0,
        }
    }

    /// The kind of a part of this kind if it is the last of its text, whose white space at the end is left out.
    #[inline(always)]
    fn at_end(kind: usize) -> usize {
        match R::CONTEXT {
            Context::Ends => kind | LAST,
            Context::None | Context::After => 0,
        }
    }

    /// Appends the tokens of these parts, which are not at an end of a text if the rules ask about that.
    #[inline(always)]
    fn emit(
        &mut self,
        read: Read<'_>,
        mut range: Range<usize>,
        at: &mut usize,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let Read { padded, places, numbers } = read;
        loop {
            grow(&mut self.out.tokens.ids, 0, *at + FEW * (range.len() + 1))?;
            let (splits, ids) = (self.split.splits.each_ref().map(Vec::as_slice), self.out.tokens.ids.as_mut_slice());
            let parts = numbers[range.clone()].iter().zip(&places[range.clone()]);
            let mut done = 0;
            for (&number, &place) in parts {
                let Split { count, ids: own } = splits[Self::kind(padded, place)][number as usize];
                if count > FEW as u32 {
                    break;
                }
                ids[*at..][..FEW].copy_from_slice(&own);
                *at += count as usize;
                done += 1;
            }
            range.start += done;
            let Some(next) = range.next() else { return Ok(()) };
            let part = (numbers[next], places[next]);
            self.emit_one(padded, part, Self::kind(padded, part.1), at, interrupt)?;
        }
    }

    /// Appends the tokens of a part, given by its number and its place, in surroundings of this kind.
    #[inline(never)]
    fn emit_one(
        &mut self,
        padded: &[u8],
        (number, [start, stop]): (u32, [u32; 2]),
        kind: usize,
        at: &mut usize,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let number = number as usize;
        grow(&mut self.split.splits[kind], UNKNOWN, number + 1)?;
        if self.split.splits[kind][number].count == UNKNOWN.count {
            let word = &padded[start as usize..stop as usize];
            self.split.splits[kind][number] = self.split.split::<R>(word, kind, self.out.vocabulary, interrupt)?;
        }
        let Split { count, ids } = self.split.splits[kind][number];
        let count = count as usize;
        interrupt.spend(count)?;
        grow(&mut self.out.tokens.ids, 0, *at + count)?;
        let own = if count <= FEW { &ids[..count] } else { &self.split.many[ids[0] as usize..][..count] };
        self.out.tokens.ids[*at..][..count].copy_from_slice(own);
        *at += count;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::HashMap;

    use super::*;
    use crate::testing::{Random, never};
    use crate::tokenize::blocks::PIECE;
    use crate::tokenize::tercom::Tercom;
    use crate::tokenize::{Reader, Stream};

    fn tokenizers() -> Vec<Tokenizer> {
        let flags = [false, true];
        let options = flags.map(|normalized| flags.map(|no_punct| flags.map(|asian| (normalized, no_punct, asian))));
        let tercom = options.into_iter().flatten().flatten().flat_map(|(normalized, no_punct, asian_support)| {
            let lowercase = normalized != no_punct;
            flags.map(|twice| Tokenizer::Tercom(Tercom { lowercase, normalized, no_punct, asian_support, twice }))
        });
        [Tokenizer::Unicode, Tokenizer::Intl, Tokenizer::Zh, Tokenizer::Squad].into_iter().chain(tercom).collect()
    }

    /// The tokens of texts and the ends of their lines, without a vocabulary of words. Tokens are numbered by their first
    /// appearance in these texts.
    fn expected(tokenizer: Tokenizer, texts: &[String]) -> Vec<(Vec<u32>, Vec<u32>)> {
        let mut known: HashMap<Vec<u8>, u32> = HashMap::new();
        let of_text = |text: &String| {
            let tokens = RefCell::new(Vec::new());
            let mut lines = Vec::new();
            let token = |token: &[u8]| {
                let unseen = known.len() as u32;
                let number = known.get(token).copied().unwrap_or(unseen);
                if number == unseen {
                    known.insert(token.to_vec(), unseen);
                }
                tokens.borrow_mut().push(number);
                Ok(())
            };
            tokenizer.each(text.as_bytes(), token, || lines.push(tokens.borrow().len() as u32), &never()).unwrap();
            lines.push(tokens.borrow().len() as u32);
            lines.dedup();
            lines.retain(|&end| end > 0);
            (tokens.into_inner(), lines)
        };
        texts.iter().map(of_text).collect()
    }

    /// A new reader for each instruction set.
    fn readers() -> Vec<(Cpu, Reader)> {
        Cpu::available().into_iter().map(|cpu| (cpu, Reader::new(cpu))).collect()
    }

    /// Reads the texts together with each reader, and checks their tokens and lines.
    fn check(readers: &mut [(Cpu, Reader)], tokenizer: Tokenizer, texts: &[String]) {
        // Only these tell of newlines.
        let lines = tokenizer == Tokenizer::Unicode;
        let expected = expected(tokenizer, texts);
        let bytes: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        let mut out = Tokens::default();
        for (cpu, reader) in readers {
            let stream = Stream { tokenizer, lines };
            reader.read(*cpu, stream, &bytes, &never(), &mut out).unwrap();
            assert_eq!(out.len(), texts.len());
            // By id, the number of its first appearance.
            let mut numbers = vec![None; reader.ids(stream)];
            let mut unseen = 0..;
            for (number, (text, (tokens, ends))) in texts.iter().zip(&expected).enumerate() {
                let read = out.text(number);
                let shown = || format!("{cpu:?} {tokenizer:?} {:?}", text.chars().take(300).collect::<String>());
                assert_eq!(read.ids.len(), tokens.len(), "{}", shown());
                for (&id, &token) in read.ids.iter().zip(tokens) {
                    let seen = numbers[id as usize].get_or_insert_with(|| unseen.next().unwrap());
                    assert_eq!(*seen, token, "{}", shown());
                }
                if lines {
                    assert_eq!(read.lines, ends, "{}", shown());
                }
            }
        }
    }

    const PARTS: [&str; 64] = [
        " ",
        " ",
        " ",
        " ",
        " ",
        "  ",
        "\n",
        "\n-",
        "-\n",
        "\t",
        "\u{A0}",
        "\u{3000}",
        "\u{2028}",
        "\u{1C}",
        "a",
        "an",
        "the",
        "The",
        "x",
        "it's",
        "'s",
        "'",
        "-",
        "-",
        ".",
        ",",
        ",,",
        "1",
        "25",
        "+",
        "(",
        "&quot;",
        "&amp;",
        "<",
        "_",
        "é",
        "ъж",
        "слово",
        "١",
        "½",
        "€",
        "“",
        "”",
        "…",
        "हिन्दी",
        "क\u{93C}",
        "ไทย",
        "กิ",
        "漢",
        "字",
        "〇",
        "かな",
        "カ\u{3099}",
        "、",
        "。",
        "「",
        "！",
        "한국어",
        "\u{301}",
        "\u{200D}",
        "\u{AD}",
        "\u{1F600}",
        "\u{20000}",
        "internationalisation",
    ];

    #[test]
    fn words_that_are_split_once_give_the_tokens_of_whole_texts() {
        let mut random = Random::new(12);
        let mut readers = readers();
        for _ in 0..400 {
            let texts: Vec<String> = (0..1 + random.below(6))
                .map(|_| (0..random.below(60)).map(|_| PARTS[random.below(PARTS.len())]).collect())
                .collect();
            for tokenizer in tokenizers() {
                check(&mut readers, tokenizer, &texts);
            }
        }
    }

    #[test]
    fn neighbours_of_words() {
        let texts = [
            ",1",
            " ,1",
            "1,",
            "1, ",
            " ,1 ,1 1, 1,",
            "漢,1",
            "1,漢",
            ",1漢1,",
            "x's",
            "x's y",
            "x's\ny",
            "x's\ty",
            "x's漢",
            "x's\t",
            "x's\r\n",
            "x's\u{A0}",
            "x's's\t",
            "漢's\t",
            "a\n-b",
            "\n-",
            "-\n",
            "",
        ];
        // A NUL is read by the rules themselves.
        for with in ["", "a,\0b 漢"] {
            let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).chain([with.to_owned()]).collect();
            for tokenizer in tokenizers() {
                check(&mut readers(), tokenizer, &texts);
            }
        }
    }

    #[test]
    fn words_at_the_ends_of_pieces() {
        let piece = PIECE * BLOCK;
        for before in (piece - 9..piece + 9).step_by(3) {
            let filled = format!("{}{}", "ab, ".repeat(before / 4), &"...."[..before % 4]);
            let unspaced = "漢字".repeat(piece / 5);
            for text in [
                format!("{filled}1,"),
                format!("{filled}1, \n "),
                format!("{filled}x's\t{}", "\t".repeat(20)),
                format!("{filled}{}", " ".repeat(piece)),
                format!("{filled}漢,1 'か\nx 1,"),
                format!("{filled}{unspaced}1,2,字"),
                format!("{}漢字{}", &filled[..before - 40], "x".repeat(60)),
            ] {
                let texts = [text, ",1".to_owned()];
                for tokenizer in tokenizers() {
                    check(&mut readers(), tokenizer, &texts);
                }
            }
        }
    }

    #[test]
    fn words_are_forgotten_past_the_bounds() {
        let cpu = Cpu::detect();
        let mut readers = [(cpu, Reader::new(cpu))];
        let texts: Vec<String> = (0..300_000).map(|number| format!("{number},x the-{number}")).collect();
        for texts in texts.chunks(30_000) {
            for tokenizer in [Tokenizer::Intl, Tokenizer::Squad] {
                readers[0].1.bound();
                check(&mut readers, tokenizer, texts);
            }
        }
    }
}
