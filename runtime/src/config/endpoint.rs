//! The URL of a collector: read, joined with the path of a signal, and shown without what is secret.
//!
//! Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter", "Endpoint URLs for OTLP/HTTP"
//! and the option `insecure`.

use std::fmt;

use super::{listen, quote::quoted, value::MASK};

/// What a variable takes.
pub(crate) const ALLOWED: &str =
    "a URL such as `http://localhost:4318`, for gRPC `http://localhost:4317`";

/// How requests are carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protocol {
    Grpc,
    #[default]
    Http,
}

impl Protocol {
    pub(crate) const ALLOWED: &str = "`grpc` or `http/protobuf`";

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "grpc" => Ok(Self::Grpc),
            "http/protobuf" => Ok(Self::Http),
            "http/json" => Err("JSON is not supported".to_owned()),
            _ => Err("it is no protocol of OTLP".to_owned()),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grpc => "grpc",
            Self::Http => "http/protobuf",
        })
    }
}

/// Where a collector is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// `None` is for whoever decides about `insecure`.
    https: Option<bool>,
    host: String,
    port: Option<u16>,
    /// Empty, or begins with `/`.
    path: String,
    query: Option<String>,
}

impl Endpoint {
    /// Parses what an endpoint variable takes; gRPC alone does without a scheme.
    pub(crate) fn parse(text: &str, protocol: Protocol) -> Result<Self, String> {
        let text = text.trim();
        let (https, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some(false), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some(true), rest),
            Some(_) => return Err("its scheme is neither `http` nor `https`".to_owned()),
            None if protocol == Protocol::Grpc => (None, text),
            None => return Err("it does not begin with `http://` or `https://`".to_owned()),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        if authority.contains('@') {
            return Err(
                "it holds a user name; credentials are headers, in OTEL_EXPORTER_OTLP_HEADERS"
                    .to_owned(),
            );
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("it contains a character that a URL cannot".to_owned());
        }
        let bracketed_end = authority.rfind(']').map_or(0, |at| at + 1);
        let (host, port) = match authority[bracketed_end..].rfind(':') {
            Some(at) => {
                let (host, port) = authority.split_at(bracketed_end + at);
                (host, Some(listen::port(&port[1..])?))
            }
            None => (authority, None),
        };
        let host =
            listen::host(host).map_err(|reason| format!("the host {} {reason}", quoted(host)))?;
        Ok(Self { https, host, port, path: path.to_owned(), query })
    }

    /// The endpoint of a signal, from one that is for all of them.
    pub(crate) fn joined(mut self, protocol: Protocol, path: &str) -> Self {
        if protocol == Protocol::Http {
            self.path = format!("{}/{path}", self.path.trim_end_matches('/'));
        }
        self
    }

    /// Without a scheme, this one.
    pub(crate) fn or_insecure(mut self, insecure: bool) -> Self {
        self.https.get_or_insert(!insecure);
        self
    }

    /// The URL itself.
    #[cfg(feature = "otlp")]
    pub(crate) fn url(&self) -> String {
        self.written(self.query.as_deref())
    }

    fn written(&self, query: Option<&str>) -> String {
        let scheme = if self.https == Some(false) { "http" } else { "https" };
        let Self { host, path, .. } = self;
        let (open, close) = if host.contains(':') { ("[", "]") } else { ("", "") };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{scheme}://{open}{host}{close}{port}{path}{query}")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Queries hold keys.
        f.write_str(&self.written(self.query.as_ref().map(|_| MASK)))
    }
}

/// Headers of requests; their values are secrets and never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers(pub(crate) Vec<(String, String)>);

pub(crate) const HEADERS_ALLOWED: &str =
    "`name=value` pairs with commas between them, values percent-encoded";

impl Headers {
    /// Parses a list; an entry that is no header is left out, and why is said without its value.
    pub(crate) fn parse(text: &str) -> (Self, Vec<String>) {
        let (mut headers, mut reasons) = (Self::default(), Vec::new());
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let added = match entry.split_once('=') {
                None => Err("an entry has no `=`".to_owned()),
                Some((name, value)) => match super::resource::percent_decoded(value.trim()) {
                    Some(value) => headers.add(name.trim(), &value),
                    None => Err(format!("the value of {} is not percent-encoded", quoted(name))),
                },
            };
            reasons.extend(added.err());
        }
        (headers, reasons)
    }

    /// Adds one; the last of a name counts.
    pub(crate) fn add(&mut self, name: &str, value: &str) -> Result<(), String> {
        // RFC 9110 section 5.6.2, and 5.5 without the obsolete part.
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(format!("{} is not the name of a header", quoted(name)));
        }
        if !value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t') {
            return Err(format!("the value of {} is not visible ASCII", quoted(name)));
        }
        let name = name.to_ascii_lowercase();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.to_owned()));
        Ok(())
    }
}

impl fmt::Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<_> = self.0.iter().map(|(name, _)| format!("{name}={MASK}")).collect();
        f.write_str(&shown.join(","))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Headers({self})")
    }
}
