//! Traces: every task is one, with a root of its own. With `--trace` that of one task is recorded and no other,
//! and its tree printed at the end.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use observant::{
    Builder, Context, Sampler, SpanContext,
    snapshot::{OwnedValue, Snapshot},
};

use crate::console::Console;

/// Observant, as this program starts it. The environment says where traces go, unless one is to be printed: that
/// waits until it is asked for, or it would stand between other lines.
pub fn builder(print: bool) -> Builder {
    let builder = observant::builder();
    if !print {
        return builder;
    }
    builder
        .traces_exporter("console")
        .sampler(Sampler::parent_based(Sampler::always_off()))
        .span_delay(Duration::from_secs(24 * 60 * 60))
}

/// What a task is a part of: of the run, and of no span, so that it is the root of a trace of its own. The task that is
/// to be printed is as if somebody had asked for its trace, and nobody does for the others.
pub fn of_task(print: bool) -> Context {
    observant::current_context().with_span_context(print.then(somebody_who_asks))
}

fn somebody_who_asks() -> SpanContext {
    let random = || RandomState::new().hash_one(()) | 1;
    let traceparent = format!("00-{:016x}{:016x}-{:016x}-01", random(), random(), random());
    traceparent.parse().expect("these are the digits of one")
}

/// Prints the trace that was recorded.
pub fn print(console: &Console) {
    console.say("the trace of one task:");
    observant::flush();
    if !is_printed(&observant::snapshot()) {
        console.say("nothing was recorded (is Observant switched off?)");
    }
}

fn is_printed(snapshot: &Snapshot) -> bool {
    let mut families = snapshot.families.iter();
    let exported = families.find(|family| family.name == "observant_spans_exported_total");
    let mut series = exported.into_iter().flat_map(|family| &family.series);
    series.any(|series| matches!(series.value, OwnedValue::Unsigned(1..)))
}
