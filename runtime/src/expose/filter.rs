//! The `name[]=` filter of `/metrics`: which families a client wants. Names only; parsing the query is `http`'s.

use crate::snapshot::{Family, Kind};

/// The names asked for; none means every family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameFilter(Vec<String>);

impl NameFilter {
    /// A filter for the families called one of `names`; for all of them if there are no names.
    pub(crate) fn new(mut names: Vec<String>) -> Self {
        // Those who want the same are equal.
        names.sort_unstable();
        names.dedup();
        Self(names)
    }

    /// Whether `family` is among those asked for: by the name on its `# TYPE` line in either format, or by the name of
    /// one of its samples, since that is what a user copies out of a query.
    pub(crate) fn accepts(&self, family: &Family<'_>) -> bool {
        self.0.is_empty() || self.0.iter().any(|name| names(family, name))
    }
}

fn names(family: &Family<'_>, asked: &str) -> bool {
    if asked == family.name || asked == family.stem() {
        return true;
    }
    let Some(suffix) = asked.strip_prefix(family.name) else { return false };
    match family.kind {
        Kind::Histogram => matches!(suffix, "_bucket" | "_sum" | "_count"),
        Kind::Summary => matches!(suffix, "_sum" | "_count"),
        Kind::Counter | Kind::Gauge | Kind::Info | Kind::Unknown => false,
    }
}
