//! A call's span in `tracing`: made, entered, left and closed through the subscriber it was shown to.

use super::{
    super::{Extra, fields::FieldValue},
    Bridge, Showing,
    entries::Entries,
};
use crate::callsite::{Face, LAST_FIELDS, Outcome};
use std::{
    cell::Cell,
    fmt, mem,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};
use tracing::{
    Dispatch, Id, Metadata, Subscriber, Value,
    field::{FieldSet, ValueSet},
    span::{Attributes, Record},
};

/// Whom a span is shown to.
pub(super) enum Outlet {
    /// What our subscriber wraps, without our subscriber.
    Inner(Arc<dyn Subscriber + Send + Sync>, Arc<Entries>),
    /// The whole, of which our layer is a part.
    Dispatch(Dispatch),
}

impl Outlet {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) {
        match self {
            Self::Inner(inner, _) => inner.register_callsite(metadata),
            Self::Dispatch(dispatch) => dispatch.register_callsite(metadata),
        };
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        match self {
            Self::Inner(inner, _) => inner.enabled(metadata),
            Self::Dispatch(dispatch) => dispatch.enabled(metadata),
        }
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        match self {
            Self::Inner(inner, _) => inner.new_span(attributes),
            Self::Dispatch(dispatch) => dispatch.new_span(attributes),
        }
    }

    fn enter(&self, id: &Id) {
        match self {
            Self::Inner(inner, _) => inner.enter(id),
            Self::Dispatch(dispatch) => {
                let _showing = Showing::begin();
                dispatch.enter(id);
            }
        }
    }

    fn exit(&self, id: &Id) {
        match self {
            Self::Inner(inner, _) => inner.exit(id),
            Self::Dispatch(dispatch) => {
                let _showing = Showing::begin();
                dispatch.exit(id);
            }
        }
    }

    fn record(&self, id: &Id, record: &Record<'_>) {
        match self {
            Self::Inner(inner, _) => inner.record(id, record),
            Self::Dispatch(dispatch) => {
                let _showing = Showing::begin();
                dispatch.record(id, record);
            }
        }
    }

    /// A clone of the span may live elsewhere; then it is over when that is. Gives back what was said of it through
    /// its id until now.
    fn close(&self, id: Id) -> Option<Box<Extra>> {
        let number = id.into_u64();
        // What an observed allocator frees of it would have spans to be freed in turn.
        let _showing = Showing::begin();
        match self {
            Self::Inner(inner, entries) => {
                if inner.try_close(id) {
                    entries.close(number)
                } else {
                    entries.take_said(number)
                }
            }
            Self::Dispatch(dispatch) => {
                let closing = Closing::begin(number);
                if dispatch.try_close(id) {
                    closing.end()
                } else {
                    dispatch.downcast_ref::<Bridge>()?.entries.take_said(number)
                }
            }
        }
    }
}

thread_local! {
    /// The span that this thread is closing; 0 for none, which is no id.
    static CLOSING: Cell<u64> = const { Cell::new(0) };
    /// What was said of it, if anything was, once our layer is told that it is closed.
    static SAID: Cell<Option<Box<Extra>>> = const { Cell::new(None) };
}

/// Between the call, which closes its span, and our layer, which is told that it is closed.
struct Closing {
    /// Layers may make calls of their own when a span is closed.
    before: u64,
}

impl Closing {
    fn begin(id: u64) -> Self {
        Self { before: CLOSING.replace(id) }
    }

    /// What was left for the call, if anything was.
    fn end(self) -> Option<Box<Extra>> {
        // Then the id is gone.
        if CLOSING.replace(self.before) == 0 { SAID.try_with(Cell::take).ok()? } else { None }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        CLOSING.set(self.before);
    }
}

/// Leaves what was said of a call's span, which is closed, to the call. One that ended before has its record.
pub(super) fn leave(id: &Id, said: Box<Extra>) {
    if CLOSING.get() == id.into_u64() && SAID.try_with(|place| place.set(Some(said))).is_ok() {
        CLOSING.set(0);
    }
}

