//! Checks Arrow data before it is read and refuses malformed data: the reader of `arrow-array` trusts its input, and
//! walks types by recursion.
//!
//! The C data interface (<https://arrow.apache.org/docs/format/CDataInterface.html>) passes pointers without the lengths
//! of buffers, so a buffer shorter than its offsets say cannot be detected here.

use std::ffi::{CStr, c_char, c_void};

use pyo3::prelude::*;

use crate::attached::Signals;

/// The deepest nesting of types that is accepted; columns of texts have at most four levels.
const DEPTH: usize = 64;
/// Offsets checked between two checks for signals.
const PIECE: usize = 1 << 16;
/// The most items of an array, such that its buffers fit the address space.
const MOST: i64 = i64::MAX / 64;

/// `struct ArrowSchema`.
#[repr(C)]
pub struct RawSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *const *const RawSchema,
    dictionary: *const RawSchema,
    release: *const c_void,
    private_data: *const c_void,
}

/// `struct ArrowArray`.
#[repr(C)]
pub struct RawArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *const *const u8,
    children: *const *const RawArray,
    dictionary: *const RawArray,
    release: *const c_void,
    private_data: *const c_void,
}

/// The format strings of a type and its nested types.
pub struct Format {
    format: String,
    children: Vec<Format>,
    dictionary: Option<Box<Format>>,
}

/// The reason why a check ended early.
pub enum Fault {
    /// The data is malformed, as the message says.
    Malformed(String),
    /// A signal handler raised an exception.
    Raised(PyErr),
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Fault::Raised(error)
    }
}

fn fault<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Malformed(message.into()))
}

/// Reads the format of a type.
///
/// # Safety
/// Every pointer of the schema is null or valid, as the C data interface requires.
pub unsafe fn format_of(schema: *const RawSchema) -> Result<Format, Fault> {
    // SAFETY: as for the caller.
    unsafe { format_at(schema, DEPTH) }
}

/// # Safety
/// As for [`format_of`].
unsafe fn format_at(schema: *const RawSchema, depth: usize) -> Result<Format, Fault> {
    // SAFETY: the pointer is null or valid.
    let Some(schema) = (unsafe { schema.as_ref() }) else { return fault("a type is not there") };
    if depth == 0 {
        return fault(format!("more than {DEPTH} types are inside each other"));
    }
    // SAFETY: the pointer is null or a string that ends with NUL.
    let format = unsafe { string(schema.format) }?;
    let Some(format) = format else { return fault("a type has no format") };
    // SAFETY: the pointer is null or a string that ends with NUL.
    unsafe { string(schema.name) }?;
    let mut children = Vec::new();
    for number in 0..count(schema.n_children, schema.children.is_null(), "children")? {
        // SAFETY: `children` has `n_children` pointers.
        let child = unsafe { *schema.children.add(number) };
        // SAFETY: the child is null or valid.
        children.push(unsafe { format_at(child, depth - 1) }?);
    }
    let expected = match format.as_str() {
        "+l" | "+L" | "+vl" | "+vL" | "+m" => 1,
        "+r" => 2,
        _ if format.starts_with("+w:") => 1,
        _ => children.len(),
    };
    if children.len() != expected {
        return fault(format!("the type {format} has {} types inside where {expected} belong", children.len()));
    }
    let dictionary = if schema.dictionary.is_null() {
        None
    } else if !matches!(format.as_str(), "c" | "C" | "s" | "S" | "i" | "I" | "l" | "L") {
        return fault(format!("the keys of a dictionary are of the type {format}"));
    } else {
        // SAFETY: the dictionary is valid, because it is not null.
        Some(Box::new(unsafe { format_at(schema.dictionary, depth - 1) }?))
    };
    Ok(Format { format, children, dictionary })
}

/// # Safety
/// `bytes` is null or a string that ends with NUL.
unsafe fn string(bytes: *const c_char) -> Result<Option<String>, Fault> {
    if bytes.is_null() {
        return Ok(None);
    }
    // SAFETY: the string is not null and ends with NUL.
    match unsafe { CStr::from_ptr(bytes) }.to_str() {
        Ok(string) => Ok(Some(string.to_owned())),
        Err(_) => fault("the name of a type is not UTF-8"),
    }
}

fn count(number: i64, none: bool, what: &str) -> Result<usize, Fault> {
    match usize::try_from(number) {
        Ok(0) => Ok(0),
        Ok(number) if !none => Ok(number),
        Ok(number) => fault(format!("its {number} {what} are not there")),
        Err(_) => fault(format!("it has {number} {what}")),
    }
}

