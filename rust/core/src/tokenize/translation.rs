//! What a reader's ids are in texts that were prepared, whose ids are those of a vocabulary of their own.
//!
//! At first what is read is translated: a load a token, every time. Once that was done for as many tokens as were
//! prepared, these are translated instead, once for all times, and kept: a thread that scores against the same
//! texts again and again reads and compares as if nothing were prepared, but for what need not be read. So this
//! never costs more than twice the least. Large sets are not kept, for each thread would
//! keep its own.

use super::{Names, Tokens, chars};
use crate::corpus::prepared::Ids;
use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;

/// A translation, both ways.
#[derive(Default)]
pub(super) struct Translation {
    /// That of [`Ids`]; 0 while it is not whole.
    number: u64,
    /// Theirs, by the reader's; [`UNKNOWN`] for what is not among them.
    theirs: Vec<u32>,
    /// The reader's, by theirs.
    own: Vec<u32>,
    /// How many tokens were translated.
    done: usize,
    /// The texts in the reader's ids.
    tokens: Option<Tokens>,
}

const UNKNOWN: u32 = u32::MAX;
/// Ids that are looked at together for whether any changes.
const CHUNK: usize = 64;
/// Texts that take more are not kept.
const MOST_BYTES: usize = 1 << 25;

impl Translation {
    /// Whether it is for others than these.
    pub fn is_other(&self, to: &Ids) -> bool {
        self.number != to.number
    }

    /// Makes it one for these, whose tokens the reader has as `own`, in order.
    pub fn learn(&mut self, to: &Ids, own: impl IntoIterator<Item = Result<u32, Error>>) -> Result<(), Error> {
        (self.number, self.done, self.tokens) = (0, 0, None);
        for id in self.own.drain(..) {
            self.theirs[id as usize] = UNKNOWN;
        }
        for (name, id) in (0..).zip(own) {
            let id = id?;
            if self.theirs.len() <= id as usize {
                self.theirs.resize((id as usize + 1).next_power_of_two(), UNKNOWN);
            }
            self.theirs[id as usize] = name;
            self.own.push(id);
        }
        self.number = to.number;
        Ok(())
    }

    /// Turns ids of the reader, which are below `ids`, into theirs, and all that they do not have into the one
    /// after their last; or leaves them as they are, if [`Self::tokens`] is there. Linear.
    pub fn apply(&mut self, cpu: Cpu, to: &Ids, ids: usize, tokens: &mut Tokens) {
        let paid = self.done >= to.tokens.ids.len() && to.tokens.bytes() <= MOST_BYTES;
        // Places that were sorted are of their ids.
        if self.tokens.is_none() && paid && to.tokens.places.is_empty() {
            let mut own = to.tokens.clone();
            own.ids.iter_mut().for_each(|id| *id = self.own[*id as usize]);
            self.tokens = Some(own);
        }
        if self.tokens.is_some() {
            return;
        }
        if self.theirs.len() < ids.max(1) {
            self.theirs.resize(ids.max(1).next_power_of_two(), UNKNOWN);
        }
        self.done += tokens.ids.len();
        let same = if let Names::Points(_) = to.names { chars::ASCII } else { 0 };
        cpu.call(Translate { table: &self.theirs, same, unknown: to.ids as u32, ids: &mut tokens.ids });
    }

    /// The texts in the reader's ids, if it is these and they are kept.
    pub fn tokens(&self, of: &Ids) -> Option<&Tokens> {
        self.tokens.as_ref().filter(|_| self.number == of.number)
    }
}

/// Replaces ids by what a table gives for them.
struct Translate<'a> {
    /// A power of two of numbers, and more than ids.
    table: &'a [u32],
    /// Ids below this stay as they are.
    same: u32,
    unknown: u32,
    ids: &'a mut [u32],
}

impl Kernel for Translate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _isa: I) {
        let Self { table, same, unknown, ids } = self;
        for ids in ids.chunks_mut(if same > 0 { CHUNK } else { usize::MAX }) {
            if ids.iter().fold(0, |most, &id| most.max(id)) < same {
                continue;
            }
            for id in ids {
                // To say that it is within spares a check.
                *id = table[*id as usize & (table.len() - 1)].min(unknown);
            }
        }
    }
}
