//! The names that families take up, and who had them first.
//!
//! Source: OpenMetrics 1.0, "Metric Family Name": no name may be another's with a suffix that the type adds.

use crate::snapshot::{Family, Kind};
use std::collections::HashSet;

/// Names that are taken.
#[derive(Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// Takes the names of a family, unless one of them is taken.
    pub(super) fn take(&mut self, family: &Family<'_>) -> bool {
        let names: Vec<_> = names(family).collect();
        let free = !names.iter().any(|name| self.0.contains(name));
        if free {
            self.0.extend(names);
        }
        free
    }
}

/// The family by every name that it or its samples have in any format.
fn names(family: &Family<'_>) -> impl Iterator<Item = String> {
    let (stem, suffixes): (&str, &[&str]) = match family.kind {
        Kind::Counter if family.name.ends_with("_total") => {
            (family.stem(), &["", "_total", "_created"])
        }
        Kind::Counter | Kind::Gauge | Kind::Unknown => (family.name, &[""]),
        Kind::Histogram => (family.name, &["", "_bucket", "_sum", "_count", "_created"]),
        Kind::Summary => (family.name, &["", "_sum", "_count", "_created"]),
        Kind::Info => (family.stem(), &["", "_info"]),
    };
    suffixes.iter().map(move |suffix| format!("{stem}{suffix}"))
}

/// Whether this is a name of a metric, in the legacy character set.
pub(super) fn is_metric(name: &str) -> bool {
    is_name(name, |byte| byte == b'_' || byte == b':')
}

/// Whether this is a name of a label, and none that stands for the metric's own.
pub(super) fn is_label(name: &str) -> bool {
    is_name(name, |byte| byte == b'_') && name != "__name__"
}

fn is_name(name: &str, other: impl Fn(u8) -> bool) -> bool {
    let is_right = |(at, byte): (usize, u8)| {
        byte.is_ascii_alphabetic() || other(byte) || at > 0 && byte.is_ascii_digit()
    };
    !name.is_empty() && name.bytes().enumerate().all(is_right)
}
