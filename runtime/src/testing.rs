//! Capture for tests: a test asserts on the calls it made, and sees none of the tests beside it.
//!
//! ```
//! use observant::{observe, testing};
//!
//! #[observe]
//! fn load(id: u32) -> Result<u32, std::fmt::Error> {
//!     if id == 0 { Err(std::fmt::Error) } else { Ok(id) }
//! }
//!
//! let capture = testing::capture();
//! let _ = (load(1), load(0));
//! let calls = capture.calls_of("load");
//! assert_eq!((calls.len(), calls[0].outcome(), calls[1].error_type()), (2, "ok", Some("Error")));
//! ```
//!
//! What a test starts elsewhere is seen if it is started through [`observant::thread`](crate::thread()),
//! `observant::spawn`, `observant::spawn_blocking` or [`in_current`](crate::InCurrent::in_current).
//! Enable the feature in `[dev-dependencies]` alone: it costs every call a look whether somebody captures.

pub use crate::span::{Attribute, Event, Link, SpanData, SpanKind, Status, Value};
use crate::{
    callsite::Variants,
    cell::{CellSet, Work},
    clock,
    observe::{
        InCurrent as _,
        capture::{Ended, Recorder},
        context::{Attached, Context},
    },
    registry::{Function, listing},
    span::Captured,
};
use std::{collections::HashMap, fmt, future::Future, ptr, sync::Arc, time::Duration};

/// Captures the calls that this thread makes from here on, until what is returned is dropped. Calls that
/// end later, in what it started, are not seen.
///
/// Right for tests that are not asynchronous, and for those on a runtime of one thread, which is what
/// `#[tokio::test]` starts. Within another capture, it captures in place of that one.
pub fn capture() -> Capture {
    let (recorder, spans) = (Arc::<Recorder>::default(), Captured::begin());
    let context =
        Context::recorded_by(Arc::clone(&recorder)).with_span_context(Some(spans.context()));
    Capture { recorder, spans, _attached: context.attach() }
}

/// Runs `future` and gives back what it returned and the calls it made, whichever threads it ran on.
///
/// # Example
///
/// ```
/// use observant::{observe, testing};
///
/// #[observe]
/// async fn answer() -> u32 {
///     42
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (number, calls) = testing::capture_async(async { answer().await }).await;
/// assert_eq!((number, calls.len(), calls[0].outcome()), (42, 1, "ok"));
/// # });
/// ```
pub async fn capture_async<F: Future>(future: F) -> (F::Output, Vec<Call>) {
    let recorder = Arc::<Recorder>::default();
    let context = Context::recorded_by(Arc::clone(&recorder));
    let output = future.with_context(context).await;
    let calls = calls(&recorder);
    recorder.finish();
    (output, calls)
}

/// Runs `future` and gives back what it returned and the spans of its trace, whichever threads they were
/// on; see [`Capture::spans`].
///
/// # Panics
///
/// When there were more than 100,000.
///
/// # Example
///
/// ```
/// use observant::{observe, testing};
///
/// #[observe(fields(id))]
/// async fn load(id: u32) -> u32 {
///     id
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (_, spans) = testing::capture_spans(async { load(7).await }).await;
/// assert_eq!(spans[0].name, "load");
/// assert!(spans[0].attributes.contains(&testing::Attribute::new("id", 7)));
/// # });
/// ```
pub async fn capture_spans<F: Future>(future: F) -> (F::Output, Vec<SpanData>) {
    let captured = Captured::begin();
    let context = Context::current().with_span_context(Some(captured.context()));
    let output = future.with_context(context).await;
    (output, spans(&captured))
}

/// A capture that goes on; made by [`capture`].
#[must_use = "a capture ends when it is dropped"]
pub struct Capture {
    recorder: Arc<Recorder>,
    spans: Captured,
    _attached: Attached,
}

impl Capture {
    /// The calls that ended so far, in the order of their ends.
    ///
    /// # Panics
    ///
    /// When there were more than 100,000.
    pub fn calls(&self) -> Vec<Call> {
        calls(&self.recorder)
    }

