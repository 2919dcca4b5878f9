//! A snapshot as bytes: Prometheus text 0.0.4, OpenMetrics and protobuf, and which of them a client asked for.
//!
//! Pure functions: no socket, no clock, no registry. An [`Encoder`] is a [`Visitor`], so a scrape goes straight from
//! the cells into the response and its memory beyond the output does not grow with the number of series. This room
//! uses `snapshot` alone. A further syntax is one more [`Syntax`] and one more encoder beside `text`.

mod escape;
mod filter;
mod negotiate;
mod protobuf;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use filter::NameFilter;
pub(crate) use negotiate::{QUALITY_ONE, Syntax, negotiate, quality};

use crate::snapshot::{Family, Labels, Value, Visitor};
use protobuf::ProtobufEncoder;
use text::TextEncoder;

/// Writes what it visits in one [`Syntax`], leaving out the families its filter refuses.
pub(crate) struct Encoder<'a> {
    filter: &'a NameFilter,
    /// Whether the family visited last passed the filter.
    wanted: bool,
    syntax: AnyEncoder,
}

enum AnyEncoder {
    Text(TextEncoder),
    Protobuf(ProtobufEncoder),
}

impl AnyEncoder {
    fn visitor(&mut self) -> &mut dyn Visitor {
        match self {
            Self::Text(text) => text,
            Self::Protobuf(protobuf) => protobuf,
        }
    }
}

impl<'a> Encoder<'a> {
    /// An encoder that appends to `out`, which may come with capacity from an earlier scrape.
    pub(crate) fn new(document: Syntax, filter: &'a NameFilter, out: Vec<u8>) -> Self {
        let syntax = match document {
            Syntax::Protobuf => AnyEncoder::Protobuf(ProtobufEncoder::new(out)),
            text => AnyEncoder::Text(TextEncoder::new(text, out)),
        };
        Self { filter, wanted: false, syntax }
    }

    /// Hands what is written for good to `sink`, once that is `least` bytes, and forgets it.
    pub(crate) fn drain(&mut self, least: usize, sink: impl FnMut(&[u8])) {
        match &mut self.syntax {
            AnyEncoder::Text(text) => text.drain(least, sink),
            AnyEncoder::Protobuf(protobuf) => protobuf.drain(least, sink),
        }
    }

    /// Writes what the format wants after the last family and hands the buffer back.
    pub(crate) fn finish(self) -> Vec<u8> {
        match self.syntax {
            AnyEncoder::Text(text) => text.finish(),
            AnyEncoder::Protobuf(protobuf) => protobuf.finish(),
        }
    }
}

impl Visitor for Encoder<'_> {
    fn wants_native(&self) -> bool {
        matches!(self.syntax, AnyEncoder::Protobuf(_))
    }

    fn wants_exemplars(&self) -> bool {
        match &self.syntax {
            AnyEncoder::Text(text) => text.wants_exemplars(),
            AnyEncoder::Protobuf(protobuf) => protobuf.wants_exemplars(),
        }
    }

    fn counting_since(&mut self, seconds: f64) {
        self.syntax.visitor().counting_since(seconds);
    }

    fn family(&mut self, family: &Family<'_>) {
        self.wanted = self.filter.accepts(family);
        if self.wanted {
            self.syntax.visitor().family(family);
        }
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        if self.wanted {
            self.syntax.visitor().series(labels, value);
        }
    }
}
