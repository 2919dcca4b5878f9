//! Spans and snapshots as OTLP requests (`opentelemetry/proto` of OpenTelemetry's protocol 1.x): field
//! numbers are those files'. Written straight into the request: no message is built first.
//!
//! Pure functions; the only time they know is handed in.

pub(super) mod metric;
pub(super) mod span;

use crate::{
    span::{Attribute, Value},
    wire::{put_double, put_message, put_text, put_varint},
};

/// Who made what is in a request, ready to be put into every one of them.
#[derive(Clone, Debug)]
pub(super) struct Resource(Vec<u8>);

impl Resource {
    pub(super) fn new(attributes: &[Attribute]) -> Self {
        let mut message = Vec::new();
        put_message(&mut message, 1, |out| put_attributes(out, 1, attributes));
        Self(message)
    }
}

/// What made it within the program.
fn put_scope(out: &mut Vec<u8>, name: &str) {
    put_message(out, 1, |out| {
        put_text(out, 1, name);
        if name == OURS {
            put_text(out, 2, env!("CARGO_PKG_VERSION"));
        }
    });
}

/// The scope of what we make ourselves.
const OURS: &str = "observant";

fn put_attributes(out: &mut Vec<u8>, field: u32, attributes: &[Attribute]) {
    for Attribute { key, value } in attributes {
        put_message(out, field, |out| {
            put_text(out, 1, key);
            put_message(out, 2, |out| put_value(out, value));
        });
    }
}

/// `AnyValue`. A field of a `oneof` is written even when it holds its default: else it is no value.
fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => put_text(out, 1, text),
        Value::Bool(value) => put_varint(out, 2, u64::from(*value)),
        Value::I64(number) => put_varint(out, 3, number.cast_unsigned()),
        Value::F64(number) => put_double(out, 4, *number),
        Value::Texts(texts) => put_message(out, 5, |out| {
            for text in texts {
                put_message(out, 1, |out| put_text(out, 1, text));
            }
        }),
    }
}

/// A label as an attribute.
fn put_label(out: &mut Vec<u8>, field: u32, name: &str, value: &str) {
    put_message(out, field, |out| {
        put_text(out, 1, name);
        put_message(out, 2, |out| put_text(out, 1, value));
    });
}
