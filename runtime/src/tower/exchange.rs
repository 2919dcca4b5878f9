//! One request and its response, from the first to the end of the second: its span and its figures.

use super::{
    conventions::{self, Failure, Side, Values},
    requests::{self, Labels},
};
use crate::{
    clock,
    observe::{Context, manual::Manual},
    span::{Attribute, SpanKind},
};
use ::http::{HeaderMap, StatusCode, header::USER_AGENT, request::Parts};
use std::{borrow::Cow, thread};

/// A request whose response has not ended. Dropped before, it ends as cancelled.
#[derive(Debug)]
pub(super) struct Exchange {
    span: Manual,
    side: Side,
    method: usize,
    scheme: Cow<'static, str>,
    route: Option<Cow<'static, str>>,
    status: Option<StatusCode>,
    /// Neither counted nor recorded, or both already.
    ended: bool,
    /// The thread was unwinding already when it began.
    unwinding: bool,
}

/// The scheme where nothing else is known.
const HTTP: &str = "http";

fn scheme(parts: &Parts, known: Option<&'static str>) -> Cow<'static, str> {
    match (known, parts.uri.scheme_str()) {
        (Some(known), _) => known.into(),
        (None, Some("https")) => "https".into(),
        (None, Some("http") | None) => HTTP.into(),
        (None, Some(other)) => other.to_owned().into(),
    }
}

impl Exchange {
    /// Contexts are passed on, and nothing else.
    pub(super) fn unobserved(parent: Context) -> Self {
        Self {
            span: Manual::pass(parent),
            side: Side::Server,
            method: 0,
            scheme: HTTP.into(),
            route: None,
            status: None,
            ended: true,
            unwinding: false,
        }
    }

    fn new(span: Manual, side: Side, parts: &Parts, known_scheme: Option<&'static str>) -> Self {
        Self {
            span,
            side,
            method: conventions::method(&parts.method),
            scheme: scheme(parts, known_scheme),
            route: None,
            status: None,
            ended: false,
            unwinding: thread::panicking(),
        }
    }

    /// A request that came, as a part of what `parent` says.
    pub(super) fn server(
        parent: Context,
        parts: &Parts,
        route: Option<Cow<'static, str>>,
        known_scheme: Option<&'static str>,
        values: Values,
    ) -> Self {
        let span = Manual::start(SpanKind::Server, parent);
        let mut exchange = Self::new(span, Side::Server, parts, known_scheme);
        let (method, scheme) = (exchange.method, exchange.scheme.clone());
        exchange.span.describe(|span| {
            span.name(conventions::span_name(method, route.as_deref()));
            let path = Attribute::new("url.path", parts.uri.path().to_owned());
            let query = parts
                .uri
                .query()
                .map(|query| Attribute::new("url.query", conventions::redacted(query, values)));
            let route = route.clone().map(|route| Attribute::new("http.route", route));
            let agent = user_agent(&parts.headers);
            let url_scheme = Attribute::new("url.scheme", scheme.clone());
            for attribute in
                [Some(path), query, route, agent, Some(url_scheme)].into_iter().flatten()
            {
                span.set(attribute);
            }
            common(parts, method, &scheme).for_each(|attribute| span.set(attribute));
        });
        exchange.route = route;
        exchange
    }

    /// A request that goes out, as a part of what `parent` says.
    pub(super) fn client(parent: Context, parts: &Parts, values: Values) -> Self {
        let span = Manual::start(SpanKind::Client, parent);
        let mut exchange = Self::new(span, Side::Client, parts, None);
        let (method, scheme) = (exchange.method, exchange.scheme.clone());
        exchange.span.describe(|span| {
            span.name(conventions::span_name(method, None));
            span.set(Attribute::new("url.full", conventions::full_url(&parts.uri, values)));
            common(parts, method, &scheme).for_each(|attribute| span.set(attribute));
        });
        exchange
    }

    /// The context of what works on the request.
    pub(super) fn context(&self) -> &Context {
        self.span.context()
    }

    /// Runs `code` as a part of it; an unwind ends it.
    pub(super) fn run<R>(&mut self, code: impl FnOnce() -> R) -> R {
        let running = Running(self);
        let result = running.0.context().run(code);
        std::mem::forget(running);
        result
    }

    /// The head of the response came.
    pub(super) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
    }

    /// The response is whole.
    pub(super) fn end(&mut self) {
        let failure = self.status.and_then(|status| Failure::of(status, self.side));
        self.finish(failure);
    }

    /// There will be no whole response.
    pub(super) fn fail(&mut self, error_type: &'static str) {
        self.finish(Some(Failure::Type(error_type)));
    }

    fn finish(&mut self, failure: Option<Failure>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let duration = clock::between(self.span.started(), clock::now());
        let status = self.status;
        self.span.describe(|span| {
            if let Some(status) = status {
                let code = i64::from(status.as_u16());
                span.set(Attribute::new("http.response.status_code", code));
            }
            if let Some(failure) = failure {
                span.set(Attribute::new("error.type", failure.text()));
                span.status(failure.span_status());
            }
        });
        self.span.end(duration);
        if self.side == Side::Server {
            let labels = Labels {
                method: self.method,
                scheme: &self.scheme,
                route: self.route.as_deref(),
                status: status.map(|status| status.as_u16()),
                failure,
            };
            requests::count(&labels, duration);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // Whoever asked has gone, or the service was given up.
        self.fail(if thread::panicking() && !self.unwinding { "panic" } else { "cancelled" });
    }
}

/// Code that works on the request. Left by an unwind, it ends it: whoever catches that may drop the
/// rest when nothing unwinds any more.
struct Running<'e>(&'e mut Exchange);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fail("panic");
    }
}

/// What both sides know of a request.
fn common(parts: &Parts, method: usize, scheme: &str) -> impl Iterator<Item = Attribute> {
    let authority = conventions::authority(&parts.uri, &parts.headers);
    let server = authority.map(|authority| conventions::server(&authority, scheme));
    let version = conventions::version(parts.version)
        .map(|version| Attribute::new("network.protocol.version", version));
    let method = conventions::describe_method(&parts.method, method);
    method.into_iter().chain(server.into_iter().flatten()).chain([version]).flatten()
}

fn user_agent(headers: &HeaderMap) -> Option<Attribute> {
    let agent = headers.get(USER_AGENT)?.to_str().ok()?;
    Some(Attribute::new("user_agent.original", agent.to_owned()))
}
