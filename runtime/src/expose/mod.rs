//! A snapshot as bytes: Prometheus text 0.0.4 and OpenMetrics, and which of them a client asked for.
//!
//! Pure functions: no socket, no clock, no registry. An [`Encoder`] is a [`Visitor`], so a scrape goes straight from
//! the cells into the response and its memory beyond the output does not grow with the number of series. This room
//! uses `snapshot` alone. A further syntax is one more [`Syntax`] and one more encoder beside `text`.

mod escape;
mod filter;
mod negotiate;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use filter::NameFilter;
pub(crate) use negotiate::{Format, QUALITY_ONE, Syntax, negotiate, quality};

use crate::snapshot::{Family, Labels, Value, Visitor};
use text::TextEncoder;

/// Writes what it visits in one [`Format`], leaving out the families its filter refuses.
pub(crate) struct Encoder<'a> {
    filter: &'a NameFilter,
    /// Whether the family visited last passed the filter.
    wanted: bool,
    text: TextEncoder,
}

impl<'a> Encoder<'a> {
    /// An encoder that appends to `out`, which may come with capacity from an earlier scrape.
    pub(crate) fn new(format: Format, filter: &'a NameFilter, out: Vec<u8>) -> Self {
        Self { filter, wanted: false, text: TextEncoder::new(format.syntax(), out) }
    }

    /// What was written and not yet taken. Whoever forwards it while the visit goes on clears it.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        self.text.buffer()
    }

    /// Writes what the format wants after the last family and hands the buffer back.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.text.finish()
    }
}

impl Visitor for Encoder<'_> {
    fn family(&mut self, family: &Family<'_>) {
        self.wanted = self.filter.accepts(family);
        if self.wanted {
            self.text.family(family);
        }
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        if self.wanted {
            self.text.series(labels, value);
        }
    }
}
