//! What the semantic conventions for HTTP call things (OpenTelemetry semantic conventions 1.41, "HTTP
//! spans" and "HTTP metrics"). Pure functions of requests.

use crate::span::{Attribute, Status};
use ::http::{HeaderMap, Method, StatusCode, Uri, Version, header::HOST, uri::Authority};
use std::borrow::Cow;

/// What is not told apart.
pub(super) const OTHER: &str = "_OTHER";

/// What a redacted value is replaced by.
const REDACTED: &str = "REDACTED";

/// The methods that are told apart (`http.request.method`, note 1).
pub(super) const METHODS: [&str; 11] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE", OTHER,
];

/// `http.request.method`, as its place in [`METHODS`].
pub(super) fn method(method: &Method) -> usize {
    let known = METHODS.iter().position(|known| *known == method.as_str());
    known.unwrap_or(METHODS.len() - 1)
}

/// The name of a span ("Name"): never a path.
pub(super) fn span_name(method: usize, target: Option<&str>) -> Cow<'static, str> {
    let method = match METHODS[method] {
        OTHER => "HTTP",
        known => known,
    };
    match target {
        Some(target) => format!("{method} {target}").into(),
        None => method.into(),
    }
}

/// `http.request.method`, and what it was if that is not told apart.
pub(super) fn describe_method(original: &Method, known: usize) -> [Option<Attribute>; 2] {
    let unknown = METHODS[known] == OTHER;
    let original = unknown
        .then(|| Attribute::new("http.request.method_original", original.as_str().to_owned()));
    [Some(Attribute::new("http.request.method", METHODS[known])), original]
}

/// `network.protocol.version`.
pub(super) fn version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_09 => Some("0.9"),
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        Version::HTTP_3 => Some("3"),
        _ => None,
    }
}

/// Whom a request is for: the authority of its target, else its header `Host`.
pub(super) fn authority<'r>(uri: &'r Uri, headers: &HeaderMap) -> Option<Cow<'r, Authority>> {
    uri.authority().map(Cow::Borrowed).or_else(|| {
        let host = headers.get(HOST)?.to_str().ok()?;
        host.parse().ok().map(Cow::Owned)
    })
}

/// `server.address` and `server.port`.
pub(super) fn server(authority: &Authority, scheme: &str) -> [Option<Attribute>; 2] {
    let usual = match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let address = Attribute::new("server.address", host.to_owned());
    let port = authority.port_u16().or(usual);
    [Some(address), port.map(|port| Attribute::new("server.port", i64::from(port)))]
}

/// The URL of an outgoing request (`url.full`), without credentials and values of its query.
pub(super) fn full_url(uri: &Uri, values: Values) -> String {
    let mut url = String::new();
    if let Some(scheme) = uri.scheme_str() {
        url.push_str(scheme);
        url.push_str("://");
    }
    if let Some(authority) = uri.authority() {
        let text = authority.as_str();
        match text.rsplit_once('@') {
            Some((user, host)) => {
                let password = if user.contains(':') { ":REDACTED" } else { "" };
                url.push_str(REDACTED);
                url.push_str(password);
                url.push('@');
                url.push_str(host);
            }
            None => url.push_str(text),
        }
    }
    url.push_str(uri.path());
    if let Some(query) = uri.query() {
        url.push('?');
        url.push_str(&redacted(query, values));
    }
    url
}

/// Which values of a query are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Values {
    /// None: arguments of a program are not recorded unless it asks.
    #[default]
    Hidden,
    /// All but signatures.
    Shown,
}

/// Values that are never shown (`url.query`, note 10).
const SECRET: [&str; 4] = ["AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature"];

/// A query with its keys, and those of its values that may be shown.
pub(super) fn redacted(query: &str, values: Values) -> String {
    let mut shown = String::with_capacity(query.len());
    for (place, pair) in query.split('&').enumerate() {
        if place > 0 {
            shown.push('&');
        }
        match pair.split_once('=') {
            Some((key, _)) if hides(key, values) => {
                shown.push_str(key);
                shown.push('=');
                shown.push_str(REDACTED);
            }
            // A word alone may be a value as well as a key.
            None if values == Values::Hidden && !pair.is_empty() => shown.push_str(REDACTED),
            Some(_) | None => shown.push_str(pair),
        }
    }
    shown
}

fn hides(key: &str, values: Values) -> bool {
    values == Values::Hidden || SECRET.iter().any(|secret| secret.eq_ignore_ascii_case(key))
}

/// Which side of a request a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Client,
}

/// Why a request counts as failed (`error.type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Its status says so.
    Status(StatusCode),
    /// There was no whole response: a type of errors, or how the work ended.
    Type(&'static str),
}

impl Failure {
    /// What a status means to this side ("Status"): a client is told of its own faults, a server is not.
    pub(super) fn of(status: StatusCode, side: Side) -> Option<Self> {
        let failed = status.is_server_error() || side == Side::Client && status.is_client_error();
        failed.then_some(Self::Status(status))
    }

    /// The value of `error.type`.
    pub(super) fn text(self) -> Cow<'static, str> {
        match self {
            Self::Status(status) => status.as_str().to_owned().into(),
            Self::Type(name) => name.into(),
        }
    }

    /// The status of a span; it says nothing that another attribute says.
    pub(super) fn span_status(self) -> Status {
        match self {
            Self::Status(_) => Status::Error("".into()),
            Self::Type(name) => Status::Error(name.into()),
        }
    }
}
