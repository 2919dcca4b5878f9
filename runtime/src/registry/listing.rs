//! Gathers the callsites of all crates and tells apart those of one name.

use crate::{
    callsite::{self, Callsite},
    lock::Lock,
};
use std::{borrow::Cow, collections::HashSet, fmt, sync::Arc};

/// How many functions were linked in.
pub(super) fn linked() -> usize {
    callsite::linked().count()
}

/// One function of the listing.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) callsite: &'static Callsite,
    /// With the module before it, unique: `name`, then `name#2`.
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

/// Two functions of one path: of one name in one module, or `store::load` beside a `load` in the module `store`.
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
        let (path, name) = (path(self.first), &self.name);
        let [(file, line), other] = [self.first, self.other].map(|it| {
            let meta = it.metadata();
            (meta.module.file, meta.line)
        });
        if (file, line) == other {
            return write!(
                f,
                "two functions are called `{path}`, both at {file}:{line}; the second is shown as `{name}`; give one of \
                 them another name with `#[observe(name = \"..\")]`; where a macro writes both, numbers may change when \
                 it writes one more: have it name each, by `#[observe(name = $name)]` with a `$name:literal` of its own"
            );
        }
        write!(
            f,
            "two functions are called `{path}`: at {file}:{line} and at {}:{}; the second is shown as `{name}`; \
             give one of them another name with `#[observe(name = \"..\")]`",
            other.0, other.1
        )
    }
}

/// What a function is called wherever module and name are one text: on pages, as an SLO, as a check.
fn path(callsite: &Callsite) -> String {
    let meta = callsite.metadata();
    format!("{}::{}", meta.module.path, meta.function)
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
    // The last one entered comes first. Turned round, those that a macro wrote on one line stand as the compiler emits
    // them: rustc 1.95 in order of the symbols' names, `A` before `B`, shorter parts of a path before longer ones, unless
    // it counts coverage. So one that comes last renames none of the others; nothing else tells them apart.
    let make = || {
        let mut callsites: Vec<_> = callsite::linked().collect();
        callsites.reverse();
        Arc::new(Listing::new(callsites))
    };
    let Some(mut listing) = LISTING.lock() else { return make() };
    match &*listing {
        Some(known) if known.functions.len() == linked() => Arc::clone(known),
        _ => Arc::clone(listing.insert(make())),
    }
}

/// Of one path, the order is that of the source; of what a macro wrote on one line, that in which it was handed over.
fn place(callsite: &Callsite) -> impl Ord + use<> {
    let meta = *callsite.metadata();
    let module = meta.module;
    (module.file, meta.line, module.path, module.crate_name, module.crate_version)
}

impl Listing {
    pub(crate) fn new(mut callsites: Vec<&'static Callsite>) -> Self {
        callsites.sort_by_cached_key(|callsite| (path(callsite), place(callsite)));
        let written: HashSet<_> = callsites.iter().map(|callsite| path(callsite)).collect();
        let mut listing = Self::default();
        for same in callsites.chunk_by(|one, other| path(one) == path(other)) {
            let first = same[0];
            listing
                .functions
                .push(Function { callsite: first, name: first.metadata().function.into() });
            // Somebody may have called a function `name#2`.
            let path = path(first);
            let free =
                (2_u32..).filter(|number| !written.contains(format!("{path}#{number}").as_str()));
            for (other, number) in same[1..].iter().zip(free) {
                let name = format!("{}#{number}", other.metadata().function);
                listing.twins.push(Twin { first, other, name: name.clone() });
                listing.functions.push(Function { callsite: other, name: name.into() });
            }
        }
        let key = |function: &Function| (function.module(), function.name.clone());
        listing.functions.sort_by_cached_key(key);
        listing
    }
}
