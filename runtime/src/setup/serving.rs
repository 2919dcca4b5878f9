//! Hands the server what it shows.

use super::{ourselves::Ourselves, status::Status, warnings::Warnings};
#[cfg(not(feature = "prometheus"))]
use crate::registry;
use crate::{
    clock,
    config::{Listen, Origin, Settings},
    control,
    derived::Derived,
    error::Error,
    health::Engine,
    http::{self, Limits, Pages, RunningServer, Scrape, ServerSettings, Token},
    snapshot::{Family, Visitor},
};
#[cfg(feature = "tower")]
use std::mem;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::runtime::Handle;

/// What is shown besides observed functions.
#[derive(Clone)]
pub(super) struct Sources {
    pub(super) ourselves: Arc<Ourselves>,
    #[cfg(feature = "prometheus")]
    pub(super) bridge: Arc<crate::prometheus::Bridge>,
    #[cfg(feature = "otlp")]
    pub(super) exports: Arc<super::exports::Exports>,
    pub(super) engine: Arc<Engine>,
    pub(super) derived: Arc<Derived>,
}

impl Sources {
    /// Visits all there is for a scrape.
    #[cfg_attr(not(feature = "prometheus"), allow(clippy::unused_self))]
    fn visit(&self, visitor: &mut dyn Visitor, scrape: &Scrape<'_>) {
        let wanted = |family: &Family<'_>| scrape.filter.accepts(family) && !scrape.is_over();
        #[cfg(feature = "prometheus")]
        self.bridge.visit(visitor, &wanted, scrape.left());
        #[cfg(not(feature = "prometheus"))]
        registry::visit(visitor, &wanted, &[]);
    }
}

/// A server, or what it takes to start one: without an address there is none until another server mounts our pages.
pub(super) struct Server(Mutex<State>);

#[cfg_attr(not(feature = "tower"), allow(dead_code))]
enum State {
    Running(RunningServer),
    Later(Box<(ServerSettings, Pages)>),
    /// It could not be started.
    Absent,
}

impl Server {
    fn now(server: RunningServer) -> Self {
        Self(Mutex::new(State::Running(server)))
    }

    fn later(settings: ServerSettings, pages: Pages) -> Self {
        Self(Mutex::new(State::Later(Box::new((settings, pages)))))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it listens.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match &*self.state() {
            State::Running(server) => server.address(),
            State::Later(_) | State::Absent => None,
        }
    }

    /// The runtime of its thread.
    pub(super) fn runtime(&self) -> Option<Handle> {
        match &*self.state() {
            State::Running(server) => server.runtime(),
            State::Later(_) | State::Absent => None,
        }
    }

    /// Where other servers hand over requests; `None` where that takes a thread that cannot be started.
    #[cfg(feature = "tower")]
    pub(super) fn desk(&self) -> Option<http::Desk> {
        let mut state = self.state();
        if let State::Later(_) = &*state
            && let State::Later(plan) = mem::replace(&mut *state, State::Absent)
        {
            match http::start(plan.0, plan.1) {
                Ok(server) => *state = State::Running(server),
                Err(error) => tracing::warn!("observant cannot answer for another server: {error}"),
            }
        }
        match &*state {
            State::Running(server) => Some(server.desk()),
            State::Later(_) | State::Absent => None,
        }
    }

    /// The running server, if there is one.
    pub(super) fn into_running(self) -> Option<RunningServer> {
        match self.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            State::Running(server) => Some(server),
            State::Later(_) | State::Absent => None,
        }
    }
}

/// Starts the server, unless it is off.
pub(super) fn serve(
    settings: &Settings,
    sources: Sources,
    warnings: &Warnings,
) -> Result<Option<Server>, Error> {
    let listens = settings.listen.value != Listen::Off;
    if !listens && !cfg!(feature = "tower") {
        return Ok(None);
    }
    let pages = pages(settings, sources, warnings);
    let token = settings.token.value.as_ref();
    let server_settings = ServerSettings {
        address: listens.then(|| settings.listen.value.to_string()),
        way_out: way_out(settings.listen.origin),
        hosts: settings.hosts.value.names.clone(),
        any_host: settings.hosts.value.any,
        token: token.map(|token| Token::new(token.secret().to_owned())),
        limits: Limits::default(),
    };
    if !listens {
        return Ok(Some(Server::later(server_settings, pages)));
    }
    let server = http::start(server_settings, pages)?;
    if let Some(address) = server.address().filter(|address| !address.ip().is_loopback()) {
        let status = match token {
            Some(_) => "/status needs the token",
            None => "/status shows a summary (set OBSERVANT_TOKEN to read all of it)",
        };
        warnings.keep(format!(
            "listening on {address}, beyond loopback: whoever reaches it reads /metrics and the probes; {status}"
        ));
    }
    Ok(Some(Server::now(server)))
}

/// What to change when the address cannot be listened on: who named it, or who can.
fn way_out(origin: Origin) -> &'static str {
    match origin {
        Origin::Code => {
            "give `Builder::listen` another address (port 0 takes any free one), or `off` for no server"
        }
        Origin::Env(name) if name.starts_with("OTEL_") => {
            "change OTEL_EXPORTER_PROMETHEUS_HOST or OTEL_EXPORTER_PROMETHEUS_PORT, or set OBSERVANT_LISTEN, which \
             beats them (port 0 takes any free one, `off` is for no server)"
        }
        Origin::Env(_) | Origin::Default => {
            "set OBSERVANT_LISTEN to another address (port 0 takes any free one), or to `off` for no server"
        }
    }
}

fn pages(settings: &Settings, sources: Sources, warnings: &Warnings) -> Pages {
    let status = Status::new(settings, sources.clone(), warnings.clone());
    let on_scrape = Arc::clone(&sources.ourselves);
    let engine = Arc::clone(&sources.engine);
    let warnings = warnings.clone();
    Pages {
        metrics: Arc::new(move |visitor, scrape| {
            look_after(&warnings);
            sources.visit(visitor, scrape);
        }),
        status: Arc::new(move |detail, function| status.page(detail, function)),
        #[cfg(feature = "artifacts")]
        artifact: {
            let source = settings.source_url.value.clone();
            Arc::new(move |wanted| super::artifacts::write(wanted, source.as_ref()))
        },
        #[cfg(not(feature = "artifacts"))]
        artifact: Arc::new(|_| None),
        engine,
        on_scrape: Arc::new(move |took| on_scrape.scraped(took)),
    }
}

/// What is done now and then, on a thread of ours.
fn look_after(warnings: &Warnings) {
    control::refresh();
    if clock::verify() {
        warnings.add(
            "the time-stamp counter drifts; the monotonic clock, twice as slow, measures from here on"
                .to_owned(),
        );
    }
}
