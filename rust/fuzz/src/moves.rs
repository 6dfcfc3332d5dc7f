//! TER: the moves and edits of a search turn the prediction into the reference, and their number is the row's.

use crate::{levenshtein, never, numbers, rows, texts, words};
use tricolore_core::Tercom;
use tricolore_core::explain::{Edit, ter};
use tricolore_core::metrics::{AnyMetric, ter::Ter};

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((_, texts)) = texts(data) else { return };
    let (prediction, reference) = (&texts[0], texts.get(1).unwrap_or(&texts[0]));
    let (ours, theirs) = (words(prediction), words(reference));
    let numbers = numbers([&ours[..], &theirs]);
    let [own, other] = &numbers[..] else { unreachable!() };
    let steps = ter(own, other, 10, &never()).expect("nothing interrupts");

    // Each move takes a run out and puts it in front of a place.
    let mut moved = own.clone();
    for &[start, length, target, saved] in &steps.moves {
        assert!((1..=10).contains(&length) && saved >= 1, "a move of {length} tokens saves {saved} edits");
        let (start, end, target) = (start as usize, (start + length) as usize, target as usize);
        assert!((target < start || target > end) && target <= moved.len(), "a move into itself");
        let run = moved[start..end].to_vec();
        let place = if target > start { target - run.len() } else { target };
        moved.drain(start..end);
        moved.splice(place..place, run);
    }
    let places: Vec<u32> = steps.places.iter().map(|&place| own[place as usize]).collect();
    assert_eq!(moved, places, "the places after all moves");

    let (mut i, mut j, mut edits) = (0, 0, 0);
    for edit in &steps.edits {
        match edit {
            Edit::Keep => assert_eq!(moved[i], other[j]),
            Edit::Substitute => assert_ne!(moved[i], other[j]),
            Edit::Delete | Edit::Insert => {}
        }
        edits += i32::from(!matches!(edit, Edit::Keep));
        i += usize::from(!matches!(edit, Edit::Insert));
        j += usize::from(!matches!(edit, Edit::Delete));
    }
    assert_eq!((i, j), (own.len(), other.len()), "the ends of the alignment");
    // The beam cuts nothing off from texts that are shorter than half of its width.
    let least = levenshtein(&moved, other);
    assert!(edits == least || moved.len().max(other.len()) > 25, "{edits} edits, and {least} are needed");

    let plain = Tercom { lowercase: false, normalized: false, no_punct: false, asian_support: false, twice: false };
    let row = rows(&AnyMetric::Ter(Ter::new(plain)), prediction, std::slice::from_ref(reference));
    assert_eq!(row[0], edits + steps.moves.len() as i32, "the edits of the row");
    assert_eq!(row[1], theirs.len() as i32, "the length of the reference");
}
