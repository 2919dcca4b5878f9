//! Other versions of this crate in the same program, each with callsites of its own that we cannot see.

use super::listing::linked;
use observant_link::{Runtime, runtimes};
use std::{fmt, ptr};

/// This one.
static OURS: Runtime = Runtime { version: env!("CARGO_PKG_VERSION"), functions: linked };

observant_link::enter!(OURS);

/// Another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Other {
    pub(crate) version: &'static str,
    /// How many functions it observes.
    pub(crate) functions: usize,
}

/// The others that were linked in, in order.
pub(crate) fn others() -> Vec<Other> {
    let others = runtimes().filter(|runtime| !ptr::eq(*runtime, &raw const OURS));
    let mut others: Vec<Other> = others
        .map(|other| Other { version: other.version, functions: (other.functions)() })
        .collect();
    others.sort_by_key(|other| (other.version, other.functions));
    others
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, functions } = self;
        let noun = if *functions == 1 { "function" } else { "functions" };
        write!(
            f,
            "observant {version} is in this program too, and {functions} {noun} that it observes are not shown \
             here: every version knows its own; `cargo tree --invert observant@{version}` tells who uses it, and \
             one version for all is the way out"
        )
    }
}
