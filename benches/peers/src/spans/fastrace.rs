//! `#[fastrace::trace]`, exported by fastrace-opentelemetry. It counts nothing, and its spans say no more than their
//! name and time.

use super::{Contender, Prepared, Sends, opentelemetry::exporter};
use ::opentelemetry::InstrumentationScope;
use fastrace::{
    Span,
    collector::{Config, SpanContext},
};
use fastrace_opentelemetry::OpenTelemetryReporter;
use observant_benches::work::{Refused, sometimes};
use opentelemetry_sdk::Resource;
use std::borrow::Cow;

pub(super) const CONTENDER: Contender = Contender {
    name: "fastrace, exported",
    prepare: |endpoint| {
        let resource = Cow::Owned(Resource::builder().build());
        let scope = InstrumentationScope::builder("peers").build();
        let reporter = OpenTelemetryReporter::new(exporter(endpoint), resource, scope);
        fastrace::set_reporter(reporter, Config::default());
        Prepared { flush: |_| fastrace::flush(), kept: Box::new(()) }
    },
    trace: |first, children| {
        let root = Span::root("root", SpanContext::random());
        let _parent = root.set_local_parent();
        for number in first..first + children {
            let number = std::hint::black_box(number);
            drop(std::hint::black_box(child(number)));
        }
    },
    sends: Sends::Everything,
};

#[fastrace::trace]
#[inline(never)]
fn child(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}
