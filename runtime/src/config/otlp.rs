//! Where OTLP goes and how: for all signals, and for each of them.
//!
//! Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter".

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    endpoint::{self, Endpoint, HEADERS_ALLOWED, Headers, Protocol},
    environment::{BOOLEAN, Reader, Variable},
    settings::{EffectiveSetting, refused, shown},
    value::{self, Origin, Sourced},
};
use crate::error::Error;

/// A collector of OpenTelemetry, and how to send to it, in code.
///
/// What is left out comes from the environment. Handed to [`Builder::otlp`](crate::Builder::otlp) it is for all
/// signals, and their paths are appended to its endpoint; handed to
/// [`otlp_traces`](crate::Builder::otlp_traces) or [`otlp_metrics`](crate::Builder::otlp_metrics) its endpoint is
/// used as it is.
///
/// # Example
///
/// ```no_run
/// use observant::Otlp;
///
/// # fn main() -> Result<(), observant::Error> {
/// let collector = Otlp::to("https://collector.example:4317").grpc().gzip(true).header("api-key", "secret");
/// let _observant = observant::builder().otlp(collector).init()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "it is for the builder"]
pub struct Otlp {
    endpoint: Option<String>,
    protocol: Option<Protocol>,
    headers: Vec<(String, String)>,
    timeout: Option<Duration>,
    gzip: Option<bool>,
    insecure: Option<bool>,
    certificate: Option<PathBuf>,
    client_certificate: Option<PathBuf>,
    client_key: Option<PathBuf>,
}

impl Otlp {
    /// Whatever the environment says.
    pub fn new() -> Self {
        Self::default()
    }

    /// To the collector at this URL. Environment `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn to(endpoint: impl Into<String>) -> Self {
        Self { endpoint: Some(endpoint.into()), ..Self::default() }
    }

    /// Over gRPC. Environment `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`.
    pub fn grpc(mut self) -> Self {
        self.protocol = Some(Protocol::Grpc);
        self
    }

    /// Over HTTP with protobuf bodies, the default. Environment `OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`.
    pub fn http(mut self) -> Self {
        self.protocol = Some(Protocol::Http);
        self
    }

    /// A header of every request; its value is never shown. Headers of the environment do not count then.
    /// Environment `OTEL_EXPORTER_OTLP_HEADERS`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long one attempt may take; 10 s by default. Environment `OTEL_EXPORTER_OTLP_TIMEOUT`, in
    /// milliseconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether requests are compressed. Environment `OTEL_EXPORTER_OTLP_COMPRESSION`, `gzip` or `none`.
    pub fn gzip(mut self, gzip: bool) -> Self {
        self.gzip = Some(gzip);
        self
    }

    /// No TLS for a gRPC endpoint without `http://` or `https://`. Environment
    /// `OTEL_EXPORTER_OTLP_INSECURE`.
    pub fn insecure(mut self, insecure: bool) -> Self {
        self.insecure = Some(insecure);
        self
    }

    /// A PEM file with the certificates to trust, in place of the system's. Environment
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE`.
    pub fn certificate(mut self, file: impl AsRef<Path>) -> Self {
        self.certificate = Some(file.as_ref().to_owned());
        self
    }

    /// PEM files with our certificate and its key, for a collector that asks for them. Environment
    /// `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
    pub fn client_certificate(
        mut self,
        certificate: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Self {
        self.client_certificate = Some(certificate.as_ref().to_owned());
        self.client_key = Some(key.as_ref().to_owned());
        self
    }

    fn headers(&self) -> Result<Option<Headers>, Error> {
        let mut headers = Headers::default();
        for (name, value) in &self.headers {
            let added = headers.add(name, value);
            added.map_err(|reason| refused("otlp header", "", &reason, HEADERS_ALLOWED))?;
        }
        Ok((!headers.0.is_empty()).then_some(headers))
    }

    fn endpoint(&self, protocol: Protocol) -> Result<Option<Endpoint>, Error> {
        let Some(text) = &self.endpoint else { return Ok(None) };
        let parsed = Endpoint::parse(text, protocol);
        parsed.map(Some).map_err(|reason| refused("otlp endpoint", "", &reason, endpoint::ALLOWED))
    }
}

impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers, and perhaps the endpoint, are secrets.
        f.debug_struct("Otlp").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}

/// A variable for all signals and for each.
pub(crate) struct PerSignal {
    general: Variable,
    traces: Variable,
    metrics: Variable,
}

macro_rules! per_signal {
    ($name:literal, $allowed:expr) => {
        PerSignal {
            general: Variable::new(concat!("OTEL_EXPORTER_OTLP_", $name), $allowed),
            traces: Variable::new(concat!("OTEL_EXPORTER_OTLP_TRACES_", $name), $allowed),
            metrics: Variable::new(concat!("OTEL_EXPORTER_OTLP_METRICS_", $name), $allowed),
        }
    };
}

static ENDPOINT: PerSignal = per_signal!("ENDPOINT", endpoint::ALLOWED).secret();
static PROTOCOL: PerSignal = per_signal!("PROTOCOL", Protocol::ALLOWED);
static HEADERS: PerSignal = per_signal!("HEADERS", HEADERS_ALLOWED).secret();
static TIMEOUT: PerSignal = per_signal!("TIMEOUT", value::MILLISECONDS_ALLOWED);
static COMPRESSION: PerSignal = per_signal!("COMPRESSION", "`gzip` or `none`");
static INSECURE: PerSignal = per_signal!("INSECURE", BOOLEAN);
static CERTIFICATE: PerSignal = per_signal!("CERTIFICATE", "the path of a file");
static CLIENT_CERTIFICATE: PerSignal = per_signal!("CLIENT_CERTIFICATE", "the path of a file");
static CLIENT_KEY: PerSignal = per_signal!("CLIENT_KEY", "the path of a file");

impl PerSignal {
    const fn secret(self) -> Self {
        let Self { general, traces, metrics } = self;
        Self { general: general.secret(), traces: traces.secret(), metrics: metrics.secret() }
    }

    fn of(&'static self, signal: Signal) -> &'static Variable {
        match signal {
            Signal::Traces => &self.traces,
            Signal::Metrics => &self.metrics,
        }
    }
}

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
}

impl Signal {
    fn name(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
        }
    }
}

/// A collector for one signal, as it holds.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The whole URL, path included; without one nothing is exported.
    pub(crate) endpoint: Sourced<Option<Endpoint>>,
    pub(crate) protocol: Sourced<Protocol>,
    pub(crate) headers: Sourced<Headers>,
    pub(crate) timeout: Sourced<Duration>,
    pub(crate) gzip: Sourced<bool>,
    pub(crate) certificate: Sourced<Option<PathBuf>>,
    pub(crate) client_certificate: Sourced<Option<PathBuf>>,
    pub(crate) client_key: Sourced<Option<PathBuf>>,
}

/// Both sources, and what they say of one signal.
struct Sources<'s, 'e> {
    signal: Signal,
    own: &'s Otlp,
    general: &'s Otlp,
    reader: &'s mut Reader<'e>,
}

impl Sources<'_, '_> {
    /// The value that counts: of the signal before the general one, in code before the environment.
    fn first<T: Clone>(
        &mut self,
        code: impl Fn(&Otlp) -> Option<T>,
        variable: &'static PerSignal,
        parse: impl Fn(&str) -> Result<T, String>,
        default: T,
    ) -> Sourced<T> {
        let own = self.reader.parsed(variable.of(self.signal), &parse);
        let general = self.reader.parsed(&variable.general, &parse);
        Sourced::first(code(self.own).or_else(|| code(self.general)), own.or(general), default)
    }

    fn endpoint(
        &mut self,
        protocol: Protocol,
        insecure: bool,
    ) -> Result<Sourced<Option<Endpoint>>, Error> {
        let parse = |text: &str| Endpoint::parse(text, protocol);
        let path = format!("v1/{}", self.signal.name());
        let joined = |endpoint: Endpoint| endpoint.joined(protocol, &path);
        let own = self.own.endpoint(protocol)?;
        let general = self.general.endpoint(protocol)?;
        let code = own.or_else(|| general.map(joined));
        let own = self.reader.parsed(ENDPOINT.of(self.signal), parse);
        let general = self.reader.parsed(&ENDPOINT.general, parse);
        let env = own.or_else(|| general.map(|(endpoint, name)| (joined(endpoint), name)));
        let found = Sourced::first(code.map(Some), env.map(|(it, name)| (Some(it), name)), None);
        let value = found.value.map(|endpoint| endpoint.or_insecure(insecure));
        Ok(Sourced { value, origin: found.origin })
    }

