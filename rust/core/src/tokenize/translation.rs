//! The translation between a reader's ids and those of prepared tokens, which have a vocabulary of their own.
//!
//! At first the tokens that are read are translated: one load per token, every time. Once as many tokens have been
//! translated as were prepared, the prepared tokens are translated instead, once, and kept. From then on, a thread
//! that scores against the same texts reads and compares as if nothing were prepared, except that it need not read
//! the prepared texts. So translation never costs more than twice the minimum. Large sets are not kept, because each
//! thread would keep its own.

use crate::cpu::{Cpu, Isa, Kernel};
use crate::error::Error;
use crate::tokenize::chars;
use crate::tokenize::prepared_tokens::{Names, PreparedTokens};
use crate::tokenize::tokens::Tokens;

/// A translation in both directions.
#[derive(Default)]
pub(super) struct Translation {
    /// The number of the prepared tokens ([`PreparedTokens::number`]); 0 while the tables are incomplete.
    number: u64,
    /// The prepared id of each id of the reader; [`UNKNOWN`] for a token that was not prepared.
    prepared: Vec<u32>,
    /// The reader's id of each prepared id.
    own: Vec<u32>,
    /// The number of tokens translated so far.
    done: usize,
    /// The prepared tokens in the reader's ids.
    tokens: Option<Tokens>,
}

const UNKNOWN: u32 = u32::MAX;
/// Ids are checked in chunks of this many: a chunk in which no id changes is skipped.
const CHUNK: usize = 64;
/// Prepared tokens of more than this many bytes are not kept.
const MOST_BYTES: usize = 1 << 25;

impl Translation {
    /// True if this translates to prepared tokens other than these.
    pub fn is_other(&self, to: &PreparedTokens) -> bool {
        self.number != to.number
    }

    /// Makes this a translation to these prepared tokens; `own` gives the reader's id of each name, in order.
    pub fn learn(
        &mut self,
        to: &PreparedTokens,
        own: impl IntoIterator<Item = Result<u32, Error>>,
    ) -> Result<(), Error> {
        (self.number, self.done, self.tokens) = (0, 0, None);
        for id in self.own.drain(..) {
            self.prepared[id as usize] = UNKNOWN;
        }
        for (name, id) in (0..).zip(own) {
            let id = id?;
            if self.prepared.len() <= id as usize {
                self.prepared.resize((id as usize + 1).next_power_of_two(), UNKNOWN);
            }
            self.prepared[id as usize] = name;
            self.own.push(id);
        }
        self.number = to.number;
        Ok(())
    }

    /// Translates ids of the reader, which are below `ids`, into prepared ids. A token that was not prepared becomes
    /// the id after the last prepared id. Leaves the ids as they are if [`Self::tokens`] has the prepared tokens.
    /// Linear.
    pub fn apply(&mut self, cpu: Cpu, to: &PreparedTokens, ids: usize, tokens: &mut Tokens) {
        let paid = self.done >= to.tokens.ids.len() && to.tokens.bytes() <= MOST_BYTES;
        // Sorted n-grams hold prepared ids.
        if self.tokens.is_none() && paid && to.tokens.places.is_empty() {
            let mut own = Tokens::default();
            // Without memory for them, tokens that are read are translated as before.
            if own.append(&to.tokens) {
                own.ids.iter_mut().for_each(|id| *id = self.own[*id as usize]);
                self.tokens = Some(own);
            }
        }
        if self.tokens.is_some() {
            return;
        }
        if self.prepared.len() < ids.max(1) {
            self.prepared.resize(ids.max(1).next_power_of_two(), UNKNOWN);
        }
        self.done += tokens.ids.len();
        let same = if let Names::Points(_) = to.names { chars::ASCII } else { 0 };
        cpu.call(Translate { table: &self.prepared, same, unknown: to.ids as u32, ids: &mut tokens.ids });
    }

    /// These prepared tokens in the reader's ids, if they are kept.
    pub fn tokens(&self, of: &PreparedTokens) -> Option<&Tokens> {
        self.tokens.as_ref().filter(|_| self.number == of.number)
    }
}

/// Replaces each id by its entry in a table.
struct Translate<'a> {
    /// Has more entries than there are ids, and a power of two of them.
    table: &'a [u32],
    /// Ids below this stay as they are.
    same: u32,
    /// The id of tokens that were not prepared.
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
                // The mask keeps the id within the table and spares a bounds check.
                *id = table[*id as usize & (table.len() - 1)].min(unknown);
            }
        }
    }
}
