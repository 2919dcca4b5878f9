//! `/status`: runs what `setup` handed over, away from the server's own thread, and writes the answer; and what it
//! shares with `/metrics`.
//!
//! A page that panics costs its own request a 500. One that takes too long costs it a 503, and its place until it ends.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use hyper::{
    Request, StatusCode,
    body::Bytes,
    header::{self, HeaderMap, HeaderName},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    task::yield_now,
    time::timeout,
};

use super::{
    Artifact, Detail,
    encoding::{gzip, wants_gzip},
    health,
    response::{JSON, Page, Placed, YAML, json},
    routes::names_known_host,
    server::{App, Client},
};

pub(super) async fn status<B>(
    app: &App,
    request: &Request<B>,
    parameters: Vec<(String, String)>,
    client: Client,
) -> Page {
    let detail = match detail(app, request, client) {
        Ok(detail) => detail,
        Err(page) => return page,
    };
    let compress = compresses(request.headers());
    let pages = app.pages.clone();
    let figures = Arc::clone(&app.figures);
    let wanted = parameters.into_iter().find(|(name, _)| name == "function");
    let work = move || {
        let function = wanted.as_ref().map(|(_, name)| &**name);
        let Some(mut value) = (pages.status)(detail, function) else { return Vec::new() };
        if let (None, Some(sections)) = (function, value.as_object_mut()) {
            sections.insert("health".to_owned(), health::section(&pages, detail));
            if detail == Detail::Full {
                sections.insert("server".to_owned(), figures.to_json());
            }
        }
        let body = json(&value);
        if compress { gzip(&body) } else { body }
    };
    let page = match run(app, (client, &app.places(client).statuses), work).await {
        Ok(body) if body.is_empty() => return no_such_function(),
        Ok(body) => compressed_page(JSON, body, compress),
        Err(page) => page,
    };
    page.with(header::VARY, VARY_OF_STATUS)
}

/// `/status` is JSON or the live page.
pub(super) const VARY_OF_STATUS: &str = "Accept, Accept-Encoding";

/// `/rules.yaml` and `/dashboards/{name}.json`. They name what `/metrics` names, so that everybody may read them.
pub(super) async fn artifact(
    app: &App,
    headers: &HeaderMap,
    client: Client,
    wanted: Artifact,
) -> Page {
    let compress = compresses(headers);
    let content_type = match wanted {
        Artifact::Rules => YAML,
        Artifact::Dashboard(_) => JSON,
    };
    let write = Arc::clone(&app.pages.artifact);
    let work = move || match write(&wanted) {
        Some(text) if compress => gzip(text.as_bytes()),
        Some(text) => text.into_bytes(),
        None => Vec::new(),
    };
    match run(app, (client, &app.places(client).statuses), work).await {
        Ok(body) if body.is_empty() => no_such_page(),
        Ok(body) => {
            compressed_page(content_type, body, compress).with(header::VARY, "Accept-Encoding")
        }
        Err(page) => page.with(header::VARY, "Accept-Encoding"),
    }
}

/// How much of `/status` this client may see: everything on loopback or with the token; off loopback without the right
/// token nothing if one is set, and the summary if none is. What a proxy on this machine forwards comes from elsewhere,
/// as far as the proxy says so. In another server a peer is on loopback if that server says so, and the request names
/// a host of ours, which no page from elsewhere does in a browser on this machine.
fn detail<B>(app: &App, request: &Request<B>, client: Client) -> Result<Detail, Page> {
    let headers = request.headers();
    let forwarded = headers.keys().any(is_of_proxies);
    let loopback = client.peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let expected = !client.is_mounted || names_known_host(app, request);
    if loopback && expected && !forwarded {
        return Ok(Detail::Full);
    }
    if app.token.is_none() {
        return Ok(Detail::Summary);
    }
    if brings_token(app, request) { Ok(Detail::Full) } else { Err(needs_token()) }
}

/// The same for pages of which everybody may see the summary.
pub(super) fn detail_or_summary<B>(app: &App, request: &Request<B>, client: Client) -> Detail {
    detail(app, request, client).unwrap_or(Detail::Summary)
}