    fn headers(&mut self) -> Result<Sourced<Headers>, Error> {
        let code = match self.own.headers()? {
            Some(own) => Some(own),
            None => self.general.headers()?,
        };
        let own = self.reader.listed(HEADERS.of(self.signal), Headers::parse);
        let general = self.reader.listed(&HEADERS.general, Headers::parse);
        Ok(Sourced::first(code, own.or(general), Headers::default()))
    }

    fn insecure(&mut self) -> bool {
        let own = self.reader.boolean(INSECURE.of(self.signal));
        let general = self.reader.boolean(&INSECURE.general);
        let code = self.own.insecure.or(self.general.insecure);
        code.or_else(|| own.or(general).map(|(insecure, _)| insecure)).unwrap_or(false)
    }
}

impl Target {
    /// What code and environment say of one signal.
    pub(super) fn resolve(
        signal: Signal,
        own: Option<&Otlp>,
        general: Option<&Otlp>,
        reader: &mut Reader<'_>,
    ) -> Result<Self, Error> {
        let nothing = Otlp::default();
        let (own, general) = (own.unwrap_or(&nothing), general.unwrap_or(&nothing));
        let mut sources = Sources { signal, own, general, reader };
        let path = |text: &str| Ok(Some(PathBuf::from(text)));
        let protocol = sources.first(|it| it.protocol, &PROTOCOL, Protocol::parse, Protocol::Http);
        let insecure = sources.insecure();
        Ok(Self {
            endpoint: sources.endpoint(protocol.value, insecure)?,
            protocol,
            headers: sources.headers()?,
            timeout: sources.first(
                |it| it.timeout,
                &TIMEOUT,
                value::timeout,
                Duration::from_secs(10),
            ),
            gzip: sources.first(|it| it.gzip, &COMPRESSION, compression, false),
            certificate: sources.first(
                |it| it.certificate.clone().map(Some),
                &CERTIFICATE,
                path,
                None,
            ),
            client_certificate: sources.first(
                |it| it.client_certificate.clone().map(Some),
                &CLIENT_CERTIFICATE,
                path,
                None,
            ),
            client_key: sources.first(
                |it| it.client_key.clone().map(Some),
                &CLIENT_KEY,
                path,
                None,
            ),
        })
    }

    /// As `/status` shows it.
    pub(super) fn effective(&self, signal: Signal) -> Vec<EffectiveSetting> {
        let endpoint = |endpoint: &Option<Endpoint>| {
            endpoint.as_ref().map_or_else(String::new, Endpoint::to_string)
        };
        let file = |file: &Option<PathBuf>| {
            file.as_ref().map_or_else(String::new, |file| file.display().to_string())
        };
        let gzip = |gzip: &bool| if *gzip { "gzip" } else { "none" }.to_owned();
        let name = |part: &str| format!("otlp.{}.{part}", signal.name());
        vec![
            shown(name("certificate"), &self.certificate, file),
            shown(name("client_certificate"), &self.client_certificate, file),
            shown(name("client_key"), &self.client_key, file),
            shown(name("compression"), &self.gzip, gzip),
            shown(name("endpoint"), &self.endpoint, endpoint),
            shown(name("headers"), &self.headers, Headers::to_string),
            shown(name("protocol"), &self.protocol, Protocol::to_string),
            shown(name("timeout"), &self.timeout, |time| format!("{time:?}")),
        ]
    }

    /// Whether somebody asked for this collector, and by what.
    pub(crate) fn asked_by(&self) -> Option<Origin> {
        self.endpoint.value.as_ref().map(|_| self.endpoint.origin)
    }
}

fn compression(text: &str) -> Result<bool, String> {
    match text.trim() {
        "gzip" => Ok(true),
        "none" => Ok(false),
        _ => Err("it is no compression of OTLP".to_owned()),
    }
}
