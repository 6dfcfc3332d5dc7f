//! Translation edit rate: the fewest edits that a greedy search finds, where to move some tokens that
//! stand elsewhere in the reference is one edit (Snover et al., AMTA 2006), as sacreBLEU 2.6.0
//! searches (`lib_ter.py:39-284`).
//!
//! Each round tries moves, and makes the one that saves most. What a move must fulfil is looked up
//! first and no distance measured: when there are more of them than the limit allows the search is
//! over. Of the others those that cannot save more than the best so far are left out, and eight are
//! measured at once, in the order in which equals are preferred.

use crate::cpu::{Isa, LANES};
use crate::error::Error;
use crate::kernels::edit_distance::{Distance, Edit, Exchange};
use crate::kernels::shared_tokens::Common;
use crate::limits::interrupt::Interrupt;

/// Most tokens that are moved together (`lib_ter.py:27`).
const MOST_MOVED: usize = 10;
/// Places apart of what is moved and where it stands in the reference.
const FARTHEST: usize = 50;
/// Moves that may be tried, over all rounds.
const MOST_TRIED: usize = 1000;

/// What the search keeps from pair to pair.
#[derive(Default)]
pub(crate) struct Shifts {
    distance: Distance,
    alignment: Alignment,
    moves: Vec<Move>,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    /// For each move the place of the first token, how many they are, the place that they are moved in front
    /// of, and how many edits fewer are left; places are those of the tokens as they stand then.
    pub moves: Vec<[u32; 4]>,
    /// Where the tokens of the prediction, as moved, stood before.
    pub places: Vec<u32>,
    /// The edits that make the reference of them.
    pub edits: Vec<Edit>,
}

/// Which edits the text at hand takes.
#[derive(Default)]
struct Alignment {
    /// For each prefix of the reference, of how many tokens the prefix of the prediction is.
    prefixes: Vec<usize>,
    /// For each token of the prediction, where the next one is that does not match.
    next_wrong: Vec<usize>,
    /// The same for the reference.
    next_missed: Vec<usize>,
}

/// Some tokens, and the place that they are moved to. In the order of preference among moves that
/// save as much (`lib_ter.py:131-139`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    /// How many fewer than the most.
    fewer: usize,
    start: usize,
    /// In front of which token.
    target: usize,
}

impl Move {
    /// What is exchanged, of so many tokens (`lib_ter.py:155-176`).
    fn exchange(self, tokens: usize) -> Exchange {
        let Self { start, target, .. } = self;
        let end = start + MOST_MOVED - self.fewer;
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
    /// The number of edits, moves included. At most a thousand moves are tried, so it is linear in the
    /// longer side but for that.
    #[inline(always)]
    pub fn edits<I: Isa>(&mut self, isa: I, pair: &mut Common, interrupt: &Interrupt) -> Result<u32, Error> {
        self.search(isa, pair, interrupt, |_, _, _| ())
    }

    /// Counts as [`Self::edits`] does. `made` is given, for each move that is made, the moves of its round, the
    /// preferred ones first, the exchange, and how many edits it saves.
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
        // No order of the tokens takes fewer edits than this.
        let least = (prediction.max(reference) - pair.matches) as u32;
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

    /// Writes the moves of the search and the edits that are left to `out`. Costs as much as [`Self::edits`].
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
            let is_it = |next: &&Move| next.exchange(prediction) == exchange;
            let Move { fewer, start, target } = *round.iter().find(is_it).expect("one of them");
            let target = if target < start { target } else { exchange.end };
            moves.push([start, MOST_MOVED - fewer, target, saved as usize].map(|number| number as u32));
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

    /// Fills in the moves that this round may try, and adds their number to `tried`; stops at the limit.
    #[inline(always)]
    fn find_moves(&mut self, pair: &Common, tried: &mut usize, interrupt: &Interrupt) -> Result<(), Error> {
        let Self { distance, alignment, moves } = self;
        let (prediction, reference) = (&pair.prediction, &pair.reference);
        interrupt.spend(20 * (prediction.len() + reference.len()))?;
        alignment.read(distance, prediction.len(), reference.len());
        let Alignment { prefixes, next_wrong, next_missed } = &*alignment;
        moves.clear();
        for (start, &token) in prediction.iter().enumerate() {
            // Something in what is moved does not match as it stands (`lib_ter.py:98`).
            let wrong = next_wrong[start] - start;
            if wrong >= MOST_MOVED || token == pair.only_prediction() {
                continue;
            }
            let first = start.saturating_sub(FARTHEST);
            let last = start + FARTHEST;
            for (first, within) in [(first, u64::MAX), (first + 64, (1 << (FARTHEST * 2 + 1 - 64)) - 1)] {
                let mut places = distance.places(pair, token, first) & within;
                interrupt.spend(distance.steps() + 10 * places.count_ones() as usize)?;
                while places != 0 {
                    let place = first + places.trailing_zeros() as usize;
                    places &= places - 1;
                    if place > last {
                        break;
                    }
                    // Nor does something of where it goes (`:101`), and that is not within it (`:105`).
                    let least = wrong.max(next_missed[place] - place);
                    let aligned = prefixes[place + 1];
                    let most = if aligned > start { (aligned - 1 - start).min(MOST_MOVED) } else { MOST_MOVED };
                    if least >= most {
                        continue;
                    }
                    let alike = prediction[start..].iter().zip(&reference[place..]).take(most);
                    let most = alike.take_while(|(a, b)| a == b).count();
                    for length in least + 1..=most {
                        let mut before = None;
                        // Behind each token of the prediction that one of these is aligned with.
                        for &target in &prefixes[place..=place + length] {
                            if before != Some(target) {
                                *tried += 1;
                                moves.push(Move { fewer: MOST_MOVED - length, start, target });
                                before = Some(target);
                            }
                        }
                        if *tried >= MOST_TRIED {
                            return Ok(());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The move that saves most, if any saves something; of equals the preferred one.
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
                // To take some tokens out and put them in again is twice their number of edits. Where the
                // beam cuts, a distance is more than that of the definition, and may fall by more.
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
    /// Reads it off the text that was measured last (`lib_ter.py:228-268`).
    #[inline(always)]
    fn read(&mut self, distance: &Distance, prediction: usize, reference: usize) {
        self.prefixes.resize(reference + 1, 0);
        self.next_wrong.resize(prediction, 0);
        self.next_missed.resize(reference, 0);
        self.prefixes[0] = 0;
        // Too far to be moved.
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

    /// Tokens with some moved in front of another one.
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
        // on the mat the cat sat: "on the mat" goes to the end, and nothing is left to do.
        let [the, cat, sat, on, mat] = [0, 1, 2, 3, 4];
        let pair = ([on, the, mat, the, cat, sat], [the, cat, sat, on, the, mat]);
        for cpu in Cpu::available() {
            let (edits, steps) = cpu.call(Both(&mut Shifts::default(), &pair.0, &pair.1));
            assert_eq!(edits, 1);
            // Six edits before: three tokens to put in and three to leave out, or six to replace.
            assert_eq!(steps.moves, [[0, 3, 6, 6]]);
            assert_eq!(steps.places, [3, 4, 5, 0, 1, 2]);
            assert_eq!(steps.edits, [Edit::Keep; 6]);
        }
    }
}
