//! The edits of translation edit rate (Snover et al., AMTA 2006): the fewest edits that a greedy search
//! finds, where moving a run of tokens that stands elsewhere in the reference is one edit. The search is
//! that of sacreBLEU 2.6.0 (`lib_ter.py:39-284`).
//!
//! Each round tries candidate moves and makes the move that saves the most edits. The candidates of a
//! round are found first, without measuring distances. The search stops once their number, across all
//! rounds, reaches the limit. Candidates that cannot save more than the best move so far are skipped. The
//! others are measured eight at a time, in the order that breaks ties.

use crate::cpu::{Isa, LANES};
use crate::error::Error;
use crate::kernels::edit_distance::{Distance, Edit, Exchange};
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;

/// Most tokens in a move (`lib_ter.py:27`).
const MOST_MOVED: usize = 10;
/// Largest distance between the place of the moved tokens and their place in the reference.
const FARTHEST: usize = 50;
/// Most tokens of a reference whose places are the bits of one word.
const SHORT: usize = 63;
/// Number of candidate moves, across all rounds, at which the search stops.
const MOST_TRIED: usize = 1000;

/// Searches for moves. Reuses its buffers from pair to pair.
pub(crate) struct Shifts {
    /// Most tokens in a move, at most [`MOST_MOVED`].
    most_moved: usize,
    distance: Distance,
    alignment: Alignment,
    moves: Vec<Move>,
    /// For each token of the prediction, places in the reference: see [`Shifts::find_moves`].
    runs: Vec<u64>,
}

impl Default for Shifts {
    fn default() -> Self {
        Self {
            most_moved: MOST_MOVED,
            distance: Distance::default(),
            alignment: Alignment::default(),
            moves: Vec::new(),
            runs: Vec::new(),
        }
    }
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    /// For each move, the place of the first moved token, the number of moved tokens, the place in front of
    /// which they are put, and the number of edits saved. The places count tokens just before the move.
    pub moves: Vec<[u32; 4]>,
    /// For each token of the prediction after all moves, its original place.
    pub places: Vec<u32>,
    /// The edits that turn the prediction, after all moves, into the reference.
    pub edits: Vec<Edit>,
}

/// The alignment of the current prediction with the reference.
#[derive(Default)]
struct Alignment {
    /// For each prefix of the reference, the length of the aligned prefix of the prediction.
    prefixes: Vec<usize>,
    /// For each token of the prediction, the place of the first unmatched token from there on.
    next_wrong: Vec<usize>,
    /// For each token of the reference, the place of the first unmatched token from there on.
    next_missed: Vec<usize>,
}

/// A run of tokens and the place that they are moved to. Among moves that save equally many edits, the least
/// in the order of the fields wins (`lib_ter.py:131-139`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    /// [`MOST_MOVED`] minus the number of moved tokens.
    fewer: u32,
    start: u32,
    /// The place of the token in front of which the moved tokens are put.
    target: u32,
}

impl Move {
    /// The exchange that makes this move in a prediction of `tokens` tokens (`lib_ter.py:155-176`).
    fn exchange(self, tokens: usize) -> Exchange {
        let [fewer, start, target] = [self.fewer, self.start, self.target].map(|number| number as usize);
        let end = start + MOST_MOVED - fewer;
        if target < start {
            Exchange { start: target, middle: start, end }
        } else if target > end {
            Exchange { start, middle: end, end: target }
        } else {
            Exchange { start, middle: end, end: tokens.min(target + end - start) }
        }
    }
}

impl Shifts {
    /// A search for moves of at most this many tokens; a number above sacreBLEU's own limit means that limit.
    pub fn moving(most_moved: usize) -> Self {
        let most_moved = most_moved.min(MOST_MOVED);
        Self { most_moved, ..Self::default() }
    }

    /// The number of edits, including moves. Linear in the longer side, apart from up to a thousand
    /// measurements of candidate moves.
    #[inline(always)]
    pub fn edits<I: Isa>(&mut self, isa: I, pair: &mut Common, interrupt: &Interrupt) -> Result<u32, Error> {
        self.search(isa, pair, interrupt, |_, _, _| ())
    }