    /// Of these, the calls of one function: its name as `/status` shows it, or the end of its path
    /// (`load`, `store::load`, `Store::load`).
    ///
    /// # Panics
    ///
    /// When there were more than 100,000.
    pub fn calls_of(&self, function: &str) -> Vec<Call> {
        let _work = Work::begin();
        self.calls().into_iter().filter(|call| call.is_of(function)).collect()
    }
}

impl Capture {
    /// The spans that ended so far, in the order of their ends: those of observed calls, and under
    /// `observant::subscriber()` or `observant::layer()` those of other `tracing` code.
    ///
    /// What is captured is a trace of its own, so spans are seen on whatever threads they are, as long
    /// as the context is carried there.
    ///
    /// # Panics
    ///
    /// When there were more than 100,000.
    pub fn spans(&self) -> Vec<SpanData> {
        spans(&self.spans)
    }
}

fn spans(captured: &Captured) -> Vec<SpanData> {
    let (spans, refused) = captured.spans();
    assert!(
        refused == 0,
        "{refused} spans more than can be captured; capture a smaller part of the test"
    );
    spans
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.recorder.finish();
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.calls()).finish()
    }
}

/// A call that ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    module: &'static str,
    function: String,
    labels: Vec<(&'static str, &'static str)>,
    outcome: &'static str,
    error_type: Option<&'static str>,
    duration: Duration,
}

impl Call {
    /// The module the function is written in.
    pub fn module(&self) -> &str {
        self.module
    }

    /// The function, as the label `function` names it.
    pub fn function(&self) -> &str {
        &self.function
    }

    /// `ok`, `error`, `panic` or `cancelled`.
    pub fn outcome(&self) -> &str {
        self.outcome
    }

    /// The type of the error, as the label `error_type` names it; `None` for other outcomes.
    pub fn error_type(&self) -> Option<&str> {
        self.error_type
    }

    /// The value of one of the function's `labels(..)`.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// From its start to its end.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    fn is_of(&self, function: &str) -> bool {
        let path = format!("{}::{}", self.module, self.function);
        path.strip_suffix(function).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
    }
}

fn calls(recorder: &Recorder) -> Vec<Call> {
    // An observed allocator would be captured while it makes the list.
    let _work = Work::begin();
    let seen = recorder.recorded();
    assert!(
        seen.refused == 0,
        "{} calls more than can be captured; capture a smaller part of the test",
        seen.refused
    );
    let listing = listing();
    let owners = owners(&listing.functions);
    seen.calls.iter().filter_map(|ended| call(ended, &owners)).collect()
}

/// A function, and the labels it counts with.
type Owner<'l> = (&'l Function, Vec<(&'static str, &'static str)>);

/// Whose cells are whose, of every function that was called.
fn owners(functions: &[Function]) -> HashMap<*const CellSet, Owner<'_>> {
    let mut owners = HashMap::new();
    for function in functions {
        let callsite = function.callsite;
        for variant in callsite.variants().into_iter().flat_map(Variants::sorted) {
            let names = callsite.metadata().labels.iter().copied();
            let labels = names.zip(variant.values.iter().copied()).collect();
            owners.insert(ptr::from_ref(variant.cells), (function, labels));
        }
        if let Some(cells) = callsite.cells() {
            owners.insert(ptr::from_ref(cells), (function, Vec::new()));
        }
    }
    owners
}

/// A call with the names that belong to it.
fn call(ended: &Ended, owners: &HashMap<*const CellSet, Owner<'_>>) -> Option<Call> {
    let (function, labels) = owners.get(&ptr::from_ref(ended.cells))?;
    Some(Call {
        module: function.module(),
        function: function.name.clone().into_owned(),
        labels: labels.clone(),
        outcome: ended.outcome.text(),
        error_type: ended.error_type,
        duration: clock::duration(ended.duration),
    })
}
