//! The path a service is mounted at, which a router may or may not have taken off already.

use hyper::http::uri::{PathAndQuery, Uri};
use std::sync::Arc;

/// Begins with a slash and ends without one; or is empty.
#[derive(Clone, Debug)]
pub(super) struct Prefix(Arc<str>);

impl Prefix {
    /// A prefix written with or without slashes around it.
    pub(super) fn new(path: &str) -> Self {
        let path = path.trim_matches('/');
        Self(if path.is_empty() { "".into() } else { format!("/{path}").into() })
    }

    /// `uri` with the path below the prefix; `None` if it is not below it.
    pub(super) fn strip(&self, uri: &Uri) -> Option<Uri> {
        let below = uri.path().strip_prefix(&*self.0)?;
        if self.0.is_empty() {
            return Some(uri.clone());
        }
        let path = match below {
            "" => "/",
            below if below.starts_with('/') => below,
            _ => return None,
        };
        let target = match uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
        Uri::from_parts(parts).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Prefix, Uri};

    fn strip(prefix: &str, uri: &str) -> Option<String> {
        Prefix::new(prefix).strip(&uri.parse::<Uri>().unwrap()).map(|uri| uri.to_string())
    }

    #[test]
    fn what_is_below_is_found_and_nothing_else() {
        for (prefix, uri, below) in [
            ("", "/metrics", Some("/metrics")),
            ("/", "/metrics?a=b", Some("/metrics?a=b")),
            ("/internal", "/internal/metrics", Some("/metrics")),
            ("internal/", "/internal/metrics?name[]=a", Some("/metrics?name[]=a")),
            ("/a/b", "/a/b/live?verbose", Some("/live?verbose")),
            ("/a", "/a", Some("/")),
            ("/a", "/a/", Some("/")),
            ("/a", "/a?b", Some("/?b")),
            ("/a", "/a/a/live", Some("/a/live")),
            ("/a", "http://host:1/a/live", Some("http://host:1/live")),
            ("/a", "/ab/live", None),
            ("/a", "/metrics", None),
            ("/a", "/", None),
            ("/a", "/A/live", None),
            ("/a", "/%61/live", None),
            ("/a", "*", None),
        ] {
            assert_eq!(strip(prefix, uri).as_deref(), below, "{prefix} {uri}");
        }
    }
}