    /// Returns the same count as [`Self::edits`]. Calls `made` for each move that is made, with the candidates
    /// of its round in order of preference, the exchange, and the number of edits that it saves.
    #[inline(always)]
    fn search<I: Isa>(
        &mut self,
        isa: I,
        pair: &mut Common,
        interrupt: &Interrupt,
        mut made: impl FnMut(&[Move], Exchange, u32),
    ) -> Result<u32, Error> {
        let (prediction, reference) = (pair.prediction.len(), pair.reference.len());
        if prediction.min(reference) == 0 {
            return Ok(prediction.max(reference) as u32);
        }
        let least = pair.least_edits();
        let mut edits = self.distance.start(isa, pair, interrupt)?;
        let mut moved = 0;
        let mut tried = 0;
        while edits > least {
            self.find_moves(pair, &mut tried, interrupt)?;
            if tried >= MOST_TRIED {
                break;
            }
            let Some(exchange) = self.best(isa, pair, edits, least, interrupt)? else { break };
            exchange.apply(&mut pair.prediction);
            moved += 1;
            let before = edits;
            edits = self.distance.extend(isa, pair, exchange.start, interrupt)?;
            made(&self.moves, exchange, before - edits);
        }
        Ok(edits + moved)
    }

    /// Writes the moves of the search and the remaining edits to `out`. Takes about as long as [`Self::edits`].
    #[inline(always)]
    pub fn steps<I: Isa>(
        &mut self,
        isa: I,
        pair: &mut Common,
        interrupt: &Interrupt,
        out: &mut Steps,
    ) -> Result<(), Error> {
        let (prediction, reference) = (pair.prediction.len(), pair.reference.len());
        let Steps { moves, places, edits } = out;
        moves.clear();
        places.clear();
        places.extend(0..prediction as u32);
        self.search(isa, pair, interrupt, |round, exchange, saved| {
            let is_made = |candidate: &&Move| candidate.exchange(prediction) == exchange;
            let Move { fewer, start, target } =
                *round.iter().find(is_made).expect("the move is a candidate of its round");
            let target = if target < start { target } else { exchange.end as u32 };
            moves.push([start, MOST_MOVED as u32 - fewer, target, saved]);
            exchange.apply(places);
        })?;
        edits.clear();
        if prediction.min(reference) == 0 {
            edits.resize(prediction, Edit::Delete);
            edits.resize(prediction + reference, Edit::Insert);
        } else {
            interrupt.spend(20 * (prediction + reference))?;
            self.distance.trace(prediction, |edit, _, _| edits.push(edit));
            edits.reverse();
        }
        Ok(())
    }

