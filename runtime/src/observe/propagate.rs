//! Contexts as programs use them: what is current, what came with a request, what goes out with one.

use super::context::Context;
use crate::span::{Baggage, Extractor, Injector, Propagated, SpanContext};

/// The context of the code that asks.
///
/// # Example
///
/// ```
/// let context = observant::current_context();
/// assert!(context.span_context().is_none()); // nothing is traced here
/// let work = move || context.run(|| { /* a part of what the caller does */ });
/// std::thread::spawn(work).join().unwrap();
/// ```
pub fn current_context() -> Context {
    Context::current()
}

/// Reads the context that came with a request from its headers, or from any other carrier of text.
///
/// What is read are the formats that [`Builder::propagators`](crate::Builder::propagators) names, by default
/// W3C Trace Context and Baggage. Headers that are not valid count as absent, as those
/// specifications ask. What came is a part of another trace than the caller's, if it is a part of any;
/// so nothing of the current context is in it.
///
/// # Example
///
/// ```
/// use std::collections::HashMap;
///
/// let headers = HashMap::from([
///     ("traceparent".to_owned(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
///     ("baggage".to_owned(), "tenant=acme".to_owned()),
/// ]);
/// let context = observant::extract(&headers);
/// let span = context.span_context().unwrap();
/// assert_eq!(span.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
/// context.run(|| {
///     // Calls in here belong to that trace, and what they ask elsewhere does too:
///     let mut request = HashMap::new();
///     observant::inject(&mut request);
///     assert_eq!(request["baggage"], "tenant=acme");
/// });
/// ```
pub fn extract<E: Extractor>(carrier: &E) -> Context {
    let Propagated { span, baggage, debug } = Propagated::extract(carrier);
    Context {
        span,
        rider: None,
        baggage,
        debug,
        #[cfg(feature = "testing")]
        recorder: Context::current().recorder,
    }
}

/// Writes the current context into the headers of a request, or into any other carrier of text.
///
/// Where nothing is traced and there is no baggage, nothing is written.
///
/// # Example
///
/// ```
/// let mut headers: Vec<(String, String)> = Vec::new();
/// observant::inject(&mut headers);
/// ```
pub fn inject<I: Injector>(carrier: &mut I) {
    Context::current().inject(carrier);
}

impl Context {
    /// The span that work within this context is a part of.
    pub fn span_context(&self) -> Option<&SpanContext> {
        self.span.as_ref()
    }

    /// The same context as a part of another span, or of none.
    #[must_use = "a context does nothing until it is attached"]
    pub fn with_span_context(mut self, span: Option<SpanContext>) -> Self {
        self.span = span;
        self.debug = false;
        self
    }

    /// What travels along.
    pub fn baggage(&self) -> &Baggage {
        &self.baggage
    }

    /// The same context with other baggage.
    ///
    /// # Example
    ///
    /// ```
    /// let context = observant::current_context();
    /// let mut baggage = context.baggage().clone();
    /// baggage.insert("tenant", "acme")?;
    /// context.with_baggage(baggage).run(|| {
    ///     assert_eq!(observant::current_context().baggage().get("tenant"), Some("acme"));
    /// });
    /// # Ok::<(), observant::InvalidBaggage>(())
    /// ```
    #[must_use = "a context does nothing until it is attached"]
    pub fn with_baggage(mut self, baggage: Baggage) -> Self {
        self.baggage = baggage;
        self
    }

    /// Writes it as [`inject`](crate::inject()) does the current one.
    pub fn inject<I: Injector>(&self, carrier: &mut I) {
        let Self { span, baggage, debug, .. } = self.clone();
        Propagated { span, baggage, debug }.inject(carrier);
    }
}

/// A context that is a part of this span, without baggage.
impl From<SpanContext> for Context {
    fn from(span: SpanContext) -> Self {
        Self::current().with_baggage(Baggage::new()).with_span_context(Some(span))
    }
}
