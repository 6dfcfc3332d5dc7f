//! The values of Arrow arrays of strings, integers and lists.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, StringViewArray};
use arrow_schema::DataType;
use pyo3::prelude::*;

/// The value at a place of an array.
pub enum Value<'a> {
    Null,
    /// Bytes that may not be UTF-8: neither the producer nor this module has checked them.
    String(&'a [u8]),
    Integer(i64),
    /// A view or a key that points outside its data, and the reason as a message.
    Malformed(String),
}

/// The number of list types around the values.
pub fn depth_of(mut kind: &DataType) -> usize {
    let mut depth = 0;
    while let DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) = kind {
        kind = field.data_type();
        depth += 1;
    }
    depth
}

/// True if the value at a place is null, or is a dictionary's key for an entry that is null.
pub fn is_null(array: &ArrayRef, place: usize) -> bool {
    if array.is_null(place) {
        return true;
    }
    let mut null = false;
    if let DataType::Dictionary(..) | DataType::Null = array.data_type() {
        let see = &mut |_, value| {
            null = matches!(value, Some(Value::Null));
            Ok(())
        };
        values(array, place..place + 1, see).expect("one value");
    }
    null
}

/// The list at a place: the array of all lists' values, and the range of this list's values in it. None if the array
/// holds no lists.
pub fn list_of(array: &ArrayRef, place: usize) -> Option<(&ArrayRef, Range<usize>)> {
    if let Some(list) = array.as_list_opt::<i32>() {
        let offsets = list.value_offsets();
        return Some((list.values(), offsets[place] as usize..offsets[place + 1] as usize));
    }
    if let Some(list) = array.as_list_opt::<i64>() {
        let offsets = list.value_offsets();
        return Some((list.values(), offsets[place] as usize..offsets[place + 1] as usize));
    }
    let list = array.as_fixed_size_list_opt()?;
    let start = list.value_offset_at(place);
    Some((list.values(), start..start + list.value_length() as usize))
}

/// Calls `each` with the place and value of each of some values, in order. The value is none if it is neither a string
/// nor an integer of 64 bits.
pub fn values<'a>(
    array: &'a ArrayRef,
    range: Range<usize>,
    each: &mut dyn FnMut(usize, Option<Value<'a>>) -> PyResult<()>,
) -> PyResult<()> {
    // Offsets were checked when the array arrived. A view is checked here, because the view of a null may be anything.
    macro_rules! texts {
        ($kind:ty) => {{
            let array = array.as_string::<$kind>();
            let (offsets, data) = (array.value_offsets(), array.value_data());
            for place in range {
                if array.is_null(place) {
                    each(place, Some(Value::Null))?;
                } else {
                    each(place, Some(Value::String(&data[offsets[place] as usize..offsets[place + 1] as usize])))?;
                }
            }
        }};
    }
    macro_rules! integers {
        ($kind:ty) => {{
            let array = array.as_primitive::<$kind>();
            for place in range {
                let value = if array.is_null(place) { Some(Value::Null) } else { integer::<$kind>(array.value(place)) };
                each(place, value)?;
            }
        }};
    }
    match array.data_type() {
        DataType::Utf8 => texts!(i32),
        DataType::LargeUtf8 => texts!(i64),
        DataType::Utf8View => {
            let array = array.as_string_view();
            for place in range {
                let value = if array.is_null(place) { Value::Null } else { view(array, place) };
                each(place, Some(value))?;
            }
        }
        DataType::Int8 => integers!(Int8Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int64 => integers!(Int64Type),
        DataType::UInt8 => integers!(UInt8Type),
        DataType::UInt16 => integers!(UInt16Type),
        DataType::UInt32 => integers!(UInt32Type),
        DataType::UInt64 => integers!(UInt64Type),
        DataType::Null => range.into_iter().try_for_each(|place| each(place, Some(Value::Null)))?,
        DataType::Dictionary(kind, _) => {
            let dictionary = array.as_any_dictionary();
            let (keys, entries) = (dictionary.keys(), dictionary.values());
            for place in range {
                if keys.is_null(place) {
                    each(place, Some(Value::Null))?;
                    continue;
                }
                let key = match **kind {
                    DataType::Int8 => keys.as_primitive::<Int8Type>().value(place) as usize,
                    DataType::Int16 => keys.as_primitive::<Int16Type>().value(place) as usize,
                    DataType::Int32 => keys.as_primitive::<Int32Type>().value(place) as usize,
                    DataType::Int64 => keys.as_primitive::<Int64Type>().value(place) as usize,
                    DataType::UInt8 => keys.as_primitive::<UInt8Type>().value(place) as usize,
                    DataType::UInt16 => keys.as_primitive::<UInt16Type>().value(place) as usize,
                    DataType::UInt32 => keys.as_primitive::<UInt32Type>().value(place) as usize,
                    _ => keys.as_primitive::<UInt64Type>().value(place) as usize,
                };
                if key >= entries.len() {
                    let fault = format!("a dictionary of {} has no entry {key}", entries.len());
                    each(place, Some(Value::Malformed(fault)))?;
                    continue;
                }
                values(entries, key..key + 1, &mut |_, value| each(place, value))?;
            }
        }
        _ => {
            for place in range {
                each(place, array.is_null(place).then_some(Value::Null))?;
            }
        }
    }
    Ok(())
}

/// The bytes of a view, which are stored in the view itself or in a buffer.
fn view(array: &StringViewArray, place: usize) -> Value<'_> {
    let view = &array.views()[place];
    let [length, _, buffer, start] = bytemuck::cast::<u128, [u32; 4]>(*view).map(|number| number as usize);
    if length <= MOST_INLINE {
        return Value::String(&bytemuck::bytes_of(view)[size_of::<u32>()..][..length]);
    }
    match array.data_buffers().get(buffer).and_then(|buffer| buffer.get(start..start + length)) {
        Some(bytes) => Value::String(bytes),
        None => Value::Malformed(format!("a view of {length} bytes from {start} of buffer {buffer} is beyond it")),
    }
}

/// The most bytes that a view stores itself.
const MOST_INLINE: usize = 12;

fn integer<'a, T: ArrowPrimitiveType>(value: T::Native) -> Option<Value<'a>>
where
    T::Native: TryInto<i64>,
{
    value.try_into().ok().map(Value::Integer)
}