    /// Fills `moves` with the candidates of this round and adds their number to `tried`. Stops at the limit.
    #[inline(always)]
    fn find_moves(&mut self, pair: &Common, tried: &mut usize, interrupt: &Interrupt) -> Result<(), Error> {
        let Self { most_moved, distance, alignment, moves, runs } = self;
        let most_moved = *most_moved;
        let (prediction, reference) = (&pair.prediction, &pair.reference);
        interrupt.spend(20 * (prediction.len() + reference.len()))?;
        alignment.read(distance, prediction.len(), reference.len());
        let Alignment { next_wrong, .. } = &*alignment;
        moves.clear();
        let is_short = reference.len() <= SHORT;
        if is_short {
            // The places at which the tokens from `start` up to the next unmatched one stand in the reference.
            runs.resize(prediction.len(), 0);
            let mut run = 0;
            for (start, &token) in prediction.iter().enumerate().rev() {
                let places = distance.places(pair, token, 0);
                run = if next_wrong[start] == start { places } else { places & run >> 1 };
                runs[start] = run;
            }
        }
        for (start, &token) in prediction.iter().enumerate() {
            // A token in the moved run must be unmatched where it stands (`lib_ter.py:98`).
            let wrong = next_wrong[start] - start;
            if wrong >= most_moved || token == pair.only_prediction() {
                continue;
            }
            let (first, last) = (start.saturating_sub(FARTHEST), start + FARTHEST);
            if is_short {
                let near = u64::MAX.checked_shl(first as u32).unwrap_or(0) & u64::MAX >> 63_usize.saturating_sub(last);
                alignment.find(pair, start, most_moved, (0, runs[start] & near), tried, moves);
                if *tried >= MOST_TRIED {
                    return Ok(());
                }
                continue;
            }
            for (first, within) in [(first, u64::MAX), (first + 64, (1 << (FARTHEST * 2 + 1 - 64)) - 1)] {
                let mut places = distance.places(pair, token, first) & within;
                interrupt.spend(distance.steps() + 10 * places.count_ones() as usize)?;
                if last < first + 64 {
                    places &= u64::MAX.checked_shr((first + 63 - last) as u32).unwrap_or(0);
                }
                alignment.find(pair, start, most_moved, (first, places), tried, moves);
                if *tried >= MOST_TRIED {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The move that saves the most edits, or `None` if none saves any. Ties go to the preferred move.
    #[inline(always)]
    fn best<I: Isa>(
        &mut self,
        isa: I,
        pair: &Common,
        edits: u32,
        least: u32,
        interrupt: &Interrupt,
    ) -> Result<Option<Exchange>, Error> {
        let Self { distance, moves, .. } = self;
        let tokens = pair.prediction.len();
        moves.sort_unstable();
        let exact = distance.beam_is_wide_enough(tokens, edits);
        let mut best = (0, None);
        let mut moves = moves.iter();
        while best.0 < edits - least {
            let mut group = [Exchange::default(); LANES];
            let mut count = 0;
            for &next in &mut moves {
                let exchange = next.exchange(tokens);
                // Deleting k tokens and inserting them elsewhere takes 2k edits, so an exchange saves at most
                // twice the length of its shorter part. Where the beam cuts paths off, the measured distance
                // exceeds the true distance, and a move may save more.
                let parts = [exchange.middle - exchange.start, exchange.end - exchange.middle];
                let most = 2 * parts[0].min(parts[1]) as u32;
                if most > best.0 || !exact && most > 0 {
                    group[count] = exchange;
                    count += 1;
                    if count == LANES {
                        break;
                    }
                }
            }
            if count == 0 {
                break;
            }
            let distances = distance.exchanged(isa, pair, &group[..count], interrupt)?;
            for (&exchange, distance) in group[..count].iter().zip(distances) {
                let saved = edits.saturating_sub(distance);
                if saved > best.0 {
                    best = (saved, Some(exchange));
                }
            }
        }
        Ok(best.1)
    }
}

impl Alignment {
    /// Adds the moves of tokens from `start` on to places in the reference, given as bits from a first place on. Stops at
    /// the limit.
    #[inline(always)]
    fn find(
        &self,
        pair: &Common,
        start: usize,
        most_moved: usize,
        (first, mut places): (usize, u64),
        tried: &mut usize,
        moves: &mut Vec<Move>,
    ) {
        let Self { prefixes, next_wrong, next_missed } = self;
        let wrong = next_wrong[start] - start;
        while places != 0 {
            let place = first + places.trailing_zeros() as usize;
            places &= places - 1;
            // A token of the equal run in the reference must be unmatched too (`:101`), and the first token of that run
            // must not be aligned with a place in the moved run (`:105`).
            let least = wrong.max(next_missed[place] - place);
            let aligned = prefixes[place + 1];
            let most = if aligned > start { (aligned - 1 - start).min(most_moved) } else { most_moved };
            if least >= most {
                continue;
            }
            let alike = pair.prediction[start..].iter().zip(&pair.reference[place..]).take(most);
            let most = alike.take_while(|(a, b)| a == b).count();
            for length in least + 1..=most {
                let mut before = None;
                // A target follows each prediction token that is aligned with the run in the reference.
                for &target in &prefixes[place..=place + length] {
                    if before != Some(target) {
                        *tried += 1;
                        let fewer = (MOST_MOVED - length) as u32;
                        moves.push(Move { fewer, start: start as u32, target: target as u32 });
                        before = Some(target);
                    }
                }
                if *tried >= MOST_TRIED {
                    return;
                }
            }
        }
    }

    /// Reads the alignment from the trace of the text measured last (`lib_ter.py:228-268`).
    #[inline(always)]
    fn read(&mut self, distance: &Distance, prediction: usize, reference: usize) {
        self.prefixes.resize(reference + 1, 0);
        self.next_wrong.resize(prediction, 0);
        self.next_missed.resize(reference, 0);
        self.prefixes[0] = 0;
        // Where no unmatched token follows, a place that is too far away for any move.
        let (mut wrong, mut missed) = (prediction + MOST_MOVED, reference + MOST_MOVED);
        distance.trace(prediction, |edit, row, column| {
            if edit != Edit::Insert {
                if edit != Edit::Keep {
                    wrong = row - 1;
                }
                self.next_wrong[row - 1] = wrong;
            }
            if edit != Edit::Delete {
                if edit != Edit::Keep {
                    missed = column - 1;
                }
                self.next_missed[column - 1] = missed;
                self.prefixes[column] = row;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Cpu, Kernel};
    use crate::testing::{Random, never};

    struct Both<'a>(&'a mut Shifts, &'a [u32], &'a [u32]);

    impl Kernel for Both<'_> {
        type Output = (u32, Steps);

        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> Self::Output {
            let Self(shifts, prediction, reference) = self;
            let mut pair = Common::default();
            pair.read(Cpu::detect(), 200, prediction, reference, &never()).unwrap();
            let edits = shifts.edits(isa, &mut pair, &never()).expect("not interrupted");
            pair.read(Cpu::detect(), 200, prediction, reference, &never()).unwrap();
            let mut steps = Steps::default();
            shifts.steps(isa, &mut pair, &never(), &mut steps).expect("not interrupted");
            (edits, steps)
        }
    }

    /// The tokens after a move.
    fn moved(tokens: &[u32], [start, length, target, _]: [u32; 4]) -> Vec<u32> {
        let (start, end, target) = (start as usize, (start + length) as usize, target as usize);
        let parts = if target < start {
            [&tokens[..target], &tokens[start..end], &tokens[target..start], &tokens[end..]]
        } else {
            [&tokens[..start], &tokens[end..target], &tokens[start..end], &tokens[target..]]
        };
        parts.concat()
    }

    #[test]
    fn steps_lead_to_the_reference() {
        let mut random = Random::new(31);
        let mut shifts = Shifts::default();
        let mut made = 0;
        for round in 0..1500 {
            let most = [(8, 8), (30, 30), (70, 70), (120, 120), (4, 300), (300, 20)][round % 6];
            let vocabulary = [2, 6, 40, 200][round % 4];
            let prediction = random.tokens(most.0, vocabulary);
            let mut reference = random.tokens(most.1, vocabulary);
            if round % 3 == 0 {
                reference = prediction.clone();
                for _ in 0..random.below(8).min(reference.len()) {
                    let places = [random.below(reference.len()), random.below(reference.len())];
                    reference[places[0].min(places[1])..=places[0].max(places[1])].rotate_left(1);
                }
            }
            for cpu in Cpu::available() {
                let (edits, steps) = cpu.call(Both(&mut shifts, &prediction, &reference));
                let Steps { moves, places, edits: trace } = steps;
                let others = trace.iter().filter(|edit| **edit != Edit::Keep).count();
                assert_eq!(moves.len() + others, edits as usize, "{cpu:?} {prediction:?} {reference:?}");
                let mut tokens = prediction.clone();
                for step in &moves {
                    tokens = moved(&tokens, *step);
                    assert!(step[3] > 0);
                }
                let from_places: Vec<u32> = places.iter().map(|&place| prediction[place as usize]).collect();
                assert_eq!(from_places, tokens, "{cpu:?} {prediction:?} {reference:?}");
                let (mut tokens, mut others) = (tokens.iter(), reference.iter());
                for edit in &trace {
                    let token = if *edit == Edit::Insert { None } else { tokens.next() };
                    let other = if *edit == Edit::Delete { None } else { others.next() };
                    assert_eq!(token == other, *edit == Edit::Keep);
                }
                assert_eq!((tokens.next(), others.next()), (None, None));
                made += moves.len();
            }
        }
        assert!(made > 1000, "{made}");
    }

    #[test]
    fn by_hand() {
        // "on the mat the cat sat": moving "on the mat" to the end gives the reference.
        let [the, cat, sat, on, mat] = [0, 1, 2, 3, 4];
        let pair = ([on, the, mat, the, cat, sat], [the, cat, sat, on, the, mat]);
        for cpu in Cpu::available() {
            let (edits, steps) = cpu.call(Both(&mut Shifts::default(), &pair.0, &pair.1));
            assert_eq!(edits, 1);
            // The move saves six edits: three insertions and three deletions, or six substitutions.
            assert_eq!(steps.moves, [[0, 3, 6, 6]]);
            assert_eq!(steps.places, [3, 4, 5, 0, 1, 2]);
            assert_eq!(steps.edits, [Edit::Keep; 6]);
        }
    }
}
