//! Counting, alignment and edits over token ids. Each file has one algorithm, and no kernel knows a metric.

pub(crate) mod distinct_ngrams;
pub(crate) mod edit_distance;
pub(crate) mod eight_orders;
pub(crate) mod extend;
pub(crate) mod extended_edit_distance;
pub(crate) mod lcs;
pub(crate) mod lcs_positions;
pub(crate) mod lcs_wavefront;
pub(crate) mod levenshtein;
pub(crate) mod ngram;
pub(crate) mod radix_ngrams;
pub(crate) mod sentence_lcs;
pub(crate) mod several_references;
pub(crate) mod shared_tokens;
pub(crate) mod short_pairs;
pub(crate) mod skip_bigrams;
pub(crate) mod sort_network;
pub(crate) mod sorted_ngrams;
pub(crate) mod ter_shifts;
pub(crate) mod union_lcs;
pub(crate) mod weighted_lcs;
