//! `/metrics` and `/status`: run what `setup` handed over, away from the server's own thread, and write the answer.
//!
//! A page that panics costs its own request a 500. One that takes too long costs it a 503, and its place until it ends.

use std::{
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderName},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

use super::{
    Detail, Pages,
    encoding::{GzipEncoder, gzip, wants_gzip},
    response::{JSON, Page, json},
    server::App,
};
use crate::expose::{Encoder, Format, NameFilter, negotiate};

/// Length of the last scrape, plain and compressed: a good guess at the next one's.
#[derive(Debug, Default)]
pub(super) struct Capacity([AtomicUsize; 2]);

impl Capacity {
    /// Room for as much as last time and a little more.
    fn buffer(&self, compressed: bool) -> Vec<u8> {
        let last = self.0[usize::from(compressed)].load(Ordering::Relaxed);
        Vec::with_capacity(last + last / 16)
    }

    fn learn(&self, compressed: bool, length: usize) {
        self.0[usize::from(compressed)].store(length, Ordering::Relaxed);
    }
}

pub(super) async fn metrics(
    app: &App,
    headers: &HeaderMap,
    parameters: Vec<(String, String)>,
) -> Page {
    let names = parameters.into_iter().filter(|(name, _)| name == "name[]");
    let filter = NameFilter::new(names.map(|(_, value)| value).collect());
    let format = negotiate(joined(headers, &header::ACCEPT).as_deref());
    let compress = compresses(headers);
    let pages = app.pages.clone();
    let capacity = Arc::clone(&app.capacity);
    let work = move || {
        let started = Instant::now();
        let body = scrape(&pages, format, &filter, compress, capacity.buffer(compress));
        capacity.learn(compress, body.len());
        (pages.on_scrape)(started.elapsed());
        body
    };
    let page = match run(app, &app.scrapes, work).await {
        Ok((body, permit)) => {
            compressed_page(format.content_type(), body, compress).holding(permit)
        }
        Err(page) => page,
    };
    page.with(header::VARY, "Accept, Accept-Encoding")
}

fn scrape(
    pages: &Pages,
    format: Format,
    filter: &NameFilter,
    compress: bool,
    out: Vec<u8>,
) -> Vec<u8> {
    if compress {
        let mut encoder = GzipEncoder::new(Encoder::new(format, filter, Vec::new()), out);
        (pages.metrics)(&mut encoder, filter);
        encoder.finish()
    } else {
        let mut encoder = Encoder::new(format, filter, out);
        (pages.metrics)(&mut encoder, filter);
        encoder.finish()
    }
}

pub(super) async fn status(app: &App, headers: &HeaderMap, peer: SocketAddr) -> Page {
    let detail = match detail(app, headers, peer) {
        Ok(detail) => detail,
        Err(page) => return page,
    };
    let compress = compresses(headers);
    let pages = app.pages.clone();
    let figures = Arc::clone(&app.figures);
    let work = move || {
        let mut value = (pages.status)(detail);
        if let (Detail::Full, Some(sections)) = (detail, value.as_object_mut()) {
            sections.insert("server".to_owned(), figures.to_json());
        }
        let body = json(&value);
        if compress { gzip(&body) } else { body }
    };
    let page = match run(app, &app.statuses, work).await {
        Ok((body, permit)) => compressed_page(JSON, body, compress).holding(permit),
        Err(page) => page,
    };
    page.with(header::VARY, "Accept-Encoding")
}

/// How much of `/status` this client may see: everything on loopback or with the token; off loopback without the right
/// token nothing if one is set, and the summary if none is. What a proxy on this machine forwards comes from elsewhere,
/// as far as the proxy says so.
fn detail(app: &App, headers: &HeaderMap, peer: SocketAddr) -> Result<Detail, Page> {
    let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    if peer.ip().to_canonical().is_loopback() && !forwarded {
        return Ok(Detail::Full);
    }
    let Some(token) = &app.token else { return Ok(Detail::Summary) };
    let sent = headers.get(header::AUTHORIZATION);
    if sent.is_some_and(|sent| token.is_in(sent.as_bytes())) {
        return Ok(Detail::Full);
    }
    let page =
        Page::text(StatusCode::UNAUTHORIZED, "the token of OBSERVANT_TOKEN is needed here\n");
    Err(page.with(header::WWW_AUTHENTICATE, "Bearer"))
}

/// What proxies add to a request (RFC 7239, RFC 9110 section 7.6.3, and custom).
const FORWARDED: [&str; 4] = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];

/// Runs `work` on a thread where it may block, if one of `places` is free, and hands its place on with what it made.
async fn run(
    app: &App,
    places: &Arc<Semaphore>,
    work: impl FnOnce() -> Vec<u8> + Send + 'static,
) -> Result<(Vec<u8>, OwnedSemaphorePermit), Page> {
    let busy = |text: &str| {
        Page::text(StatusCode::SERVICE_UNAVAILABLE, text).with(header::RETRY_AFTER, "1")
    };
    let permit = Arc::clone(places)
        .try_acquire_owned()
        .map_err(|_| busy("too many of these requests at one time\n"))?;
    let (done, made) = oneshot::channel();
    let job = move || {
        let page = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(body) => Ok((body, permit)),
            Err(panic) => {
                // Its place is free before its client hears of it and asks again.
                drop(permit);
                Err(panic)
            }
        };
        // Nobody waits any more for a page that took too long.
        let _ = done.send(page.map_err(drop));
    };
    if app.workers.run(job).is_err() {
        return Err(busy("this program can start no thread to make the page\n"));
    }
    match timeout(app.limits.request, made).await {
        Ok(Ok(Ok(made))) => Ok(made),
        Ok(Ok(Err(())) | Err(_)) => {
            Err(Page::text(StatusCode::INTERNAL_SERVER_ERROR, "this page panicked\n"))
        }
        Err(_elapsed) => Err(busy("this page takes too long\n")),
    }
}

fn compressed_page(content_type: &'static str, body: Vec<u8>, compressed: bool) -> Page {
    let page = Page::new(StatusCode::OK, content_type, body);
    if compressed { page.with(header::CONTENT_ENCODING, "gzip") } else { page }
}

fn compresses(headers: &HeaderMap) -> bool {
    joined(headers, &header::ACCEPT_ENCODING).is_some_and(|header| wants_gzip(&header))
}

/// All values of a list header as one (RFC 9110, section 5.3); those that are not text are left out.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<_> =
        headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(","))
}