/// Checks that an array matches its type. Takes time linear in the number of offsets.
///
/// # Safety
/// Every pointer of the array is null or valid, as the C data interface requires for this type.
pub unsafe fn check(array: *const RawArray, of: &Format, signals: &Signals<'_>) -> Result<(), Fault> {
    // SAFETY: the pointer is null or valid.
    let Some(array) = (unsafe { array.as_ref() }) else { return fault("an array is not there") };
    let RawArray { length, offset, null_count, .. } = *array;
    if length < 0 || offset < 0 || length > MOST || offset > MOST - length {
        return fault(format!("its length is {length} from {offset} on"));
    }
    if null_count < -1 || null_count > length {
        return fault(format!("{null_count} of {length} values are null"));
    }
    let end = (offset + length) as usize;
    let buffers = count(array.n_buffers, array.buffers.is_null(), "buffers")?;
    let format = of.format.as_str();
    let (expected, variadic) = match format {
        // Some producers write a buffer for an array of nulls.
        "n" => (buffers, false),
        "+r" => (0, false),
        "+s" => (1, false),
        "u" | "U" | "z" | "Z" | "+vl" | "+vL" => (3, false),
        // Validity and views; the data buffers' lengths come last.
        "vu" | "vz" => (3, true),
        _ if format.starts_with("+us:") || format.starts_with("+w:") => (1, false),
        _ => (2, false),
    };
    if buffers < expected || (buffers > expected && !variadic) {
        return fault(format!("an array of the type {format} has {buffers} buffers where {expected} belong"));
    }
    // SAFETY: `buffers` has `n_buffers` pointers, and `number` is below that.
    let buffer = |number: usize| unsafe { *array.buffers.add(number) };
    let values = usize::from(!format.starts_with("+us:") && !format.starts_with("+ud:"));
    if format != "n" && expected > values && end > 0 && buffer(values).is_null() {
        return fault(format!("buffer {values} of an array of the type {format} is not there"));
    }
    let children = count(array.n_children, array.children.is_null(), "children")?;
    if children != of.children.len() {
        return fault(format!(
            "an array of the type {format} has {children} inside where {} belong",
            of.children.len()
        ));
    }
    let mut lengths = Vec::new();
    for (number, of) in of.children.iter().enumerate() {
        // SAFETY: `children` has `n_children` pointers.
        let child = unsafe { *array.children.add(number) };
        // SAFETY: the child is null or valid.
        unsafe { check(child, of, signals) }?;
        // SAFETY: `check` refuses null.
        lengths.push(unsafe { (*child).length } as usize);
    }
    match (&of.dictionary, array.dictionary.is_null()) {
        (None, true) => {}
        // SAFETY: the dictionary is valid, because it is not null.
        (Some(of), false) => unsafe { check(array.dictionary, of, signals) }?,
        (Some(_), true) => return fault("its dictionary is not there"),
        (None, false) => return fault(format!("an array of the type {format} has a dictionary")),
    }
    let range = offset as usize..end;
    match format {
        // SAFETY: an array has one offset more than values, counted from the start of the buffer.
        "u" | "z" => unsafe { text(buffer(1).cast::<i32>(), range, buffer(2), signals) },
        // SAFETY: as for "u".
        "U" | "Z" => unsafe { text(buffer(1).cast::<i64>(), range, buffer(2), signals) },
        // SAFETY: as for "u".
        "+l" | "+m" => unsafe { inside(buffer(1).cast::<i32>(), range, lengths[0], signals) },
        // SAFETY: as for "u".
        "+L" => unsafe { inside(buffer(1).cast::<i64>(), range, lengths[0], signals) },
        "vu" | "vz" => {
            let data = buffers - expected;
            let sizes = buffer(buffers - 1).cast::<i64>();
            if data > 0 && sizes.is_null() {
                return fault("the lengths of its buffers are not there");
            }
            for number in 0..data {
                // SAFETY: `sizes` has a length for each data buffer.
                let size = unsafe { sizes.add(number).read_unaligned() };
                if size < 0 || (size > 0 && buffer(2 + number).is_null()) {
                    return fault(format!("buffer {} of {size} bytes is not there", 2 + number));
                }
            }
            Ok(())
        }
        "+s" => match lengths.iter().find(|&&length| length < end) {
            Some(length) => fault(format!("a column has {length} values where the table has {end}")),
            None => Ok(()),
        },
        _ => match format.strip_prefix("+w:") {
            Some(width) => match width.parse::<u32>().ok().and_then(|width| end.checked_mul(width as usize)) {
                Some(values) if values <= lengths[0] => Ok(()),
                _ => fault(format!("{end} lists of {width} values hold {}", lengths[0])),
            },
            None => Ok(()),
        },
    }
}

/// Refuses texts whose offsets descend or whose bytes are missing.
///
/// # Safety
/// As for [`ascending`].
unsafe fn text<T: Copy + Into<i64>>(
    offsets: *const T,
    range: std::ops::Range<usize>,
    data: *const u8,
    signals: &Signals<'_>,
) -> Result<(), Fault> {
    // SAFETY: as for the caller.
    let last = unsafe { ascending(offsets, range, signals) }?;
    if last > 0 && data.is_null() { fault("the bytes of its texts are not there") } else { Ok(()) }
}

/// Refuses lists whose offsets descend or exceed the number of `values`.
///
/// # Safety
/// As for [`ascending`].
unsafe fn inside<T: Copy + Into<i64>>(
    offsets: *const T,
    range: std::ops::Range<usize>,
    values: usize,
    signals: &Signals<'_>,
) -> Result<(), Fault> {
    // SAFETY: as for the caller.
    let last = unsafe { ascending(offsets, range, signals) }?;
    if last as usize > values {
        return fault(format!("the offset {last} is beyond the {values} values of its lists"));
    }
    Ok(())
}

/// Returns the last offset, after a check that offsets are not negative and do not descend. Offsets need no alignment.
///
/// # Safety
/// `offsets` points to `range.end + 1` values, unless `range.end` is 0.
unsafe fn ascending<T: Copy + Into<i64>>(
    offsets: *const T,
    range: std::ops::Range<usize>,
    signals: &Signals<'_>,
) -> Result<i64, Fault> {
    if range.end == 0 {
        return Ok(0);
    }
    let mut last = 0;
    for first in (range.start..=range.end).step_by(PIECE) {
        let piece = first..(range.end + 1).min(first + PIECE);
        signals.spend(piece.len())?;
        for place in piece {
            // SAFETY: `place` is at most `range.end`.
            let offset = unsafe { offsets.add(place).read_unaligned() }.into();
            if offset < last {
                return fault(format!("its offset {} is {offset}, less than {last}", place - range.start));
            }
            last = offset;
        }
    }
    Ok(last)
}
