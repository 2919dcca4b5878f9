//! Where the server listens: nowhere, or a host and a port.
//!
//! Names are not resolved here; `http` does that when it binds. Uses nothing else of the crate.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use super::quote::quoted;

/// Host of the default address, and of `:port`: loopback, so that nothing is ever opened to the
/// network by leaving something out.
const DEFAULT_HOST: &str = "127.0.0.1";
/// OpenTelemetry specification, "Prometheus Exporter": host `localhost`, port 9464.
const OTEL_HOST: &str = "localhost";
const DEFAULT_PORT: u16 = 9464;

/// The address of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    /// No server.
    Off,
    /// Listen here.
    At {
        /// A host name, or an IP address without brackets.
        host: String,
        /// A port; 0 lets the system choose one.
        port: u16,
    },
}

impl Listen {
    /// What `OBSERVANT_LISTEN` and `Builder::listen` take.
    pub(crate) const ALLOWED: &str =
        "`off`, `host:port`, `[ipv6]:port`, or `:port` for loopback, such as `127.0.0.1:9464`";

    /// Parses [`ALLOWED`](Self::ALLOWED).
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::Off);
        }
        let Some((before, after)) = text.rsplit_once(':').filter(|_| !text.ends_with(']')) else {
            let port = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
            let hint = if port { "; a port alone is written `:9464`" } else { "" };
            return Err(format!("it has no port{hint}"));
        };
        if before.contains("://") || after.starts_with("//") {
            return Err("it is a URL".to_owned());
        }
        let host = match before {
            "" => DEFAULT_HOST.to_owned(),
            name if name.contains(':') && !name.starts_with('[') => {
                return Err("an IPv6 address stands in brackets".to_owned());
            }
            name => host(name).map_err(|reason| format!("the host {} {reason}", quoted(name)))?,
        };
        Ok(Self::At { host, port: port(after)? })
    }

    /// The address OpenTelemetry's two variables describe, when at least one is set.
    pub(crate) fn from_otel(host: Option<String>, port: Option<u16>) -> Option<Self> {
        if host.is_none() && port.is_none() {
            return None;
        }
        let host = host.unwrap_or_else(|| OTEL_HOST.to_owned());
        Some(Self::At { host, port: port.unwrap_or(DEFAULT_PORT) })
    }
}

impl Default for Listen {
    fn default() -> Self {
        Self::At { host: DEFAULT_HOST.to_owned(), port: DEFAULT_PORT }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::At { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::At { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

/// Longest host name (RFC 1035 section 2.3.4: 255 octets on the wire, 253 as text).
const HOST_MAX: usize = 253;

/// A host name or an IP address, with or without brackets round IPv6; answers without them.
pub(super) fn host(text: &str) -> Result<String, &'static str> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(inner) = inner {
        return inner
            .parse::<Ipv6Addr>()
            .map(|address| address.to_string())
            .map_err(|_| "is not an IPv6 address");
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(address.to_string());
    }
    // Underscores are no letters of DNS, but container networks use them.
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let labels = text.strip_suffix('.').unwrap_or(text);
    if labels.is_empty() || text.len() > HOST_MAX {
        return Err("is not a host name");
    }
    if !text.bytes().all(known) || labels.split('.').any(str::is_empty) {
        return Err("is not a host name");
    }
    // `10.0.0.300` is a typing error, not a name: no top-level domain is a number (RFC 3696, 2).
    let last = labels.rsplit('.').next().unwrap_or(labels);
    if last.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<Ipv4Addr>().is_err() {
        return Err("is not an IPv4 address");
    }
    Ok(text.to_owned())
}

/// A port in decimal digits.
pub(super) fn port(text: &str) -> Result<u16, String> {
    // `u16::from_str` would also take `+80`.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && let Ok(port) = text.parse() {
        return Ok(port);
    }
    Err(format!("the port {} is not a number from 0 to 65535", quoted(text)))
}
