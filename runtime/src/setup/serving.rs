//! Hands the server what it shows.

use super::{ourselves::Ourselves, status::Status, warnings::Warnings};
#[cfg(not(feature = "prometheus"))]
use crate::registry;
use crate::{
    clock,
    config::{Listen, Origin, Settings},
    control,
    error::Error,
    http::{self, Lifecycle, Limits, Pages, RunningServer, Scrape, ServerSettings, Token},
    snapshot::{Family, Visitor},
};
use std::sync::Arc;

/// What is shown besides observed functions.
#[derive(Clone)]
pub(super) struct Sources {
    pub(super) ourselves: Arc<Ourselves>,
    #[cfg(feature = "prometheus")]
    pub(super) bridge: Arc<crate::prometheus::Bridge>,
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

/// A server that answers, and the state it tells.
pub(super) struct Serving {
    pub(super) server: RunningServer,
    pub(super) lifecycle: Arc<Lifecycle>,
}

/// Starts the server, unless it is off.
pub(super) fn serve(
    settings: &Settings,
    sources: Sources,
    warnings: &Warnings,
) -> Result<Option<Serving>, Error> {
    if settings.listen.value == Listen::Off {
        return Ok(None);
    }
    let lifecycle = Arc::new(Lifecycle::default());
    let pages = pages(settings, sources, warnings, &lifecycle);
    let token = settings.token.value.as_ref();
    let server = http::start(
        ServerSettings {
            address: settings.listen.value.to_string(),
            way_out: way_out(settings.listen.origin),
            hosts: settings.hosts.value.names.clone(),
            any_host: settings.hosts.value.any,
            token: token.map(|token| Token::new(token.secret().to_owned())),
            limits: Limits::default(),
        },
        pages,
    )?;
    let address = server.local_addr();
    if !address.ip().is_loopback() {
        let status = match token {
            Some(_) => "/status needs the token",
            None => "/status shows a summary (set OBSERVANT_TOKEN to read all of it)",
        };
        warnings.keep(format!(
            "listening on {address}, beyond loopback: whoever reaches it reads /metrics and the probes; {status}"
        ));
    }
    Ok(Some(Serving { server, lifecycle }))
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

fn pages(
    settings: &Settings,
    sources: Sources,
    warnings: &Warnings,
    lifecycle: &Arc<Lifecycle>,
) -> Pages {
    let status = Status::new(settings, sources.clone(), warnings.clone(), Arc::clone(lifecycle));
    let on_scrape = Arc::clone(&sources.ourselves);
    let warnings = warnings.clone();
    Pages {
        metrics: Arc::new(move |visitor, scrape| {
            look_after(&warnings);
            sources.visit(visitor, scrape);
        }),
        status: Arc::new(move |detail| status.page(detail)),
        lifecycle: Arc::clone(lifecycle),
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
