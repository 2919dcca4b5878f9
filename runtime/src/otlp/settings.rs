//! What to export, where to and when: plain data, decided by others.

use crate::span::Attribute;
use std::{path::PathBuf, time::Duration};

/// Everything the exporter does. With neither spans nor metrics it is not started.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The attributes of the resource.
    pub(crate) resource: Vec<Attribute>,
    pub(crate) spans: Option<Spans>,
    pub(crate) metrics: Option<Metrics>,
}

/// How spans are exported.
#[derive(Debug)]
pub(crate) struct Spans {
    /// A collector.
    pub(crate) target: Option<Target>,
    /// Trees on standard output.
    pub(crate) console: bool,
    /// Spans that wait at most, wherever they do.
    pub(crate) queue: usize,
    /// Spans of one request at most.
    pub(crate) batch: usize,
    /// How long a span waits for others.
    pub(crate) delay: Duration,
    /// How long a request may take, all attempts together.
    pub(crate) timeout: Duration,
    /// Traces that were not chosen are kept if they hold an error, or a span that took at least so long.
    pub(crate) tail: Option<Duration>,
}

/// How metrics are exported.
#[derive(Debug)]
pub(crate) struct Metrics {
    pub(crate) target: Target,
    pub(crate) interval: Duration,
    /// How long one push may take, all attempts together.
    pub(crate) timeout: Duration,
    /// Counters and histograms say what came since the last push, not since the start.
    pub(crate) delta: bool,
    /// Histograms have exponential buckets.
    pub(crate) exponential: bool,
}

/// A collector, for one signal.
#[derive(Clone)]
pub(crate) struct Target {
    /// The whole URL; for gRPC its path is of no concern.
    pub(crate) url: String,
    /// The same without what is secret.
    pub(crate) shown: String,
    pub(crate) protocol: Protocol,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// How long one attempt may take.
    pub(crate) timeout: Duration,
    pub(crate) gzip: bool,
    pub(crate) tls: Tls,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers and URL may hold secrets.
        f.debug_struct("Target").field("shown", &self.shown).finish_non_exhaustive()
    }
}

/// How requests are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Grpc,
    Http,
}

/// Files with certificates, in PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tls {
    /// Whom to trust, in place of those the system trusts.
    pub(crate) certificate: Option<PathBuf>,
    /// Who we are.
    pub(crate) client_certificate: Option<PathBuf>,
    pub(crate) client_key: Option<PathBuf>,
}
