//! A pair of texts reduced to what they share.
//!
//! Tokens that only one side has match nothing, in any kernel. The others get dense ids of their
//! own, so that tables over a pair are small whatever the vocabulary.

/// The two texts of a pair in ids of their own: `1..=distinct` for tokens that both have,
/// [`Common::ONLY_REFERENCE`] and [`Common::only_prediction`] for the rest, which differ so that
/// no n-gram with one of them is on both sides.
#[derive(Default)]
pub(crate) struct Common {
    /// The reference, a token each.
    pub reference: Vec<u32>,
    /// The prediction, a token each.
    pub prediction: Vec<u32>,
    /// How many tokens both have.
    pub distinct: usize,
    /// Occurrences in the prediction by id.
    pub prediction_counts: Vec<u32>,
    /// The clipped count of unigrams.
    pub matches: usize,
    /// Vocabulary id to 1 + the order of first sight in the reference; zero between pairs.
    order: Vec<u32>,
    counts: Vec<[u32; 2]>,
    ids: Vec<u32>,
}

impl Common {
    /// The id of a token that the prediction lacks.
    pub const ONLY_REFERENCE: u32 = 0;

    /// The id of a token that the reference lacks.
    pub fn only_prediction(&self) -> u32 {
        self.distinct as u32 + 1
    }

    /// Reads a pair; `vocabulary` is above every id in it. Linear.
    pub fn read(&mut self, vocabulary: usize, prediction: &[u32], reference: &[u32]) {
        if self.order.len() < vocabulary {
            self.order.resize(vocabulary, 0);
        } else if self.order.len() > vocabulary * 4 + (1 << 16) {
            // The vocabulary has started again after a giant.
            self.order.truncate(vocabulary);
            self.order.shrink_to_fit();
        }
        let order = &mut self.order[..vocabulary];
        // Entry 0 takes what only the prediction has.
        self.counts.clear();
        self.counts.push([0, 0]);
        self.reference.clear();
        self.reference.extend(reference.iter().map(|&id| {
            let place = &mut order[id as usize];
            if *place == 0 {
                *place = self.counts.len() as u32;
                self.counts.push([0, 0]);
            }
            self.counts[*place as usize][0] += 1;
            *place
        }));
        self.prediction.clear();
        self.prediction.extend(prediction.iter().map(|&id| {
            let place = order[id as usize];
            self.counts[place as usize][1] += 1;
            place
        }));
        for &id in reference {
            order[id as usize] = 0;
        }
        self.ids.clear();
        self.prediction_counts.clear();
        self.prediction_counts.push(0);
        self.matches = 0;
        for &[in_reference, in_prediction] in &self.counts {
            let both = in_reference.min(in_prediction);
            self.matches += both as usize;
            self.ids.push(if both > 0 { self.prediction_counts.len() as u32 } else { 0 });
            if both > 0 {
                self.prediction_counts.push(in_prediction);
            }
        }
        self.distinct = self.prediction_counts.len() - 1;
        let only_prediction = self.only_prediction();
        for place in &mut self.reference {
            *place = self.ids[*place as usize];
        }
        self.ids[0] = only_prediction;
        for place in &mut self.prediction {
            *place = self.ids[*place as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_have() {
        let mut common = Common::default();
        for _ in 0..2 {
            common.read(10, &[5, 7, 5, 9], &[1, 5, 9, 9, 3]);
            assert_eq!(common.reference, [0, 1, 2, 2, 0]);
            assert_eq!(common.prediction, [1, 3, 1, 2]);
            assert_eq!(common.prediction_counts, [0, 2, 1]);
            assert_eq!((common.distinct, common.matches), (2, 2));
        }
        common.read(10, &[], &[1]);
        assert_eq!((common.distinct, common.matches), (0, 0));
    }
}
