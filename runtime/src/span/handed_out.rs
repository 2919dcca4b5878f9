//! Spans whose context was written into a carrier. What comes back with one of them for its parent began in this
//! process, whatever way it took: through another process, or from this one to itself. Uses ids alone.

use super::{SpanContext, SpanId};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Places; a span takes the one that its id says, and whatever was there before is forgotten. Of a hundred requests
/// under way at one time, one or two are.
const PLACES: usize = 4_096;

static PARENTS: [AtomicU64; PLACES] = [const { AtomicU64::new(0) }; PLACES];

/// A span of this process goes out with a request.
pub(super) fn note(span: &SpanContext) {
    if !span.is_remote() {
        place(span.span_id()).store(span.span_id().number(), Relaxed);
    }
}

/// Whether the span with this id went out from here, not long ago.
pub(crate) fn went_out(id: SpanId) -> bool {
    place(id).load(Relaxed) == id.number()
}

#[allow(clippy::cast_possible_truncation)] // Ids are random in every bit.
fn place(id: SpanId) -> &'static AtomicU64 {
    &PARENTS[id.number() as usize % PLACES]
}

#[cfg(test)]
mod tests {
    use super::{super::TraceId, *};

    #[test]
    fn spans_of_this_process_are_known_until_others_take_their_places() {
        let of = |id| SpanContext::local(TraceId::generate(), SpanId::new(id).unwrap(), 0, None);
        let ours = of(11);
        let theirs: SpanContext =
            "00-0af7651916cd43dd8448eb211c80319c-000000000000000c-01".parse().unwrap();
        note(&ours);
        note(&theirs);
        assert!(went_out(ours.span_id()));
        assert!(!went_out(theirs.span_id()), "it only passes through");
        let other = of(11 + PLACES as u64);
        note(&other);
        assert!(went_out(other.span_id()) && !went_out(ours.span_id()));
    }
}
