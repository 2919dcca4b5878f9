//! `/health` and `/health/{check}`: what is known, as JSON of ours (`schema/health.json`), as `application/health+json`,
//! or as the text of Kubernetes. Nothing here runs a check but `?fresh`, for those who may.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering::Relaxed},
    },
    time::Instant,
};

use hyper::{
    Request, StatusCode,
    header::{self, HeaderMap},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    Detail, Pages,
    encoding::quality_of,
    health_json::{describe, draft, draft_word, history, transitions},
    pages,
    probes::Probe,
    response::{JSON, Page, json as bytes},
    server::{App, Client},
};
use crate::health::{Checks, Entry, Kind, Report, State, Status, overall};

/// What the JSON is valid against: the `$id` of `schema/health.json`.
const SCHEMA: &str = "urn:observant:health:1";

const HEALTH_JSON: &str = "application/health+json";

/// Checks whose report is made on the server's own thread: that takes less than handing it over.
const FEW: usize = 64;

/// A request for a report.
pub(super) struct Ask<'r> {
    pub(super) headers: &'r HeaderMap,
    pub(super) parameters: &'r [(String, String)],
    pub(super) detail: Detail,
    pub(super) client: Client,
    /// There are so many who wait for pages that this one must do with what needs no place.
    pub(super) is_crowded: bool,
}

impl Ask<'_> {
    fn value(&self, parameter: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        parameters.find(|(name, _)| name == parameter).map(|(_, value)| value.as_str())
    }

    fn format(&self) -> Format {
        if wants_health_json(self.headers) { Format::Draft } else { Format::Ours }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Ours,
    Draft,
}

impl Format {
    fn content_type(self) -> &'static str {
        match self {
            Self::Ours => JSON,
            Self::Draft => HEALTH_JSON,
        }
    }
}

/// `/health`.
pub(super) async fn health<B>(app: &App, request: &Request<B>, ask: &Ask<'_>) -> Page {
    if ask.value("verbose").is_some() {
        return verbose(app, ask);
    }
    let checks = app.pages.engine.checks();
    let tag = ask.value("tag").map(str::to_owned);
    let wanted = select(checks, |entry| has_tag(entry, tag.as_deref()));
    if let (Some(tag), true, Detail::Full) = (&tag, wanted.is_empty(), ask.detail) {
        let text = format!("no check has the tag `{}`\n", tag.escape_debug());
        return Page::text(StatusCode::NOT_FOUND, text);
    }
    if let Err(page) = freshen(app, request, ask, &wanted).await {
        return page;
    }
    if ask.detail == Detail::Summary {
        return summary(app, ask.format(), &wanted);
    }
    full(app, ask, wanted).await
}

/// `/health/{check}`, or all whose path begins with it.
pub(super) async fn check<B>(app: &App, request: &Request<B>, name: &str, ask: &Ask<'_>) -> Page {
    if ask.detail == Detail::Summary {
        // Whether there is such a check is a detail too.
        return match &app.token {
            Some(_) => pages::needs_token(),
            None => Page::text(
                StatusCode::NOT_FOUND,
                "single checks are shown on this machine alone, unless OBSERVANT_TOKEN is set\n",
            ),
        };
    }
    let checks = app.pages.engine.checks();
    let one = select(checks, |entry| &*entry.name == name);
    let part_of =
        |entry: &Entry| entry.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    let wanted = if one.is_empty() { select(checks, part_of) } else { one.clone() };
    if wanted.is_empty() {
        return Page::text(StatusCode::NOT_FOUND, "no such check; /health lists them\n");
    }
    if let Err(page) = freshen(app, request, ask, &wanted).await {
        return page;
    }
    if one.is_empty() {
        return full(app, ask, wanted).await;
    }
    let report = Report::of(&wanted, |_| true, Instant::now());
    let Some(item) = report.items.first() else { return summary(app, ask.format(), &wanted) };
    // What it comes to itself, whatever follows from it; one that has not run is not alive for that.
    let status = item.glance.status;
    let code = match (status, item.entry.plan.kind) {
        (Status::Unknown, Kind::Liveness) => StatusCode::OK,
        _ => code_of(status),
    };
    let format = ask.format();
    let value = match format {
        Format::Ours => {
            let mut value = describe(item);
            value.insert("schema".to_owned(), SCHEMA.into());
            history(item, &mut value);
            Value::Object(value)
        }
        Format::Draft => draft(status, None, &report.items),
    };
    Page::new(code, format.content_type(), bytes(&value)).with(header::VARY, "Accept")
}

fn select(checks: &Checks, wanted: impl Fn(&Entry) -> bool) -> Vec<Arc<Entry>> {
    checks.all().iter().filter(|entry| wanted(entry)).cloned().collect()
}

fn has_tag(entry: &Entry, tag: Option<&str>) -> bool {
    tag.is_none_or(|tag| entry.plan.tags.contains(&tag))
}

