//! What one observed call costs on this machine, measured once at set-up.

/// Calls measured together: together they take a few microseconds, so that reading the clock hardly
/// counts.
const BATCH: u32 = 100;

/// How often; the fastest counts, since whatever slows one down is not ours.
const BATCHES: u32 = 20;

/// Seconds per call of a function that does nothing, most of which is overhead.
pub(super) fn per_call() -> f64 {
    let fastest = (0..BATCHES).map(|_| batch()).fold(f64::INFINITY, f64::min);
    fastest / f64::from(BATCH)
}

#[cfg(not(feature = "off"))]
#[allow(clippy::cast_precision_loss)] // A batch takes microseconds.
fn batch() -> f64 {
    use crate::{
        callsite::{Buckets, Callsite, Metadata, Module},
        clock,
        observe::{Verdict, observe},
    };
    use std::hint::black_box;

    /// In no listing, so it shows nowhere.
    static CALLSITE: Callsite = Callsite::new(Metadata {
        module: &Module {
            path: module_path!(),
            file: file!(),
            crate_name: env!("CARGO_PKG_NAME"),
            crate_version: env!("CARGO_PKG_VERSION"),
        },
        function: "batch",
        line: line!(),
        fallible: false,
        cancellable: false,
        buckets: Buckets::Micro,
        labels: &[],
    });
    let start = clock::now();
    for number in 0..BATCH {
        black_box(observe(&CALLSITE, || black_box(number), |_| Verdict::OK));
    }
    clock::seconds(clock::between(start, clock::now()) as f64)
}

/// No call is observed, so none costs anything.
#[cfg(feature = "off")]
fn batch() -> f64 {
    0.0
}