/// Whether a request carries the token, if there is one.
pub(super) fn brings_token<B>(app: &App, request: &Request<B>) -> bool {
    let sent = request.headers().get(header::AUTHORIZATION);
    let mut both = app.token.iter().zip(sent);
    both.any(|(token, sent)| token.is_in(sent.as_bytes()))
}

pub(super) fn needs_token() -> Page {
    let page =
        Page::text(StatusCode::UNAUTHORIZED, "the token of OBSERVANT_TOKEN is needed here\n");
    page.with(header::WWW_AUTHENTICATE, "Bearer")
}

/// Whether this is a header that proxies add to a request (RFC 7239, RFC 9110 section 7.6.3, and custom).
fn is_of_proxies(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-forwarded-") || FORWARDED.contains(&name)
}

const FORWARDED: [&str; 9] = [
    "cf-connecting-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-original-forwarded-for",
    "x-real-ip",
];

/// One of `places` for `client`; if there is none, that of another who has more, or does not take its page.
pub(super) async fn place(
    app: &App,
    places: &Arc<Semaphore>,
    client: Client,
) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Some(place);
    }
    // Connections of another server are not ours to close, nor do ours take its places.
    let peer = client.peer.filter(|_| !client.is_mounted)?.ip();
    // More than once, since several may take the same page in one place.
    while app.connections.displace_for(peer, &app.figures) {
        yield_now().await;
        if let Ok(place) = Arc::clone(places).try_acquire_owned() {
            return Some(place);
        }
    }
    None
}

/// Runs `work` on a thread where it may block, if one of `places` is free. What it made keeps the place until it is sent.
pub(super) async fn run(
    app: &App,
    (client, places): (Client, &Arc<Semaphore>),
    work: impl FnOnce() -> Vec<u8> + Send + 'static,
) -> Result<Bytes, Page> {
    let permit = place(app, places, client).await.ok_or_else(over_the_cap)?;
    let (done, made) = oneshot::channel();
    let job = move || {
        // Nobody waits any more for a page that took too long.
        let _ = done.send(make(permit, work));
    };
    if app.workers.run(job).is_err() {
        return Err(no_thread());
    }
    match timeout(app.limits.request, made).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(Panicked)) | Err(_)) => Err(panicked()),
        Err(_elapsed) => Err(busy("this page takes too long\n")),
    }
}

/// A page that panicked. The hook of the program has the details.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panicked;

/// Runs `work`; what it makes keeps `permit` until its last byte has been sent.
pub(super) fn make<W: FnOnce() -> Vec<u8>>(
    permit: OwnedSemaphorePermit,
    work: W,
) -> Result<Bytes, Panicked> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(body) => Ok(Bytes::from_owner(Placed { body, _permit: permit })),
        Err(_panic) => {
            // Its place is free before its client hears of it and asks again.
            drop(permit);
            Err(Panicked)
        }
    }
}

pub(super) fn no_such_page() -> Page {
    Page::text(StatusCode::NOT_FOUND, "no such page; / lists them\n")
}

fn no_such_function() -> Page {
    Page::text(StatusCode::NOT_FOUND, "no such function; /status lists them, as module::function\n")
}

pub(super) fn busy(text: impl Into<String>) -> Page {
    Page::text(StatusCode::SERVICE_UNAVAILABLE, text).with(header::RETRY_AFTER, "1")
}

pub(super) fn over_the_cap() -> Page {
    busy("too many of these requests at one time\n")
}

pub(super) fn no_thread() -> Page {
    busy("this program can start no thread to make the page\n")
}

pub(super) fn panicked() -> Page {
    Page::text(StatusCode::INTERNAL_SERVER_ERROR, "this page panicked\n")
}

pub(super) fn compressed_page(content_type: &'static str, body: Bytes, compressed: bool) -> Page {
    let page = Page::new(StatusCode::OK, content_type, body);
    if compressed { page.with(header::CONTENT_ENCODING, "gzip") } else { page }
}

pub(super) fn compresses(headers: &HeaderMap) -> bool {
    joined(headers, &header::ACCEPT_ENCODING).is_some_and(|header| wants_gzip(&header))
}

/// All values of a list header as one (RFC 9110, section 5.3); those that are not text are left out.
pub(super) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<_> =
        headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(","))
}