/// The text of Kubernetes, for all checks.
fn verbose(app: &App, ask: &Ask<'_>) -> Page {
    let Ask { parameters, detail, .. } = *ask;
    Probe { name: "health", kind: None, detail, parameters }.page(app)
}

/// Runs what is asked for before it is shown, if that is asked and may be.
async fn freshen<B>(
    app: &App,
    request: &Request<B>,
    ask: &Ask<'_>,
    wanted: &[Arc<Entry>],
) -> Result<(), Page> {
    if ask.value("fresh").is_none_or(|value| matches!(value, "0" | "false")) {
        return Ok(());
    }
    if app.token.is_some() {
        if !pages::brings_token(app, request) {
            return Err(pages::needs_token());
        }
    } else if ask.detail == Detail::Summary {
        return Err(Page::text(
            StatusCode::UNAUTHORIZED,
            "`?fresh` is for this machine alone, unless OBSERVANT_TOKEN is set\n",
        ));
    }
    if ask.is_crowded {
        return Err(pages::over_the_cap());
    }
    let places = Arc::clone(&app.places(ask.client).statuses);
    let _place = places.try_acquire_owned().map_err(|_| pages::over_the_cap())?;
    // Each has a result by its own timeout. A longer one is not waited for: what is known is shown.
    let _ = timeout(app.limits.request, app.pages.engine.fresh(wanted.to_vec())).await;
    Ok(())
}

/// What all come to, and nothing of any.
fn summary(app: &App, format: Format, wanted: &[Arc<Entry>]) -> Page {
    let state = app.pages.engine.lifecycle().state();
    let status = with_lifecycle(overall(wanted, Instant::now()), state);
    let value = match format {
        Format::Ours => json!({
            "schema": SCHEMA, "status": status.as_str(), "lifecycle": state.word(),
        }),
        Format::Draft => json!({ "status": draft_word(status) }),
    };
    Page::new(code_of(status), format.content_type(), bytes(&value)).with(header::VARY, "Accept")
}

/// What all come to, and each.
async fn full(app: &App, ask: &Ask<'_>, wanted: Vec<Arc<Entry>>) -> Page {
    let (format, state) = (ask.format(), app.pages.engine.lifecycle().state());
    if ask.is_crowded {
        // A 503 for want of a place would be read as bad health.
        return summary(app, format, &wanted);
    }
    if wanted.len() <= FEW {
        let (code, body) = report(&wanted, state, format);
        return Page::new(code, format.content_type(), body).with(header::VARY, "Accept");
    }
    let code = Arc::new(AtomicU16::new(0));
    let found = Arc::clone(&code);
    let all = wanted.clone();
    let work = move || {
        let (code, body) = report(&all, state, format);
        found.store(code.as_u16(), Relaxed);
        body
    };
    match pages::run(app, (ask.client, &app.places(ask.client).statuses), work).await {
        Ok(body) => {
            let code = StatusCode::from_u16(code.load(Relaxed)).unwrap_or(StatusCode::OK);
            Page::new(code, format.content_type(), body).with(header::VARY, "Accept")
        }
        Err(_) => summary(app, format, &wanted),
    }
}

fn report(wanted: &[Arc<Entry>], state: State, format: Format) -> (StatusCode, Vec<u8>) {
    let report = Report::of(wanted, |_| true, Instant::now());
    let status = with_lifecycle(report.status, state);
    let value = match format {
        Format::Ours => json!({
            "schema": SCHEMA,
            "status": status.as_str(),
            "lifecycle": state.word(),
            "checks": report.items.iter().map(|item| Value::Object(describe(item))).collect::<Value>(),
        }),
        Format::Draft => draft(status, Some(state), &report.items),
    };
    (code_of(status), bytes(&value))
}

/// A program that does not take work does not do well.
fn with_lifecycle(status: Status, state: State) -> Status {
    match state {
        State::Ready => status,
        State::Starting | State::Draining => Status::Fail,
    }
}

fn code_of(status: Status) -> StatusCode {
    match status {
        Status::Pass | Status::Degraded => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The part of `/status`: what all come to, and for who may see it each with the transitions that led there.
pub(super) fn section(pages: &Pages, detail: Detail) -> Value {
    let report = Report::of(&pages.engine.checks().all(), |_| true, Instant::now());
    let status = with_lifecycle(report.status, pages.engine.lifecycle().state());
    if detail == Detail::Summary {
        return json!({ "status": status.as_str() });
    }
    let checks = report.items.iter().map(|item| {
        let mut value = describe(item);
        value.insert("transitions".to_owned(), transitions(item));
        Value::Object(value)
    });
    json!({ "status": status.as_str(), "checks": checks.collect::<Value>() })
}

/// Whether a client names `application/health+json`, and wants nothing of ours more.
fn wants_health_json(headers: &HeaderMap) -> bool {
    let Some(accept) = pages::joined(headers, &header::ACCEPT) else { return false };
    let quality = |media: &str| quality_of(&accept, media);
    let draft = quality(HEALTH_JSON).unwrap_or(0);
    draft > 0 && draft >= quality(JSON).unwrap_or(0)
}
