//! `/health` and `/health/{check}`: what is known, as JSON of ours (`schema/health.json`), as `application/health+json`,
//! or as the text of Kubernetes. Nothing here runs a check but `?fresh`, for those who may.
//!
//! Sources: draft-inadarei-api-health-check-06 (sections 3 and 4).

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering::Relaxed},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use humantime::format_rfc3339_millis;
use hyper::{
    Request, StatusCode,
    header::{self, HeaderMap},
};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{
    Detail, Pages,
    encoding::quality_of,
    lifecycle::State,
    pages,
    probes::Probe,
    response::{JSON, Page, json as bytes},
    server::{App, Client},
};
use crate::health::{Checks, Entry, Item, Kind, Report, Status, overall};

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
    let state = app.pages.lifecycle.state();
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
    let (format, state) = (ask.format(), app.pages.lifecycle.state());
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

fn time(time: SystemTime) -> Value {
    // A clock that stands before 1970 cannot be written.
    format_rfc3339_millis(time.max(UNIX_EPOCH)).to_string().into()
}

/// One check as `schema/health.json` has it.
fn describe(item: &Item) -> Map<String, Value> {
    let Item { entry, known, glance } = item;
    let plan = &entry.plan;
    let mut value = Map::new();
    let mut put = |key: &str, what: Value| value.insert(key.to_owned(), what);
    put("name", (&*entry.name).into());
    put("kind", plan.kind.as_str().into());
    put("severity", plan.severity.as_str().into());
    put("status", glance.status.as_str().into());
    if !glance.reason.is_empty() {
        put("reason", glance.reason.into());
    }
    if let Some(error_type) = known.error_type {
        put("error_type", error_type.into());
    }
    if let Some(observed) = known.observed {
        let observed = json!({
            "value": observed.value, "threshold": observed.threshold, "unit": observed.unit,
        });
        put("observed", observed);
    }
    put("since", time(known.since));
    if let Some(last) = &known.last {
        let run = json!({
            "time": time(last.time),
            "seconds": last.took.as_secs_f64(),
            "status": last.status.as_str(),
        });
        put("last_run", run);
    }
    if let Some(success) = known.last_success {
        put("last_success", time(success));
    }
    put("consecutive_failures", known.failures.into());
    put("stuck", known.stuck.into());
    put("interval_seconds", plan.interval.as_secs_f64().into());
    put("timeout_seconds", plan.timeout.as_secs_f64().into());
    put("tags", plan.tags.to_vec().into());
    value
}

/// The part of `/status`: what all come to, and for who may see it each with the transitions that led there.
pub(super) fn section(pages: &Pages, detail: Detail) -> Value {
    let report = Report::of(&pages.engine.checks().all(), |_| true, Instant::now());
    let status = with_lifecycle(report.status, pages.lifecycle.state());
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

/// The last changes of a check's status, the oldest first.
fn transitions(item: &Item) -> Value {
    let changes = item.known.changes.iter().map(|change| {
        json!({
            "time": time(change.time),
            "from": change.from.as_str(),
            "to": change.to.as_str(),
            "reason": change.reason,
            "error_type": change.error_type,
        })
    });
    changes.collect()
}

/// How one check came to be where it is.
fn history(item: &Item, value: &mut Map<String, Value>) {
    let Item { entry, known, .. } = item;
    let durations = known.durations.iter().map(std::time::Duration::as_secs_f64);
    value.insert("transitions".to_owned(), transitions(item));
    value.insert("durations_seconds".to_owned(), durations.collect());
    value.insert("source".to_owned(), entry.place.to_string().into());
}

/// The words of the draft (section 3.1).
fn draft_word(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Degraded => "warn",
        _ => "fail",
    }
}

/// `application/health+json` (section 4).
fn draft(status: Status, state: Option<State>, items: &[Item]) -> Value {
    let mut checks = Map::new();
    for Item { entry, known, glance } in items {
        let Some(last) = &known.last else {
            let check = json!({
                "componentType": "component", "status": draft_word(glance.status),
                "output": glance.reason,
            });
            checks.insert(format!("{}:responseTime", entry.name), json!([check]));
            continue;
        };
        let (measurement, value, unit) = match known.observed {
            Some(observed) => (glance.reason, observed.value, observed.unit),
            None => ("responseTime", last.took.as_secs_f64(), "s"),
        };
        let measurement = if measurement.is_empty() { "value" } else { measurement };
        let mut check = json!({
            "componentType": "component",
            "observedValue": value,
            "observedUnit": unit,
            "status": draft_word(glance.status),
            "time": time(last.time),
        });
        // To be left out where all is well (section 4.7).
        if glance.status != Status::Pass
            && let Some(check) = check.as_object_mut()
        {
            check.insert("output".to_owned(), glance.reason.into());
        }
        checks.insert(format!("{}:{measurement}", entry.name), json!([check]));
    }
    let mut value = json!({ "status": draft_word(status), "checks": checks });
    if let (Some(state), Some(value)) = (state, value.as_object_mut()) {
        value.insert("notes".to_owned(), json!([format!("lifecycle: {}", state.word())]));
    }
    value
}

/// Whether a client names `application/health+json`, and wants nothing of ours more.
fn wants_health_json(headers: &HeaderMap) -> bool {
    let Some(accept) = pages::joined(headers, &header::ACCEPT) else { return false };
    let quality = |media: &str| quality_of(&accept, media);
    let draft = quality(HEALTH_JSON).unwrap_or(0);
    draft > 0 && draft >= quality(JSON).unwrap_or(0)
}
