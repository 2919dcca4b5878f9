//! What a program asks for in code of its spans and of what it exports.

use super::Builder;
use crate::{
    config::{Otlp, SpanLimits, Temporality},
    span::Sampler,
};
use std::time::Duration;

impl Builder {
    /// The collector of all signals. Without an endpoint, here or in the environment, nothing is sent
    /// anywhere. Environment `OTEL_EXPORTER_OTLP_*`. Needs the feature `otlp`.
    pub fn otlp(mut self, collector: Otlp) -> Self {
        self.overrides.export.otlp = Some(collector);
        self
    }

    /// The collector of traces; its endpoint is used as it is. Environment `OTEL_EXPORTER_OTLP_TRACES_*`.
    pub fn otlp_traces(mut self, collector: Otlp) -> Self {
        self.overrides.export.otlp_traces = Some(collector);
        self
    }

    /// The collector of metrics; its endpoint is used as it is. Environment `OTEL_EXPORTER_OTLP_METRICS_*`.
    pub fn otlp_metrics(mut self, collector: Otlp) -> Self {
        self.overrides.export.otlp_metrics = Some(collector);
        self
    }

    /// Where spans go: `otlp`, `console` (trees on standard output), `none`, or several with commas. Default
    /// `otlp`; environment `OTEL_TRACES_EXPORTER`.
    pub fn traces_exporter(mut self, exporters: impl Into<String>) -> Self {
        self.overrides.export.traces_exporter = Some(exporters.into());
        self
    }

    /// Where metrics are pushed: `otlp` or `none`. `/metrics` is served in any case. Default `otlp`;
    /// environment `OTEL_METRICS_EXPORTER`.
    pub fn metrics_exporter(mut self, exporters: impl Into<String>) -> Self {
        self.overrides.export.metrics_exporter = Some(exporters.into());
        self
    }

    /// How many finished spans wait at most, and how many one request holds at most. Default 2048 and 512;
    /// environment `OTEL_BSP_MAX_QUEUE_SIZE` and `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
    pub fn span_queue(mut self, queue: usize, batch: usize) -> Self {
        self.overrides.export.queue = Some(queue);
        self.overrides.export.batch = Some(batch);
        self
    }

    /// How long a finished span waits for others at most. Default 5 s; environment
    /// `OTEL_BSP_SCHEDULE_DELAY`, in milliseconds.
    pub fn span_delay(mut self, delay: Duration) -> Self {
        self.overrides.export.delay = Some(delay);
        self
    }

    /// How long a batch of spans is tried to be delivered, all attempts together. Default 30 s; environment
    /// `OTEL_BSP_EXPORT_TIMEOUT`, in milliseconds.
    pub fn span_timeout(mut self, timeout: Duration) -> Self {
        self.overrides.export.timeout = Some(timeout);
        self
    }

    /// How often metrics are pushed, up to a day. Default 60 s; environment `OTEL_METRIC_EXPORT_INTERVAL`, in
    /// milliseconds.
    pub fn metrics_interval(mut self, interval: Duration) -> Self {
        self.overrides.export.interval = Some(interval);
        self
    }

    /// How long a push of metrics is tried, all attempts together. Default 30 s; environment
    /// `OTEL_METRIC_EXPORT_TIMEOUT`, in milliseconds.
    pub fn metrics_timeout(mut self, timeout: Duration) -> Self {
        self.overrides.export.metric_timeout = Some(timeout);
        self
    }

    /// Whether pushed counters and histograms count from the start or from the last push. Default cumulative;
    /// environment `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
    pub fn metrics_temporality(mut self, temporality: Temporality) -> Self {
        self.overrides.export.temporality = Some(temporality);
        self
    }

    /// Whether pushed histograms have exponential buckets in place of a function's own. Default false;
    /// environment `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`.
    pub fn exponential_histograms(mut self, exponential: bool) -> Self {
        self.overrides.export.exponential = Some(exponential);
        self
    }

    /// Which traces are recorded. Default all, but for those from elsewhere that are not recorded there;
    /// environment `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`.
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.overrides.sampling.sampler = Some(sampler);
        self
    }

    /// How many traces a second are recorded because a request from elsewhere says so; of further ones the
    /// sampler decides by their ids. Whoever can send requests could else have everything recorded. Default
    /// without a limit, as OpenTelemetry has it; environment `OBSERVANT_FORCED_TRACES`.
    pub fn forced_traces(mut self, most_per_second: u32) -> Self {
        self.overrides.sampling.forced = Some(most_per_second);
        self
    }

    /// The tail rule: a trace that the sampler did not choose is kept all the same when it holds an error, or
    /// took at least `slow`; at most an hour. Every call is recorded then, as if it were chosen. It knows this
    /// process's part of a trace. Off by default; environment `OBSERVANT_TAIL`.
    pub fn tail(mut self, slow: Duration) -> Self {
        self.overrides.sampling.tail = Some(slow);
        self
    }

    /// How much one span may hold. Environment `OTEL_SPAN_*_LIMIT` and `OTEL_ATTRIBUTE_*_LIMIT`.
    pub fn span_limits(mut self, limits: SpanLimits) -> Self {
        self.overrides.sampling.limits = Some(limits);
        self
    }
}
