//! For servers and clients of the program's own (feature `tower`): axum's, hyper's, and whatever else takes or
//! is a [`tower_service::Service`].
//!
//! [`ServerLayer`] takes up the context that came with a request, opens its span and counts how long it took;
//! [`ClientLayer`] opens the span of a request that goes out, and sends the context with it. Names and values are
//! those of OpenTelemetry's semantic conventions for HTTP.
//!
//! [`Guard::endpoints`](crate::Guard::endpoints) is every page as a service. In axum:
//!
//! ```ignore
//! let observant = observant::builder().listen("off").init()?;
//! let router = axum::Router::new()
//!     .nest_service("/internal", observant.endpoints())
//!     .layer(observant::ServerLayer::new());
//! ```
//!
//! # Who sees what of the endpoints
//!
//! A server of ours knows whom it talks to; a service does not, so where it is mounted it is more
//! careful, and leaves to that server what is that server's:
//!
//! - **Hosts.** Any `Host` is answered: which names the server goes by is for the server to say.
//! - **Details.** `/status` shows a summary, or with a token set, nothing without it
//!   ([`Builder::token`](crate::Builder::token)). It shows all of it to who brings the token, and to a
//!   peer on loopback: one that [`Endpoints::peer`] finds to be there, whose request names a host that
//!   our own server would answer to, and that no proxy has forwarded.
//! - **Everything else**, `/metrics` and the probes, is open to whoever reaches the route. What must
//!   not reach it, the server keeps away.
//!
//! # What they cost the server
//!
//! Requests are answered on a thread of ours; the service's future only waits for it, on whichever
//! runtime it is polled. At most 64 requests for `/metrics` and `/status` are waited for at one time; a
//! further one is answered 503, and so is every one after the guard is dropped. Time limits, shared renderings and
//! `X-Prometheus-Scrape-Timeout-Seconds` hold as for our own server, whose places for scrapes are not
//! those of mounted ones. A body that comes with a request is dropped unread.

// Endpoints use `http`, for what answers; layers use `observe` and `span`, and hold figures of their own.
//
// | file | what lives there |
// |---|---|
// | `endpoints` | the service |
// | `prefix` | the path it is mounted at |
// | `response` | its future and its body |
// | `server_layer`, `client_layer` | the layers, their services and futures |
// | `body` | the body of a response, which the server's span lasts with |
// | `exchange` | one request and its response, as a span |
// | `conventions`, `names` | what the conventions call it |
// | `requests` | the figures, and the collector of their family |

mod body;
mod client_layer;
mod conventions;
mod endpoints;
mod exchange;
mod prefix;
mod requests;
mod response;
mod server_layer;
// Their spans are read where an exporter would read them; switched off, there are none.
#[cfg(all(test, feature = "otlp", not(feature = "off")))]
mod tests;

pub use body::ServerBody;
pub use client_layer::{Client, ClientFuture, ClientLayer};
pub(crate) use endpoints::Absent;
pub use endpoints::Endpoints;
pub(crate) use requests::{DURATION, refused};
pub use response::{Body, ResponseFuture};
pub use server_layer::{Server, ServerFuture, ServerLayer};

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Whether requests are observed; contexts are passed on in any case.
static ON: AtomicBool = AtomicBool::new(true);

/// Observes requests that begin from now on, or does not.
pub(crate) fn switch(on: bool) {
    ON.store(on, Relaxed);
}

fn is_on() -> bool {
    !cfg!(feature = "off") && ON.load(Relaxed)
}
