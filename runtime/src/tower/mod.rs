//! Services for servers of the program's own (feature `tower`): axum's, hyper's, and whatever else takes
//! a [`tower_service::Service`].
//!
//! [`Guard::endpoints`](crate::Guard::endpoints) is every page as a service. In axum:
//!
//! ```ignore
//! let observant = observant::builder().listen("off").init()?;
//! let router = axum::Router::new().nest_service("/internal", observant.endpoints());
//! ```
//!
//! # Who sees what
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
//! # What it costs the server
//!
//! Requests are answered on a thread of ours; the service's future only waits for it, on whichever
//! runtime it is polled. At most 64 requests for `/metrics` and `/status` are waited for at one time; a
//! further one is answered 503, and so is every one after the guard is dropped. Time limits, shared renderings and
//! `X-Prometheus-Scrape-Timeout-Seconds` hold as for our own server, whose places for scrapes are not
//! those of mounted ones. A body that comes with a request is dropped unread.

// Uses `http`, for what answers. Layers that carry context will live here too.
//
// | file | what lives there |
// |---|---|
// | `endpoints` | the service |
// | `prefix` | the path it is mounted at |
// | `response` | its future and its body |

mod endpoints;
mod prefix;
mod response;

pub(crate) use endpoints::Absent;
pub use endpoints::Endpoints;
pub use response::{Body, ResponseFuture};
