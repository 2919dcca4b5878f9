//! Values of the fields that an annotation names, kept for whoever asks: our records, and `tracing`.
//!
//! They come as `tracing`'s own values, so that everything it can record can stand in an annotation.

use super::{Value, shown};
use std::{error::Error, fmt};
use tracing::{
    Metadata,
    callsite::{Callsite, Identifier},
    field::{Field, FieldSet, Visit, display},
    subscriber::Interest,
};

/// The value of a field, as it was when the call began.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// Not known yet: `tracing::field::Empty`, or `None`.
    Empty,
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Text(String),
    /// What `%` or `?` made of it: `tracing` shows it without quotes.
    Formatted(String),
}

/// A field to ask values by: they cannot be read but as the value of some field.
struct Any;

static ANY: FieldSet = FieldSet::new(&["value"], Identifier(&Any));

impl Callsite for Any {
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        static METADATA: Metadata<'static> = Metadata::new(
            "value",
            module_path!(),
            tracing::Level::TRACE,
            None,
            None,
            None,
            FieldSet::new(&["value"], Identifier(&Any)),
            tracing::metadata::Kind::SPAN,
        );
        &METADATA
    }
}

impl FieldValue {
    /// Reads a value.
    pub(crate) fn of(value: &dyn tracing::Value) -> Self {
        let mut read = Read(Self::Empty);
        if let Some(field) = ANY.iter().next() {
            value.record(&field, &mut read);
        }
        read.0
    }

    /// The value of an attribute, unless it is not known.
    pub(crate) fn to_value(&self) -> Option<Value> {
        Some(match self {
            Self::Empty => return None,
            Self::Bool(value) => Value::Bool(*value),
            Self::I64(value) => Value::I64(*value),
            Self::U64(value) => Value::from(*value),
            Self::F64(value) => Value::F64(*value),
            Self::Text(text) | Self::Formatted(text) => Value::from(text.clone()),
        })
    }

    /// The value as `tracing` takes it.
    pub(crate) fn as_tracing(&self) -> Option<Box<dyn tracing::Value + '_>> {
        Some(match self {
            Self::Empty => return None,
            Self::Bool(value) => Box::new(*value),
            Self::I64(value) => Box::new(*value),
            Self::U64(value) => Box::new(*value),
            Self::F64(value) => Box::new(*value),
            Self::Text(text) => Box::new(text.as_str()),
            Self::Formatted(text) => Box::new(display(text.as_str())),
        })
    }
}

struct Read(FieldValue);

impl Visit for Read {
    fn record_bool(&mut self, _: &Field, value: bool) {
        self.0 = FieldValue::Bool(value);
    }

    fn record_i64(&mut self, _: &Field, value: i64) {
        self.0 = FieldValue::I64(value);
    }

    fn record_u64(&mut self, _: &Field, value: u64) {
        self.0 = FieldValue::U64(value);
    }

    fn record_f64(&mut self, _: &Field, value: f64) {
        self.0 = FieldValue::F64(value);
    }

    fn record_str(&mut self, _: &Field, value: &str) {
        self.0 = FieldValue::Text(value.to_owned());
    }

    fn record_error(&mut self, _: &Field, value: &(dyn Error + 'static)) {
        self.0 = FieldValue::Formatted(shown(format_args!("{value}")));
    }

    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        self.0 = FieldValue::Formatted(shown(format_args!("{value:?}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::field::{Empty, debug};

    /// As a date with a wrong pattern: its formatting fails half way.
    struct Half;

    impl fmt::Debug for Half {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("half")?;
            Err(fmt::Error)
        }
    }

    #[test]
    fn what_cannot_show_itself_shows_what_it_can() {
        let half = FieldValue::Formatted("half".to_owned());
        assert_eq!(FieldValue::of(&debug(Half)), half);
    }

    #[test]
    fn values_of_every_kind_are_read() {
        let text = String::from("text");
        let values: [(&dyn tracing::Value, FieldValue); 9] = [
            (&true, FieldValue::Bool(true)),
            (&-1_i8, FieldValue::I64(-1)),
            (&7_usize, FieldValue::U64(7)),
            (&0.5_f32, FieldValue::F64(0.5)),
            (&text.as_str(), FieldValue::Text("text".into())),
            (&display(7), FieldValue::Formatted("7".into())),
            (&debug("text"), FieldValue::Formatted("\"text\"".into())),
            (&Empty, FieldValue::Empty),
            (&None::<u8>, FieldValue::Empty),
        ];
        for (value, read) in values {
            assert_eq!(FieldValue::of(value), read);
        }
        let large = FieldValue::of(&u64::MAX).to_value();
        assert_eq!(large, Some(Value::Text(u64::MAX.to_string().into())));
    }
}
