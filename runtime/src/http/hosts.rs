//! The `Host` allow-list, which keeps a web page from reaching a loopback server through a name that its owner points
//! at 127.0.0.1 (DNS rebinding). Such a request carries that name; ours carry loopback's, an address, or a known name.

use std::net::IpAddr;

/// The names accepted.
#[derive(Debug)]
pub(super) struct Hosts {
    names: Vec<String>,
    any: bool,
}

/// Why a host is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is no host.
    Malformed,
    /// It is this one, which is not on the list.
    Unknown(String),
}

/// Names that systems give to their own loopback addresses in their hosts file.
const LOOPBACK: [&str; 4] = ["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"];

impl Hosts {
    /// `names` and this machine's own; or any at all.
    pub(super) fn new(names: Vec<String>, any: bool) -> Self {
        let own = machine_name().into_iter();
        Self { names: names.into_iter().chain(own).map(|name| normal(&name)).collect(), any }
    }

    /// Whether a request for `authority`, the value of a `Host` header, is to be answered.
    pub(super) fn check(&self, authority: &str) -> Result<(), Refusal> {
        let host = host(authority).ok_or(Refusal::Malformed)?;
        let name = match host {
            Host::Address => return Ok(()),
            Host::Name(name) => normal(name),
        };
        let known = self.any
            || LOOPBACK.contains(&&*name)
            // RFC 6761, section 6.3: names below `localhost` never leave the machine.
            || name.ends_with(".localhost")
            || self.names.contains(&name);
        if known { Ok(()) } else { Err(Refusal::Unknown(name)) }
    }
}

fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

enum Host<'a> {
    Address,
    Name(&'a str),
}

/// The host of `host`, `host:port` or `[ipv6]:port`.
fn host(authority: &str) -> Option<Host<'_>> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (inside, after) = rest.split_once(']')?;
            inside.parse::<std::net::Ipv6Addr>().ok()?;
            ("", after.strip_prefix(':').or(after.is_empty().then_some("")))
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, Some("")),
        },
    };
    let port = port?;
    if !port.is_empty() && (port.parse::<u16>().is_err() || port.starts_with('+')) {
        return None;
    }
    if authority.starts_with('[') || host.parse::<IpAddr>().is_ok() {
        return Some(Host::Address);
    }
    // RFC 1035 allows 253 characters; the underscore is no letter of DNS, but container networks use it.
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_name = !host.is_empty() && host.len() <= 253 && host.bytes().all(known);
    is_name.then_some(Host::Name(host))
}

/// What this machine calls itself. The standard library does not say; Linux does in a file, and most shells and
/// container runtimes in `HOSTNAME`. Where neither does, the name has to be configured like any other.
fn machine_name() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Hosts, Refusal};

    fn hosts() -> Hosts {
        Hosts::new(vec!["metrics.example.com".to_owned()], false)
    }

    #[test]
    fn known_hosts_are_answered() {
        for host in [
            "localhost",
            "LocalHost:9464",
            "localhost.",
            "app.localhost:1",
            "ip6-localhost",
            "127.0.0.1:9464",
            "127.0.0.1",
            "10.1.2.3:80",
            "[::1]:9464",
            "[::1]",
            "[fe80::1]:",
            "metrics.example.com",
            "METRICS.example.com.:443",
        ] {
            assert_eq!(hosts().check(host), Ok(()), "{host}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for (host, name) in [
            ("evil.example", "evil.example"),
            ("evil.example:9464", "evil.example"),
            ("Localhost.evil.example", "localhost.evil.example"),
            ("xlocalhost", "xlocalhost"),
            ("127.0.0.1.evil.example", "127.0.0.1.evil.example"),
            ("sub.metrics.example.com", "sub.metrics.example.com"),
            // A short or octal form is an address to some resolvers and a name to others.
            ("127.1", "127.1"),
            ("0177.0.0.1", "0177.0.0.1"),
        ] {
            assert_eq!(hosts().check(host), Err(Refusal::Unknown(name.to_owned())));
            assert_eq!(Hosts::new(Vec::new(), true).check(host), Ok(()), "{host}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused_even_where_any_is_accepted() {
        for host in [
            "",
            ":80",
            "localhost:",
            "localhost:80:80",
            "localhost:x",
            "localhost:65536",
            "localhost:+80",
            "user@localhost",
            "local host",
            "localhost/",
            "[::1",
            "::1",
            "[::1]80",
            "[localhost]",
            "[127.0.0.1]",
            "lócalhost",
            "localhost\r",
        ] {
            let verdict = Hosts::new(Vec::new(), true).check(host);
            if host == "localhost:" {
                // RFC 3986, section 3.2.3: an empty port is the default one.
                assert_eq!(verdict, Ok(()));
            } else {
                assert_eq!(verdict, Err(Refusal::Malformed), "{host}");
            }
        }
    }

    // The one system on which a name is always to be found.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_machine_is_known_by_its_own_name() {
        let name = super::machine_name().unwrap();
        assert_eq!(hosts().check(&name.to_ascii_uppercase()), Ok(()));
    }
}
