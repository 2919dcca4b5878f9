//! OTLP over HTTP with protobuf bodies (OTLP 1.x, "OTLP/HTTP").

use super::{
    super::settings::Target,
    ANSWER_MAX, Accepted, Failure, Kind, USER_AGENT, accepted, chain,
    connect::{self, Connector},
    retry::retry_after,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http_body_util::{BodyExt as _, Collected, Full, Limited};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode, Uri,
    body::Incoming,
    header::{
        CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
        USER_AGENT as USER_AGENT_HEADER,
    },
};
use hyper_util::client::legacy::Client;
use std::{io::Write as _, time::SystemTime};

/// A collector that is sent to by HTTP.
pub(super) struct Http {
    client: Client<Connector, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
    gzip: bool,
}

impl Http {
    pub(super) fn new(target: &Target) -> Result<Self, String> {
        let (client, uri) = connect::client(target, false)?;
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT_HEADER, HeaderValue::from_static(USER_AGENT));
        for (name, value) in &target.headers {
            let named = || format!("the header `{}` cannot be sent", name.escape_debug());
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| named())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| named())?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
        if target.gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(Self { client, uri, headers, gzip: target.gzip })
    }

    pub(super) async fn send(&self, body: Bytes) -> Result<Accepted, Failure> {
        let body = if self.gzip { compressed(&body) } else { body };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let response = self.client.request(request).await;
        let response = response.map_err(|error| Failure::new(Kind::Unreachable, chain(&error)))?;
        let (status, after) = (response.status(), after(&response));
        let answer = Limited::new(response.into_body(), ANSWER_MAX).collect().await;
        let answer = answer.map(Collected::to_bytes);
        if status.is_success() {
            // Whatever stands in the answer: the collector has it.
            return Ok(answer.map(|answer| accepted(&answer)).unwrap_or_default());
        }
        let text = answer.map(|answer| said(&answer)).unwrap_or_default();
        let text = format!("the answer was {status}{text}");
        // OTLP 1.x, "OTLP/HTTP Response", "Retryable Response Codes".
        let kind = match status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Kind::Busy { after },
            _ => Kind::Refused,
        };
        Err(Failure::new(kind, text))
    }
}

fn after(response: &Response<Incoming>) -> Option<std::time::Duration> {
    let header = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    retry_after(header, SystemTime::now())
}

/// What a refusal says: the message of a `google.rpc.Status`, or a text of some other server.
fn said(body: &[u8]) -> String {
    use crate::wire::{Field, fields};
    let message = fields(body).find_map(|(number, field)| match (number, field) {
        (2, Field::Bytes(text)) => std::str::from_utf8(text).ok(),
        _ => None,
    });
    let text = message.or_else(|| std::str::from_utf8(body).ok()).unwrap_or_default().trim();
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

fn compressed(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    // A `Vec` takes every write.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default().into()
}
