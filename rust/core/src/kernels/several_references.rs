//! Clipped n-gram counts against several references: an n-gram counts up to the most that any of
//! them has of it (Papineni et al., "BLEU", ACL 2002).
//!
//! For texts of any length. N-grams of order `n` are named by the pair of the name of their first
//! `n - 1` tokens and their last token, compared whole. O(tokens x order).

use std::collections::HashMap;

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::{self, PIECE};

/// Steps in which a token is named, and in which its name is looked up.
const STEP: usize = 60;
const FOUND: usize = 10;

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
    let mut names =
        texts().map(|text| memory::filled(0, text.len() + 1, interrupt)).collect::<Result<Vec<_>, Error>>()?;
    for (order, matches) in matches.iter_mut().enumerate() {
        if prediction.len() <= order {
            break;
        }
        interrupt.spend(tokens)?;
        let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
        for (text, names) in texts().zip(&mut names) {
            // The name at a place is that of the n-gram that starts there; of none behind the last.
            let places = text.len().saturating_sub(order);
            for first in (0..places).step_by(PIECE) {
                let piece = first..places.min(first + PIECE);
                interrupt.spend(STEP * piece.len())?;
                // At most as many are new.
                memory::reserve_keys(&mut numbers, piece.len())?;
                for place in piece {
                    let next = numbers.len() as u32;
                    names[place] = *numbers.entry((names[place], text[place + order])).or_insert(next);
                }
            }
        }
        // How often a text has each so far, zero between texts; and the most that a reference has.
        let mut here = memory::filled(0u32, numbers.len(), interrupt)?;
        let mut most = memory::filled(0u32, numbers.len(), interrupt)?;
        for (names, text) in names[1..].iter().zip(references) {
            let names = &names[..text.len().saturating_sub(order)];
            for names in names.chunks(PIECE) {
                interrupt.spend(FOUND * names.len())?;
                for &name in names {
                    here[name as usize] += 1;
                    most[name as usize] = most[name as usize].max(here[name as usize]);
                }
            }
            for names in names.chunks(PIECE) {
                interrupt.spend(FOUND * names.len())?;
                names.iter().for_each(|&name| here[name as usize] = 0);
            }
        }
        for names in names[0][..prediction.len() - order].chunks(PIECE) {
            interrupt.spend(FOUND * names.len())?;
            for &name in names {
                here[name as usize] += 1;
                *matches += i32::from(here[name as usize] <= most[name as usize]);
            }
        }
        if *matches == 0 {
            break;
        }
    }
    Ok(())
}
