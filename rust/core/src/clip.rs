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
        // How often a text has each so far, zero between texts; and the most that a reference has.
        let (mut here, mut most) = (vec![0u32; numbers.len()], vec![0u32; numbers.len()]);
        for (names, text) in names[1..].iter().zip(references) {
            let names = &names[..text.len().saturating_sub(order)];
            for &name in names {
                here[name as usize] += 1;
                most[name as usize] = most[name as usize].max(here[name as usize]);
            }
            names.iter().for_each(|&name| here[name as usize] = 0);
        }
        for &name in &names[0][..prediction.len() - order] {
            here[name as usize] += 1;
            *matches += i32::from(here[name as usize] <= most[name as usize]);
        }
        if *matches == 0 {
            break;
        }
    }
    Ok(())
}
