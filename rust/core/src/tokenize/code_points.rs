//! Text as Python sees it: code points and white space.
//!
//! Texts are byte slices: UTF-8 in which a lone surrogate may stand as three bytes (WTF-8). A code point is therefore
//! a `u32`. Lower-casing and normalization are left to the binding: it asks the running interpreter, so they follow
//! that interpreter's Unicode.

/// The code points of a text, each with its bytes.
pub(super) fn code_points(text: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let &first = rest.first()?;
        let (length, lead) = match first {
            0..0x80 => (1, first),
            0x80..0xE0 => (2, first & 0x1F),
            0xE0..0xF0 => (3, first & 0x0F),
            _ => (4, first & 0x07),
        };
        let bytes;
        (bytes, rest) = rest.split_at(length.min(rest.len()));
        let point = bytes[1..].iter().fold(u32::from(lead), |point, byte| point << 6 | u32::from(byte & 0x3F));
        Some((point, bytes))
    })
}

/// The code point at the start of these bytes, and the number of its bytes.
#[inline(always)]
pub(super) fn code_point(bytes: &[u8; 4]) -> (u32, u32) {
    let [first, second, third, fourth] = bytes.map(u32::from);
    let tail = |byte: u32, shift: u32| (byte & 0x3F) << shift;
    match first {
        0..0x80 => (first, 1),
        0x80..0xE0 => ((first & 0x1F) << 6 | tail(second, 0), 2),
        0xE0..0xF0 => ((first & 0x0F) << 12 | tail(second, 6) | tail(third, 0), 3),
        _ => ((first & 0x07) << 18 | tail(second, 12) | tail(third, 6) | tail(fourth, 0), 4),
    }
}

/// Bytes between two checks of the interrupt.
const PIECE: usize = 1 << 14;

/// The text in pieces of whole code points.
pub(super) fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let goes_on = |&place: &usize| rest.get(place).is_some_and(|byte| byte & 0xC0 == 0x80);
        // In bytes that are not UTF-8, continuation bytes may go on without end.
        let end = (PIECE..PIECE + 3).find(|place| !goes_on(place)).unwrap_or(PIECE + 3).min(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Appends a code point as WTF-8.
pub(super) fn push_code_point(text: &mut Vec<u8>, point: u32) {
    let tail = |shift: u32| 0x80 | (point >> shift & 0x3F) as u8;
    match point {
        0..0x80 => text.push(point as u8),
        0x80..0x800 => text.extend([0xC0 | (point >> 6) as u8, tail(0)]),
        0x800..0x10000 => text.extend([0xE0 | (point >> 12) as u8, tail(6), tail(0)]),
        _ => text.extend([0xF0 | (point >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// True if `str.split()` splits at this code point: `str.isspace` of one character.
pub(super) fn is_whitespace(point: u32) -> bool {
    // U+001C to U+001F are white space in Python but not in Rust.
    (0x1C..=0x1F).contains(&point) || char::from_u32(point).is_some_and(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_equal_those_of_rust() {
        let text: String = (0..=0x10_FFFF).filter_map(char::from_u32).collect();
        let points = code_points(text.as_bytes());
        assert!(
            points
                .zip(text.chars())
                .all(|((point, bytes), c)| { point == c as u32 && bytes == c.encode_utf8(&mut [0; 4]).as_bytes() })
        );
    }

    #[test]
    fn pieces_consist_of_whole_code_points() {
        for character in ["a", "é", "漢", "\u{1F600}"] {
            for before in ["", "a", "ab", "abc"] {
                let text = format!("{before}{}", character.repeat(PIECE));
                assert_eq!(pieces(text.as_bytes()).collect::<Vec<_>>().concat(), text.as_bytes());
                assert!(pieces(text.as_bytes()).all(|piece| std::str::from_utf8(piece).is_ok()));
            }
        }
        assert_eq!(pieces(&[0x80; 3 * PIECE]).map(<[u8]>::len).sum::<usize>(), 3 * PIECE);
    }

    #[test]
    fn a_written_code_point_reads_back() {
        for point in 0..=0x10_FFFF {
            let mut text = Vec::new();
            push_code_point(&mut text, point);
            assert!(code_points(&text).eq([(point, text.as_slice())]), "{point:x}");
            let length = text.len();
            text.resize(4, b'a');
            assert_eq!(code_point(text.first_chunk().unwrap()), (point, length as u32));
        }
    }

    #[test]
    fn a_lone_surrogate_is_one_code_point() {
        let points: Vec<u32> = code_points(b"a\xED\xA0\x80b").map(|(point, _)| point).collect();
        assert_eq!(points, [0x61, 0xD800, 0x62]);
    }
}
