//! Protocol Buffers as bytes: fields are appended to a buffer here, and read back in `read`.
//!
//! Pure functions, no message types: who writes one knows its field numbers. Uses nothing of the crate.
//! Source: Protocol Buffers, "Encoding".

#[cfg(feature = "otlp")]
mod read;

#[cfg(feature = "otlp")]
pub(crate) use read::{Field, fields};

/// Wire types.
const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;
#[cfg(feature = "otlp")]
const FIXED32: u32 = 5;

fn tag(out: &mut Vec<u8>, field: u32, wire_type: u32) {
    varint(out, u64::from(field << 3 | wire_type));
}

#[allow(clippy::cast_possible_truncation)] // Seven bits at a time.
pub(crate) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Signed numbers alternate, so that small ones of either sign are short.
pub(crate) fn zigzag(number: i64) -> u64 {
    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned()
}

pub(crate) fn put_varint(out: &mut Vec<u8>, field: u32, number: u64) {
    tag(out, field, VARINT);
    varint(out, number);
}

pub(crate) fn put_double(out: &mut Vec<u8>, field: u32, number: f64) {
    tag(out, field, FIXED64);
    out.extend_from_slice(&number.to_le_bytes());
}

#[cfg(feature = "otlp")]
pub(crate) fn put_fixed64(out: &mut Vec<u8>, field: u32, number: u64) {
    tag(out, field, FIXED64);
    out.extend_from_slice(&number.to_le_bytes());
}

#[cfg(feature = "otlp")]
pub(crate) fn put_fixed32(out: &mut Vec<u8>, field: u32, number: u32) {
    tag(out, field, FIXED32);
    out.extend_from_slice(&number.to_le_bytes());
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    tag(out, field, BYTES);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

pub(crate) fn put_text(out: &mut Vec<u8>, field: u32, text: &str) {
    put_bytes(out, field, text.as_bytes());
}

/// A message that `write` appends to the same buffer. Its length stands before it: a byte is kept for
/// that, and what is longer than a byte can say moves up.
#[allow(clippy::cast_possible_truncation)] // Seven bits at a time.
pub(crate) fn put_message(out: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    tag(out, field, BYTES);
    let start = out.len();
    out.push(0);
    write(out);
    let end = out.len();
    let mut length = end - start - 1;
    let mut more = 0;
    while length >> (7 * (more + 1)) > 0 {
        more += 1;
    }
    if more > 0 {
        out.resize(end + more, 0);
        out.copy_within(start + 1..end, start + 1 + more);
    }
    for byte in &mut out[start..start + more] {
        *byte = length as u8 | 0x80;
        length >>= 7;
    }
    out[start + more] = length as u8;
}
