//! The extended edit distance of two texts (Stanchev et al., WMT 2019), a CDER alignment of characters in which the
//! prediction may jump after each word of the reference. The additions are those of torchmetrics 1.9.0
//! (`functional/text/eed.py`, `_eed_function`) in their order, because sums of costs such as 0.2 round.

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::room::AtWork;

/// The costs of an alignment, finite and not negative. A substitution costs 1.
#[derive(Clone, Copy, Debug)]
pub struct ExtendedCosts {
    /// A jump, which is possible at each space of the reference.
    pub jump: f64,
    /// A character of the prediction that the reference lacks.
    pub deletion: f64,
    /// A character of the reference that the prediction lacks.
    pub insertion: f64,
}

/// The cost of the cheapest alignment, and the number of visits that the coverage penalty counts: for each place in the
/// prediction, the number of reference characters aligned there beyond the first, or 1 for a place without any.
///
/// Takes time in proportion to the product of the lengths.
pub fn extended_edit_distance(
    prediction: &str,
    reference: &str,
    costs: ExtendedCosts,
    interrupt: &Interrupt,
) -> Result<(f64, u64), Error> {
    let _at_work = AtWork::start(prediction.len() + reference.len(), Some(interrupt))?;
    let prediction: Vec<char> = prediction.chars().collect();
    let mut visits = vec![0_u64; prediction.len() + 1];
    let mut above = vec![1.0; prediction.len() + 1];
    above[0] = 0.0;
    let mut row = above.clone();
    for character in reference.chars() {
        interrupt.spend(10 * row.len())?;
        row[0] = above[0] + 1.0;
        let mut least = row[0];
        let mut place = 0;
        let mut left = row[0];
        for (column, (&other, pair)) in prediction.iter().zip(above.windows(2)).enumerate() {
            let kept = pair[0] + f64::from(u8::from(other != character));
            left = (left + costs.deletion).min(kept.min(pair[1] + costs.insertion));
            row[column + 1] = left;
            if left < least {
                (least, place) = (left, column + 1);
            }
        }
        visits[place] += 1;
        if character == ' ' {
            let jumped = costs.jump + least;
            row.iter_mut().for_each(|cost| *cost = cost.min(jumped));
        }
        std::mem::swap(&mut row, &mut above);
    }
    // A place that was never visited counts like one that was visited twice.
    let visits = visits.iter().map(|&visits| if visits == 0 { 1 } else { visits - 1 }).sum();
    Ok((above[prediction.len()], visits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::never;

    const COSTS: ExtendedCosts = ExtendedCosts { jump: 2.0, deletion: 0.2, insertion: 1.0 };

    fn of(prediction: &str, reference: &str) -> (f64, u64) {
        extended_edit_distance(prediction, reference, COSTS, &never()).expect("not interrupted")
    }

    #[test]
    fn by_hand() {
        // Without a reference character, only the first column is free.
        assert_eq!(of("", ""), (0.0, 1));
        assert_eq!(of("ab", ""), (1.0, 3));
        // Each reference character is an insertion in the first column, visited twice.
        assert_eq!(of("", "ab"), (2.0, 1));
        // Equal texts cost nothing. The place before the first character is not visited.
        assert_eq!(of("äb", "äb"), (0.0, 1));
        // One substitution. Its row has 1.0 at each place up to the character, so the first is visited.
        assert_eq!(of("a", "b"), (1.0, 1));
        // One deletion.
        assert_eq!(of("abc", "ab"), (0.2, 2));
    }

    #[test]
    fn a_jump_costs_less_than_many_deletions() {
        let long = format!("a {}b", "x".repeat(40));
        assert_eq!(of(&long, "a b").0, 2.0);
        // The first jump, to any place in the prediction, costs 1. Two insertions follow, for "a" and the space.
        let costs = ExtendedCosts { jump: 9.0, ..COSTS };
        assert_eq!(extended_edit_distance(&long, "a b", costs, &never()).expect("not interrupted").0, 3.0);
    }
}
