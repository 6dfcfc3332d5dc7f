//! A segment as token ids: the view that metrics count in.

use crate::cpu::Cpu;
use crate::kernels::sorted_ngrams::SortedSide;
use crate::texts::segments::References;
use crate::tokenize::{Text, Tokens};

/// The most streams that a metric can ask for.
pub const STREAMS: usize = 2;

/// A segment as token ids. Its streams are numbered as the metric asks for them.
pub(crate) struct Segment<'a> {
    pub cpu: Cpu,
    /// The number of the prediction in [`StreamTokens::predictions`].
    pub prediction: usize,
    /// The numbers of the references in [`StreamTokens::references`].
    pub references: References,
    pub streams: [StreamTokens<'a>; STREAMS],
}

/// The tokens of a group of segments in one stream.
#[derive(Clone, Copy)]
pub(crate) struct StreamTokens<'a> {
    pub predictions: &'a Tokens,
    pub references: &'a Tokens,
    /// A number above every id.
    pub ids: usize,
}

impl<'a> Segment<'a> {
    /// A number above every id of a stream.
    #[inline(always)]
    pub fn ids(&self, stream: usize) -> usize {
        self.streams[stream].ids
    }

    /// The prediction in a stream.
    #[inline(always)]
    pub fn prediction(&self, stream: usize) -> Text<'a> {
        self.streams[stream].predictions.text(self.prediction)
    }

    /// The numbers of the references.
    #[inline(always)]
    pub fn numbers(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let References { range, except } = self.references.clone();
        range.filter(move |&number| number != except)
    }

    /// True if a text has several lines with tokens, where lines are asked for.
    #[inline(always)]
    pub fn has_lines(&self) -> bool {
        match self.prediction(0).lines.len() {
            0 => false,
            1 => self.numbers().any(|number| self.reference(0, number).lines.len() > 1),
            _ => true,
        }
    }

    /// The number of references.
    #[inline(always)]
    pub fn count(&self) -> usize {
        let References { range, except } = &self.references;
        range.len() - usize::from(range.contains(except))
    }

    /// The reference of this number in a stream.
    #[inline(always)]
    pub fn reference(&self, stream: usize, number: usize) -> Text<'a> {
        self.streams[stream].references.text(number)
    }

    /// The number of tokens of all texts in the first stream.
    #[inline(always)]
    pub fn tokens(&self) -> usize {
        self.prediction(0).ids.len() + self.references().map(<[u32]>::len).sum::<usize>()
    }

    /// The prediction in a stream, with its sorted n-grams if there are any.
    #[inline(always)]
    pub fn prediction_places(&self, stream: usize) -> SortedSide<'a> {
        side(self.streams[stream].predictions, self.prediction)
    }

    /// The reference of this number in a stream, with its sorted n-grams if there are any.
    #[inline(always)]
    pub fn reference_places(&self, stream: usize, number: usize) -> SortedSide<'a> {
        side(self.streams[stream].references, number)
    }

    /// The tokens of each reference in the first stream.
    #[inline(always)]
    pub fn references(&self) -> impl Iterator<Item = &'a [u32]> + Clone + use<'a> {
        let all = self.streams[0].references;
        self.numbers().map(|number| all.text(number).ids)
    }

    /// The references that have tokens, or all of them if none has. An empty reference means that the question has no
    /// answer, and SQuAD 2.0 takes a question as unanswerable only if it has no other reference.
    #[inline(always)]
    pub fn answers(&self) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        let any = self.references().any(|reference| !reference.is_empty());
        self.references().filter(move |reference| !any || !reference.is_empty())
    }
}

#[inline(always)]
fn side(tokens: &Tokens, text: usize) -> SortedSide<'_> {
    SortedSide { ids: tokens.text(text).ids, places: tokens.places.of(text) }
}
