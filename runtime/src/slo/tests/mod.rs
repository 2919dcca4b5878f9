//! Windows and burn rates against plain lists of everything that happened; SLOs of functions made for it.

#![allow(clippy::float_cmp, reason = "what is written the same is the same number")]

mod boards;
mod burns;
mod multitude;
mod windows;

use crate::{
    callsite::{self, Buckets, Callsite, Extras, Metadata, Module, Outcome, Spans, Wishes},
    cell::{self, Ended},
    clock::units_of,
};
use std::time::Duration;

/// A function that promises this.
fn function(name: &'static str, line: u32, slo: Option<callsite::Slo>) -> &'static Callsite {
    let wishes = Wishes { slo, ..Wishes::NONE };
    let extras: &'static Extras =
        Box::leak(Box::new(Extras { spans: Spans::PLAIN, wishes, nature: None }));
    let metadata = Metadata {
        module: &Module {
            path: "shop",
            file: "shop.rs",
            crate_name: "shop",
            crate_version: "1.0.0",
        },
        function: name,
        line,
        fallible: true,
        cancellable: true,
        buckets: Buckets::Default,
        labels: &[],
    };
    Box::leak(Box::new(Callsite::new(metadata).with(extras)))
}

/// Ends one call.
fn call(callsite: &'static Callsite, outcome: Outcome, took: Duration) {
    let set = callsite.make_cells().expect("there are ids");
    let duration = units_of(took);
    let shard = cell::current(set);
    shard.start();
    shard.end(Ended { outcome: outcome as usize, duration, busy: duration, own: duration });
}
