//! The fields of a message, one by one. What comes from elsewhere may be anything: it ends at what is no field.

use super::{BYTES, FIXED32, FIXED64, VARINT};

/// One field that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    /// A number; of the fixed widths too.
    Number(u64),
    /// A text, bytes or a message.
    Bytes(&'a [u8]),
}

/// The fields of a message with their numbers, up to its end or to what is no field.
pub(crate) fn fields(mut bytes: &[u8]) -> impl Iterator<Item = (u64, Field<'_>)> {
    std::iter::from_fn(move || {
        let key = read_varint(&mut bytes)?;
        let field = match (key & 7) as u32 {
            VARINT => Field::Number(read_varint(&mut bytes)?),
            FIXED64 => {
                let (number, rest) = bytes.split_first_chunk()?;
                bytes = rest;
                Field::Number(u64::from_le_bytes(*number))
            }
            FIXED32 => {
                let (number, rest) = bytes.split_first_chunk()?;
                bytes = rest;
                Field::Number(u32::from_le_bytes(*number).into())
            }
            BYTES => {
                let length = usize::try_from(read_varint(&mut bytes)?).ok()?;
                let (inner, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                Field::Bytes(inner)
            }
            _ => return None,
        };
        Some((key >> 3, field))
    })
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{
        super::{put_bytes, put_fixed32, put_fixed64, put_message, put_varint},
        *,
    };
    use proptest::prelude::*;

    #[test]
    fn a_message_of_every_length_is_read_back() {
        for length in [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152] {
            let content = vec![7; length];
            let mut out = vec![1];
            put_message(&mut out, 3, |out| put_bytes(out, 1, &content));
            put_varint(&mut out, 4, 5);
            let mut whole = Vec::new();
            put_bytes(&mut whole, 1, &content);
            let read: Vec<_> = fields(&out[1..]).collect();
            assert_eq!(read, [(3, Field::Bytes(&whole)), (4, Field::Number(5))], "{length}");
            let mut plain = vec![1];
            put_bytes(&mut plain, 3, &whole);
            assert_eq!(out[..plain.len()], plain, "the shortest form");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let read = fields(&bytes).count();
            prop_assert!(read <= bytes.len());
        }

        #[test]
        fn numbers_are_read_back(number: u64, fixed: u64, short: u32) {
            let mut out = Vec::new();
            put_varint(&mut out, 1, number);
            put_fixed64(&mut out, 2, fixed);
            put_fixed32(&mut out, 3, short);
            let read: Vec<_> = fields(&out).collect();
            let expected =
                [(1, Field::Number(number)), (2, Field::Number(fixed)), (3, Field::Number(short.into()))];
            prop_assert_eq!(read, expected);
        }
    }
}
