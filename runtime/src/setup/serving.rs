//! Hands the server what it shows.

use super::{ourselves::Ourselves, status::Status, warnings::Warnings};
use crate::{
    clock,
    config::{Listen, Origin, Settings},
    control,
    error::Error,
    expose::{Encoder, NameFilter, negotiate},
    http::{self, Lifecycle, Limits, Pages, RunningServer, ServerSettings, Token},
    registry,
};
use std::sync::Arc;

/// A server that answers, and the state it tells.
pub(super) struct Serving {
    pub(super) server: RunningServer,
    pub(super) lifecycle: Arc<Lifecycle>,
}

/// Starts the server, unless it is off.
pub(super) fn serve(
    settings: &Settings,
    ourselves: &Arc<Ourselves>,
    warnings: &Warnings,
) -> Result<Option<Serving>, Error> {
    if settings.listen.value == Listen::Off {
        return Ok(None);
    }
    let lifecycle = Arc::new(Lifecycle::default());
    let pages = pages(settings, ourselves, warnings, &lifecycle);
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
    ourselves: &Arc<Ourselves>,
    warnings: &Warnings,
    lifecycle: &Arc<Lifecycle>,
) -> Pages {
    let status =
        Status::new(settings, Arc::clone(ourselves), warnings.clone(), Arc::clone(lifecycle));
    let on_scrape = Arc::clone(ourselves);
    let warnings = warnings.clone();
    Pages {
        metrics: Arc::new(move |visitor, filter| {
            look_after(&warnings);
            registry::visit(visitor, &|family| filter.accepts(family));
        }),
        status: Arc::new(move |detail| status.page(detail)),
        lifecycle: Arc::clone(lifecycle),
        on_scrape: Arc::new(move |took| on_scrape.scraped(took)),
    }
}

/// The families of these names, or all, as a scrape gets them that asks for nothing; appended to `out`.
/// For benchmarks: what the server adds is left out.
pub fn scrape(names: Vec<String>, out: Vec<u8>) -> Vec<u8> {
    let filter = NameFilter::new(names);
    let mut encoder = Encoder::new(negotiate(None), &filter, out);
    registry::visit(&mut encoder, &|family| filter.accepts(family));
    encoder.finish()
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
