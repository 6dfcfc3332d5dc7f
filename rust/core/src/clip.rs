//! Clipped n-gram counts against several references: an n-gram counts up to the most that any of
//! them has of it (Papineni et al., "BLEU", ACL 2002).
//!
//! For texts of any length. N-grams of order `n` are named by the pair of the name of their first
//! `n - 1` tokens and their last token, compared whole. O(tokens x order).

use std::collections::HashMap;

use crate::error::Error;
use crate::interrupt::Interrupt;

/// Steps that a token takes in one order.
const STEP: usize = 60;

/// The clipped counts of orders 1 to `matches.len()`.
pub(crate) fn against_several(
    prediction: &[u32],
    references: &[&[u32]],
    matches: &mut [i32],
    interrupt: &Interrupt,
) -> Result<(), Error> {
    matches.fill(0);
    let texts = || std::iter::once(prediction).chain(references.iter().copied());
    let tokens: usize = texts().map(<[u32]>::len).sum();
    let mut names: Vec<Vec<u32>> = texts().map(|text| vec![0; text.len() + 1]).collect();
    for (order, matches) in matches.iter_mut().enumerate() {
        if prediction.len() <= order {
            break;
        }
        interrupt.spend(STEP * tokens)?;
        let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
        for (text, names) in texts().zip(&mut names) {
            // The name at a place is that of the n-gram that starts there; of none behind the last.
            for place in 0..text.len().saturating_sub(order) {
                let next = numbers.len() as u32;
                names[place] = *numbers.entry((names[place], text[place + order])).or_insert(next);
            }
        }
        let count = |names: &[u32], length: usize| {
            let mut counts = vec![0u32; numbers.len()];
            names[..length.saturating_sub(order)].iter().for_each(|&name| counts[name as usize] += 1);
            counts
        };
        let mut most = vec![0u32; numbers.len()];
        for (names, text) in names[1..].iter().zip(references) {
            for (most, here) in most.iter_mut().zip(count(names, text.len())) {
                *most = here.max(*most);
            }
        }
        let clipped = count(&names[0], prediction.len()).into_iter().zip(most).map(|(count, most)| count.min(most));
        *matches = clipped.sum::<u32>() as i32;
        if *matches == 0 {
            break;
        }
    }
    Ok(())
}
