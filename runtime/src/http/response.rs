//! A page as a response: the headers every response carries, and a body that tells when it has been sent.

use std::sync::Arc;

use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use tokio::sync::OwnedSemaphorePermit;

use super::watch::Watch;

pub(super) const TEXT: &str = "text/plain; charset=utf-8";
pub(super) const JSON: &str = "application/json";
/// RFC 9512.
pub(super) const YAML: &str = "application/yaml";

/// On every response, unless the page says otherwise of itself. Nothing here but the live page is a document that may run or
/// load anything, and none may be embedded; nothing is cached, since a probe or a scrape from a cache is a lie.
const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// What a route answers.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    content_type: &'static str,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
    /// Among connections that wait for pages, until the body is sent.
    place: Option<OwnedSemaphorePermit>,
}

impl Page {
    pub(super) fn new(
        status: StatusCode,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        Self { status, content_type, headers: Vec::new(), body: body.into(), place: None }
    }

    /// A line or more for people.
    pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::new(status, TEXT, text.into().into_bytes())
    }

    pub(super) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// Keeps `place` until it is sent.
    pub(super) fn in_place(mut self, place: Option<OwnedSemaphorePermit>) -> Self {
        self.place = place;
        self
    }

    pub(super) fn has_place(&self) -> bool {
        self.place.is_some()
    }

    /// The body's length.
    pub(super) fn len(&self) -> usize {
        self.body.len()
    }

    /// The response as another server sends it; to HEAD it is its headers alone.
    #[cfg(feature = "tower")]
    pub(super) fn into_mounted(self, to_head: bool) -> Response<Bytes> {
        let (mut response, body, _place) = self.into_parts();
        if to_head {
            response.headers_mut().insert(header::CONTENT_LENGTH, body.len().into());
        } else {
            *response.body_mut() = body;
        }
        response
    }

    fn into_parts(self) -> (Response<Bytes>, Bytes, Option<OwnedSemaphorePermit>) {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.extend(ALWAYS);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        (response, self.body, self.place)
    }

    /// The response; `watch` hears of it when the body is out of our hands.
    pub(super) fn into_response(self, watch: Arc<Watch>) -> Response<Full<Bytes>> {
        let (response, body, place) = self.into_parts();
        let held = Held { body, watch, _place: place };
        response.map(|_none| Full::new(Bytes::from_owner(held)))
    }
}

/// JSON as we send it: indented, because people read it with nothing but curl.
pub(super) fn json(value: &serde_json::Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

/// A body in the connection's hands. Dropped when its last byte is with the system, or will never be.
struct Held {
    body: Bytes,
    watch: Arc<Watch>,
    _place: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.watch.body_sent();
    }
}

/// Bytes that take up a place among pages of their kind, until the last of those who share them has sent them.
pub(super) struct Placed {
    pub(super) body: Vec<u8>,
    pub(super) _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Placed {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
