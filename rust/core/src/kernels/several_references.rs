//! Clipped n-gram counts against several references. The count of an n-gram is clipped to its largest count
//! in any reference (Papineni et al., "BLEU", ACL 2002).
//!
//! Texts may have any length. The name of an n-gram of order `n` stands for the pair of the name of its
//! first `n - 1` tokens and its last token. Whole pairs are compared. O(tokens x order).

use std::collections::HashMap;

use crate::error::Error;
use crate::limits::interrupt::Interrupt;
use crate::limits::memory::{self, PIECE};

/// Steps per n-gram to name it.
const STEP: usize = 60;
/// Steps per n-gram to look up its name.
const FOUND: usize = 10;

/// Fills `matches` with the clipped counts of orders 1 to `matches.len()`.
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
            // `names[place]` names the n-gram that starts at `place`. No n-gram starts after the last place.
            let places = text.len().saturating_sub(order);
            for first in (0..places).step_by(PIECE) {
                let piece = first..places.min(first + PIECE);
                interrupt.spend(STEP * piece.len())?;
                // At most this many names are new.
                memory::reserve_keys(&mut numbers, piece.len())?;
                for place in piece {
                    let next = numbers.len() as u32;
                    names[place] = *numbers.entry((names[place], text[place + order])).or_insert(next);
                }
            }
        }
        // The count of each n-gram so far in the current text. All zeros between texts.
        let mut here = memory::filled(0u32, numbers.len(), interrupt)?;
        // The largest count of each n-gram in any reference.
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
