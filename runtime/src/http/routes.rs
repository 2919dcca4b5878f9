//! From a request to a page: the checks every request passes, in one order for all of them, and the table of paths.

use hyper::{
    Method, Request, StatusCode, Version,
    body::Body,
    header::{self, HeaderMap},
};

use super::{
    Artifact,
    health::{self, Ask},
    hosts::Refusal,
    live, pages,
    probes::Probe,
    query,
    response::Page,
    scrapes,
    server::{App, Client},
};
use crate::health::Kind;

/// A path we answer, exactly as it stands: no prefix, no trailing slash, no escapes but in the name of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Index,
    Metrics,
    Status,
    LiveFile,
    Rules,
    Dashboard,
    Health,
    Check,
    Live,
    Livez,
    Ready,
    Readyz,
    Startup,
}

impl Route {
    pub(super) const ALL: [Self; 13] = [
        Self::Index,
        Self::Metrics,
        Self::Status,
        Self::LiveFile,
        Self::Rules,
        Self::Dashboard,
        Self::Health,
        Self::Check,
        Self::Live,
        Self::Livez,
        Self::Ready,
        Self::Readyz,
        Self::Startup,
    ];

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Index => "/",
            Self::Metrics => "/metrics",
            Self::Status => "/status",
            Self::LiveFile => "/status/{file}",
            Self::Rules => "/rules.yaml",
            Self::Dashboard => "/dashboards/{name}.json",
            Self::Health => "/health",
            Self::Check => "/health/{check}",
            Self::Live => "/live",
            Self::Livez => "/livez",
            Self::Ready => "/ready",
            Self::Readyz => "/readyz",
            Self::Startup => "/startup",
        }
    }

    /// Whether its page is made elsewhere and has to be waited for.
    pub(super) fn may_wait(self) -> bool {
        matches!(
            self,
            Self::Metrics
                | Self::Status
                | Self::Rules
                | Self::Dashboard
                | Self::Health
                | Self::Check
        )
    }

    /// Parameters that say one thing: two of them would have to be guessed between.
    fn said_once(self) -> &'static [&'static str] {
        match self {
            Self::Index | Self::Metrics | Self::LiveFile | Self::Rules | Self::Dashboard => &[],
            Self::Status => &["function"],
            Self::Health => &["verbose", "tag", "fresh"],
            Self::Check => &["fresh"],
            Self::Live | Self::Livez | Self::Ready | Self::Readyz | Self::Startup => &["verbose"],
        }
    }

    pub(super) fn of(path: &str) -> Option<Self> {
        if check_in(path).is_some() {
            return Some(Self::Check);
        }
        if dashboard_in(path).is_some() {
            return Some(Self::Dashboard);
        }
        if live_file_in(path).is_some() {
            return Some(Self::LiveFile);
        }
        Self::ALL.into_iter().find(|route| route.path() == path)
    }
}

/// The name of a check in a path, with its escapes: clients that fill in a template write `store%2Fpool`.
fn check_in(path: &str) -> Option<&str> {
    path.strip_prefix("/health/").filter(|name| !name.is_empty())
}

