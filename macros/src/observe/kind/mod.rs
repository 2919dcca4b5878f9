//! Kinds: what a function does, and what its annotation says of that. `table` has all of them with their
//! options, `asked` takes what was written, `value` reads one value, `nature` decides, `given` is the part of an
//! expansion.

mod asked;
mod given;
mod nature;
mod table;
mod value;

pub(super) use asked::Asked;
pub(super) use nature::{Nature, Place};
pub(super) use table::words;

/// Names as messages list them.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
