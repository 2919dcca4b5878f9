//! The HTTP server: its thread, its limits, its routes. Only here do status codes and headers live.
//!
//! It runs on a thread and a runtime of its own, so it answers while the application is stalled. All it shows comes in
//! as [`Pages`]: closures and an atomic state, handed over by `setup`. Pages may take their time, block or panic; they
//! run beside the thread that accepts connections and answers probes, never on it. This room uses `error`, `background`,
//! `threads`, `snapshot`, `health` and `expose`.
//!
//! | file | what lives there |
//! |---|---|
//! | `server` | binding, the thread, accepting, shutting down |
//! | `connections` | how many there may be, and which one goes when another comes |
//! | `connection`, `watch` | one connection; its phases and their deadlines |
//! | `desk` | requests that other servers hand over |
//! | `routes` | from a request to a page: the checks every request passes, and the table of paths |
//! | `scrapes` | `/metrics`: one rendering for all who want the same at one time, and by when |
//! | `pages` | `/status`, `/rules.yaml`, `/dashboards/{name}.json`; a page made away from the server's thread |
//! | `probes` | `/live`, `/ready`, `/startup` |
//! | `health`, `health_json` | `/health`, `/health/{check}`; checks as JSON |
//! | `hosts`, `token`, `query`, `encoding` | one header or one part of the URL each |
//! | `response` | a page as a response, with the headers all of them carry |
//! | `figures` | what the server counts about itself |

mod connection;
mod connections;
#[cfg(feature = "tower")]
mod desk;
mod encoding;
mod figures;
mod health;
mod health_json;
mod hosts;
mod live;
mod pages;
mod probes;
mod query;
mod response;
mod routes;
mod scrapes;
mod server;
#[cfg(test)]
mod tests;
mod token;
mod watch;

#[cfg(feature = "tower")]
pub(crate) use desk::{Ask, Desk};
pub(crate) use server::{RunningServer, start};

use std::{sync::Arc, time::Duration};

use self::scrapes::Until;
use crate::{expose::NameFilter, health::Engine, snapshot::Visitor};

/// Where to listen and whom to answer.
#[derive(Debug)]
pub(crate) struct ServerSettings {
    /// `host:port` or `[ipv6]:port`; port 0 lets the system choose one. A name is resolved when the server binds. Without
    /// an address it only answers for other servers.
    pub(crate) address: Option<String>,
    /// What to change when that fails, for the error.
    pub(crate) way_out: &'static str,
    /// Host names accepted besides loopback's, IP literals and the machine's own; lower case, without a final dot.
    pub(crate) hosts: Vec<String>,
    /// Accept any host name (`*`).
    pub(crate) any_host: bool,
    /// Opens details to peers off loopback.
    pub(crate) token: Option<Token>,
    pub(crate) limits: Limits,
}

pub(crate) use token::Token;

/// What one client may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// From the first byte of a request, or from the connection's start, to the end of its headers.
    pub(crate) header: Duration,
    /// For a page to be made, and again for its response to be taken.
    pub(crate) request: Duration,
    /// Bytes a second at which a client must take a response at least, on top of `request`.
    pub(crate) response_rate: f64,
    /// From one response to the first byte of the next request.
    pub(crate) idle: Duration,
    /// Connections at one time. One more takes the place of the one that has been of no use for longest; if all are
    /// being answered, it is closed at once.
    pub(crate) connections: usize,
    /// Those among them that wait for pages which are made elsewhere, or take them, at one time. What is left is for
    /// probes, whom therefore nobody keeps out.
    pub(crate) pages: usize,
    /// When places for pages are short: for a client to take its page, on top of what the page needs at `response_rate`.
    pub(crate) grace: Duration,
    /// Bytes of a request's line and headers. hyper takes no less than 8 KiB.
    pub(crate) header_bytes: usize,
    /// Renderings of `/metrics` at one time, from their start until the last client has taken the last byte. Those who
    /// want the same at one time share one.
    pub(crate) scrapes: usize,
    /// The longest a scrape may take that says by itself how long it waits.
    pub(crate) longest_scrape: Duration,
    /// `/status` pages at one time, counted the same way.
    pub(crate) statuses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            request: Duration::from_secs(10),
            // 8 Mbit/s: a network that scrapes an exposition of many megabytes has more.
            response_rate: 1_048_576.0,
            idle: Duration::from_secs(30),
            connections: 64,
            pages: 48,
            // A lost segment or two are sent again by then (RFC 6298, section 2).
            grace: Duration::from_secs(1),
            header_bytes: 8 * 1024,
            scrapes: 8,
            longest_scrape: Duration::from_secs(60),
            statuses: 4,
        }
    }
}

/// How much of `/status` a client may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// For a peer off loopback where no token is set: that the program runs, its name and build, its totals, and
    /// what its checks come to.
    Summary,
    /// For loopback, and for whoever brings the token.
    Full,
}

/// What a scrape wants, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scrape<'a> {
    /// Families it refuses are not written in any case.
    pub(crate) filter: &'a NameFilter,
    until: &'a Until,
}

impl Scrape<'_> {
    /// How long somebody still waits for it.
    #[cfg_attr(not(feature = "prometheus"), allow(dead_code))]
    pub(crate) fn left(&self) -> Duration {
        self.until.left()
    }

    /// Whether nobody waits any more. What is left out from then on is not missed: the document goes to nobody.
    pub(crate) fn is_over(&self) -> bool {
        self.until.is_over()
    }
}

/// Visits what a scrape shows.
pub(crate) type MetricsPage = Arc<dyn Fn(&mut dyn Visitor, &Scrape<'_>) + Send + Sync>;
/// Makes the JSON of `/status`, or of the one function that is asked for; `None` where there is no such function.
pub(crate) type StatusPage =
    Arc<dyn Fn(Detail, Option<&str>) -> Option<serde_json::Value> + Send + Sync>;

/// What Grafana and Prometheus are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Artifact {
    /// The rules of Prometheus.
    Rules,
    /// The dashboard of this name.
    Dashboard(String),
}

/// Writes it; `None` where there is no such thing.
pub(crate) type ArtifactPage = Arc<dyn Fn(&Artifact) -> Option<String> + Send + Sync>;

/// Everything the server shows.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) metrics: MetricsPage,
    pub(crate) status: StatusPage,
    pub(crate) artifact: ArtifactPage,
    /// Runs the health checks, knows what they found, and where the program is in its life.
    pub(crate) engine: Arc<Engine>,
    /// Told how long each scrape took to visit, encode and compress.
    pub(crate) on_scrape: Arc<dyn Fn(Duration) + Send + Sync>,
}
