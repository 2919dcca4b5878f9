//! `#[tracing::instrument]` with tracing-opentelemetry, exported by the OpenTelemetry SDK's batch processor.

use super::{Contender, Prepared, Sends, alone::QUEUE, traced};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider};
use tracing::{instrument, subscriber::set_global_default};
use tracing_subscriber::{
    layer::{Identity, SubscriberExt as _},
    registry,
};

traced!(#[instrument(skip_all)]);

pub(super) const CONTENDER: Contender = Contender {
    name: "instrument + tracing-opentelemetry",
    prepare: |endpoint| {
        let batches = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
        let processor =
            BatchSpanProcessor::builder(exporter(endpoint)).with_batch_config(batches).build();
        let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("peers"));
        set_global_default(registry().with(layer)).expect("no other subscriber");
        Prepared { flush, kept: Box::new(provider) }
    },
    trace: root,
    sends: Sends::Everything,
};

/// The same attribute where nobody takes spans: what the registry of `tracing-subscriber` costs by itself, and with it
/// everything that is shown to it.
pub(super) const REGISTRY: Contender = Contender {
    name: "instrument, registry alone",
    prepare: |_| {
        set_global_default(registry().with(Identity::new())).expect("no other subscriber");
        Prepared { flush: |_| {}, kept: Box::new(()) }
    },
    trace: root,
    sends: Sends::Nothing,
};

fn flush(kept: &dyn std::any::Any) {
    let provider: Option<&SdkTracerProvider> = kept.downcast_ref();
    let flushed = provider.map(SdkTracerProvider::force_flush);
    flushed.expect("a provider was kept").expect("all is delivered");
}

pub(super) fn exporter(endpoint: &str) -> SpanExporter {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint);
    exporter.build().expect("the address of the receiver is sound")
}