/// What became of showing a call.
pub(crate) struct Shown {
    face: &'static Face,
    /// `None` where nobody wants spans of this function.
    span: Option<(Outlet, Id)>,
    entered: bool,
}

// What a subscriber does when it is told of spans is no state of the call's.
impl UnwindSafe for Shown {}
impl RefUnwindSafe for Shown {}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").field("entered", &self.entered).finish_non_exhaustive()
    }
}

/// More fields than nearly all calls have.
const FEW: usize = 4;

/// One value per field of `fields`, none until `fill` sets it.
fn with_values<'v, R>(
    fields: &FieldSet,
    fill: impl FnOnce(&mut [Option<&'v dyn Value>]),
    then: impl FnOnce(&ValueSet<'_>) -> R,
) -> R {
    let (mut few, mut many) = ([None; FEW], Vec::new());
    let values = few.get_mut(..fields.len()).unwrap_or_else(|| {
        many.resize(fields.len(), None);
        &mut many
    });
    fill(values);
    then(&fields.value_set_all(values))
}

impl Shown {
    /// Makes a span of the function in `outlet`, as a part of the span that is entered there.
    pub(super) fn new(face: &'static Face, values: &[FieldValue], outlet: Outlet) -> Self {
        let metadata = face.metadata();
        if face.take_unasked() {
            outlet.register_callsite(metadata);
        }
        if !face.is_wanted(|| outlet.enabled(metadata)) {
            return Self { face, span: None, entered: false };
        }
        let make = |values: &ValueSet<'_>| outlet.new_span(&Attributes::new(metadata, values));
        let id = if values.is_empty() {
            with_values(metadata.fields(), |_| {}, make)
        } else {
            let values: Vec<_> = values.iter().map(FieldValue::as_tracing).collect();
            let fill = |places: &mut [_]| {
                for (place, value) in places.iter_mut().zip(&values) {
                    *place = value.as_deref();
                }
            };
            with_values(metadata.fields(), fill, make)
        };
        Self { face, span: Some((outlet, id)), entered: false }
    }

    /// What `tracing` calls it, if it wants it.
    pub(super) fn id(&self) -> Option<&Id> {
        self.span.as_ref().map(|(_, id)| id)
    }

    /// Whether there is nothing more to show.
    pub(super) fn is_settled(&self) -> bool {
        self.entered || self.span.is_none()
    }

    /// What runs is within it.
    pub(super) fn enter(&mut self) {
        if let Some((outlet, id)) = &self.span {
            self.entered = true;
            outlet.enter(id);
        }
    }

    /// What runs is no longer within it.
    pub(in super::super) fn exit(&mut self) {
        if let Some((outlet, id)) = &self.span
            && mem::take(&mut self.entered)
        {
            outlet.exit(id);
        }
    }

    /// The call is over. Gives back what was said of it to `tracing`, by its id.
    pub(in super::super) fn end(
        &mut self,
        outcome: Outcome,
        error_type: Option<&'static str>,
    ) -> Option<Box<Extra>> {
        let outcome = outcome.text();
        if let Some((outlet, id)) = &self.span {
            let fields = self.face.metadata().fields();
            let fill = |places: &mut [_]| {
                if let Some(places) = places.last_chunk_mut::<{ LAST_FIELDS.len() }>() {
                    *places = [
                        Some(&outcome as &dyn Value),
                        error_type.as_ref().map(|text| text as &dyn Value),
                    ];
                }
            };
            with_values(fields, fill, |values| outlet.record(id, &Record::new(values)));
        }
        self.close()
    }

    fn close(&mut self) -> Option<Box<Extra>> {
        self.exit();
        let (outlet, id) = self.span.take()?;
        outlet.close(id)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.close();
    }
}
