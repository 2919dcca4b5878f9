//! Gathers the callsites of all crates and tells apart those of one name.

use crate::{
    callsite::{self, Callsite},
    lock::Lock,
};
use std::{borrow::Cow, cmp::Ordering, collections::HashSet, fmt, sync::Arc};

/// How many functions were linked in.
pub(super) fn linked() -> usize {
    callsite::linked().count()
}

/// One function of the listing.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) callsite: &'static Callsite,
    /// Unique in its module: `name`, then `name#2`.
    pub(crate) name: Cow<'static, str>,
}

impl Function {
    /// The module it is written in.
    pub(crate) fn module(&self) -> &'static str {
        self.callsite.metadata().module.path
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.module(), self.name)
    }
}

/// Two functions of one name in one module.
#[derive(Clone, Debug)]
pub(crate) struct Twin {
    /// The function that keeps the name.
    pub(crate) first: &'static Callsite,
    /// The one that is renamed.
    pub(crate) other: &'static Callsite,
    /// To what.
    pub(crate) name: String,
}

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, other) = (self.first.metadata(), self.other.metadata());
        write!(
            f,
            "two functions are called `{}::{}`: at {}:{} and at {}:{}; the second is shown as `{}`; \
             give one of them another name with `#[observe(name = \"..\")]`",
            first.module.path,
            first.function,
            first.module.file,
            first.line,
            other.module.file,
            other.line,
            self.name
        )
    }
}

/// Every function, in order of module and name.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) functions: Vec<Function>,
    pub(crate) twins: Vec<Twin>,
}

/// The functions linked in so far. A library loaded while the program runs adds its own.
pub(crate) fn listing() -> Arc<Listing> {
    static LISTING: Lock<Option<Arc<Listing>>> = Lock::new(None);
    let make = || Arc::new(Listing::new(callsite::linked().collect()));
    let Some(mut listing) = LISTING.lock() else { return make() };
    match &*listing {
        Some(known) if known.functions.len() == linked() => Arc::clone(known),
        _ => Arc::clone(listing.insert(make())),
    }
}

/// Of one name, the order is that of the source.
fn order(one: &Callsite, other: &Callsite) -> Ordering {
    let key = |callsite: &Callsite| {
        let meta = *callsite.metadata();
        {
            let module = meta.module;
            (
                module.path,
                meta.function,
                module.file,
                meta.line,
                module.crate_name,
                module.crate_version,
            )
        }
    };
    key(one).cmp(&key(other))
}

impl Listing {
    pub(crate) fn new(mut callsites: Vec<&'static Callsite>) -> Self {
        callsites.sort_by(|one, other| order(one, other));
        let full =
            |callsite: &Callsite| (callsite.metadata().module.path, callsite.metadata().function);
        let written: HashSet<_> = callsites.iter().map(|callsite| full(callsite)).collect();
        let mut listing = Self::default();
        for same in callsites.chunk_by(|one, other| full(one) == full(other)) {
            let (module, name) = full(same[0]);
            listing.functions.push(Function { callsite: same[0], name: name.into() });
            let names = (2_u32..).map(|number| format!("{name}#{number}"));
            // Somebody may have called a function `name#2`.
            let free = names.filter(|name| !written.contains(&(module, name.as_str())));
            for (other, name) in same[1..].iter().zip(free) {
                listing.twins.push(Twin { first: same[0], other, name: name.clone() });
                listing.functions.push(Function { callsite: other, name: name.into() });
            }
        }
        let key = |function: &Function| (function.module(), function.name.clone());
        listing.functions.sort_by_cached_key(key);
        listing
    }
}