/// The name of a dashboard in a path. Its page says whether there is one.
fn dashboard_in(path: &str) -> Option<&str> {
    let name = path.strip_prefix("/dashboards/")?.strip_suffix(".json")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// The name of a file of the live page in a path.
fn live_file_in(path: &str) -> Option<&str> {
    path.strip_prefix("/status/").filter(|name| !name.is_empty() && !name.contains('/'))
}

const INDEX: [&str; 3] = [
    "\
observant: what this program observes of itself

/metrics  figures for Prometheus (text 0.0.4 or OpenMetrics, as asked; ?name[]=FAMILY for some)
/status   the live page in a browser; else every observed function, the build and the settings, as JSON; ?function=MODULE::NAME for one in depth
",
    // Only where they are written.
    if cfg!(feature = "artifacts") {
        "\
/rules.yaml              rules of Prometheus for what this program has
/dashboards/NAME.json    for Grafana: system-overview, agent-performance, error-tracking, resource-usage, genai-cost
"
    } else {
        ""
    },
    "\
/health   what all checks come to, as JSON; /health/NAME for one, ?tag=TAG for some, ?verbose for text
/live     is the process alive? (also /livez; ?verbose, ?exclude=NAME)
/ready    does it take work? (also /readyz; ?verbose, ?exclude=NAME)
/startup  has it come up? (?verbose, ?exclude=NAME)
",
];

/// Answers `request`, which came from `client`.
pub(super) async fn answer<B: Body>(app: &App, request: &Request<B>, client: Client) -> Page {
    if let Err(page) = check(app, request, client) {
        return page;
    }
    let Some(route) = Route::of(request.uri().path()) else {
        return pages::no_such_page();
    };
    let Some(parameters) = query::parse(request.uri().query().unwrap_or_default()) else {
        return malformed("the query holds a malformed escape");
    };
    if let Some(name) = query::repeated(&parameters, route.said_once()) {
        return malformed(&format!("`{name}` is there more than once"));
    }
    // The same for everybody, and made already: neither a token nor a place is needed.
    if route == Route::Status && live::is_wanted(request.headers()) {
        return live::shell(request.headers());
    }
    let probe = |kind| {
        let name = route.path().trim_start_matches('/');
        let detail = pages::detail_or_summary(app, request, client);
        Probe { name, kind: Some(kind), detail, parameters: &parameters }.page(app)
    };
    // The desk of other servers counts who waits there.
    let waits = route.may_wait() && !client.is_mounted;
    let place =
        if waits { pages::place(app, &app.places(client).pages, client).await } else { None };
    let is_crowded = waits && place.is_none();
    let ask = || Ask {
        headers: request.headers(),
        parameters: &parameters,
        detail: pages::detail_or_summary(app, request, client),
        client,
        is_crowded,
    };
    let page = match route {
        Route::Metrics | Route::Status | Route::Rules | Route::Dashboard if is_crowded => {
            pages::over_the_cap()
        }
        Route::Index => Page::text(StatusCode::OK, INDEX.concat()),
        Route::Metrics => scrapes::metrics(app, request.headers(), parameters, client).await,
        Route::Status => pages::status(app, request, parameters, client).await,
        Route::LiveFile => {
            live::file(request.headers(), live_file_in(request.uri().path()).unwrap_or_default())
        }
        Route::Rules => pages::artifact(app, request.headers(), client, Artifact::Rules).await,
        Route::Dashboard => {
            let name = dashboard_in(request.uri().path()).unwrap_or_default().to_owned();
            pages::artifact(app, request.headers(), client, Artifact::Dashboard(name)).await
        }
        Route::Health => health::health(app, request, &ask()).await,
        Route::Check => {
            let name = check_in(request.uri().path()).and_then(query::decode_path);
            health::check(app, request, &name.unwrap_or_default(), &ask()).await
        }
        Route::Live | Route::Livez => probe(Kind::Liveness),
        Route::Ready | Route::Readyz => probe(Kind::Readiness),
        Route::Startup => probe(Kind::Startup),
    };
    page.in_place(place)
}

/// What holds for every request, whatever its path.
fn check<B: Body>(app: &App, request: &Request<B>, client: Client) -> Result<(), Page> {
    // Which names another server answers to is for that one to say.
    if !client.is_mounted {
        check_host(app, request)?;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let page = Page::text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        return Err(page.with(header::ALLOW, "GET, HEAD"));
    }
    if !request.body().is_end_stream() {
        // It is not read, so the connection is of no further use.
        let page = Page::text(StatusCode::PAYLOAD_TOO_LARGE, "requests here have no body\n");
        return Err(page.with(header::CONNECTION, "close"));
    }
    if query::decode_path(request.uri().path()).is_none() {
        return Err(malformed("the path holds a malformed escape"));
    }
    Ok(())
}

fn check_host<B>(app: &App, request: &Request<B>) -> Result<(), Page> {
    // HTTP/1.0 knows no Host, and load balancers probe with it. What a page in a browser sends has one.
    let without =
        request.version() < Version::HTTP_11 && !request.headers().contains_key(header::HOST);
    let host = match sole(request.headers(), &header::HOST) {
        Some(host) => Some(host),
        None if without => None,
        None => return Err(malformed("exactly one Host header is needed")),
    };
    // A request for a whole URL goes to the host in it (RFC 9112, section 3.2.2); both have to be right.
    for authority in host.into_iter().chain(target(request)) {
        app.hosts.check(authority).map_err(|refusal| match refusal {
            Refusal::Malformed => malformed("the host is malformed"),
            Refusal::Unknown(name) => Page::text(
                StatusCode::MISDIRECTED_REQUEST,
                format!(
                    "this server does not answer to the name `{name}`; if it should, set \
                     OBSERVANT_HOSTS={name} (a comma list; `*` for any name)\n"
                ),
            ),
        })?;
    }
    Ok(())
}

/// The host that the target of the request names itself.
fn target<B>(request: &Request<B>) -> Option<&str> {
    request.uri().authority().map(http::uri::Authority::as_str)
}

/// Whether a request names hosts, and only such as we would answer to by ourselves.
pub(super) fn names_known_host<B>(app: &App, request: &Request<B>) -> bool {
    let header = request.headers().get_all(header::HOST).iter();
    let header = header.map(|host| host.to_str().unwrap_or_default());
    let named: Vec<_> = header.chain(target(request)).collect();
    !named.is_empty() && named.iter().all(|host| app.hosts.check(host).is_ok())
}

/// The value of a header that must be there exactly once.
pub(super) fn sole<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)?.to_str().ok()
}

fn malformed(what: &str) -> Page {
    Page::text(StatusCode::BAD_REQUEST, format!("{what}\n"))
}
