//! Calls that are shown, by the id that `tracing` gave them: a table without locks, since nearly all of them come and go
//! without anybody asking for them by their id.
//!
//! Whoever shows a call claims a place, and alone releases it. Who asks for a call marks its place, so that its owner
//! finds out that there is more to take back than the place.

use super::super::{SpanId, TraceId};
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// Places, of 64 bytes. A call whose place is taken must be kept elsewhere.
const PLACES: usize = 1_024;

/// The state of a place that is nobody's.
const FREE: u64 = 0;
/// Its owner is writing.
const CLAIMED: u64 = u64::MAX;
/// Beside the rest of the id: somebody asked for the call.
const ASKED: u64 = 1 << 63;

/// What others need to know of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) trace_id: TraceId,
    pub(super) span_id: SpanId,
    pub(super) flags: u8,
    pub(super) recorded: bool,
}

/// A place of its own cache line: threads do not get in one another's way. Invariant: but for `state`, it is written by
/// who changed that from `FREE` to `CLAIMED`, until it is the call's.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Place {
    /// All bits of the id but the first, in whose place is whether somebody asked.
    state: AtomicU64,
    id: AtomicU64,
    trace_high: AtomicU64,
    trace_low: AtomicU64,
    span: AtomicU64,
    /// The flags, and whether it is recorded.
    flags: AtomicU64,
}

const RECORDED: u64 = 1 << 8;

impl Place {
    #[allow(clippy::cast_possible_truncation)] // Both halves of it.
    fn write(&self, id: u64, call: Call) {
        self.id.store(id, Relaxed);
        let trace = call.trace_id.number();
        self.trace_high.store((trace >> 64) as u64, Relaxed);
        self.trace_low.store(trace as u64, Relaxed);
        self.span.store(call.span_id.number(), Relaxed);
        let recorded = if call.recorded { RECORDED } else { 0 };
        self.flags.store(u64::from(call.flags) | recorded, Relaxed);
    }

    #[allow(clippy::cast_possible_truncation)] // The flags are the lowest byte.
    fn read(&self) -> Option<Call> {
        let high = u128::from(self.trace_high.load(Relaxed)) << 64;
        let flags = self.flags.load(Relaxed);
        Some(Call {
            trace_id: TraceId::new(high | u128::from(self.trace_low.load(Relaxed)))?,
            span_id: SpanId::new(self.span.load(Relaxed))?,
            flags: flags as u8,
            recorded: flags & RECORDED != 0,
        })
    }
}

/// The state of a call's place that nobody asked for; `None` for ids that would mean something else.
fn open(id: u64) -> Option<u64> {
    let state = id & !ASKED;
    (state != FREE && state != CLAIMED & !ASKED).then_some(state)
}

/// Calls by their ids.
#[derive(Debug)]
pub(super) struct Calls {
    places: Box<[Place]>,
}

/// What became of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freed {
    /// It is free again, and nobody asked for its call.
    Done,
    /// Somebody asked: what they wrote down elsewhere must be taken back before [`Calls::release_asked`].
    Asked,
    /// The call never had one.
    Absent,
}

impl Calls {
    pub(super) fn new() -> Self {
        Self { places: (0..PLACES).map(|_| Place::default()).collect() }
    }

    /// Neighbouring ids come far apart: each thread counts up its own.
    #[allow(clippy::cast_possible_truncation)] // Ten bits are left.
    fn place(&self, id: u64) -> &Place {
        let spread = (id & !ASKED).wrapping_mul(0x9e37_79b9_7f4a_7c15); // the golden ratio's
        &self.places[(spread >> (64 - PLACES.ilog2())) as usize % PLACES]
    }

    /// Keeps a call, if its place is free.
    pub(super) fn claim(&self, id: u64, call: Call) -> bool {
        let Some(open) = open(id) else { return false };
        let place = self.place(id);
        let ours = place.state.compare_exchange(FREE, CLAIMED, Acquire, Relaxed).is_ok();
        if ours {
            place.write(id, call);
            place.state.store(open, Release);
        }
        ours
    }

    /// Marks a call as asked for; says what is known of it if it is here and this is the first time. Whoever asks and
    /// its owner exclude one another from here until [`release_asked`](Self::release_asked), by a lock that ids with
    /// the same last bits share.
    pub(super) fn ask(&self, id: u64) -> Option<Call> {
        let (open, place) = (open(id)?, self.place(id));
        place.state.compare_exchange(open, open | ASKED, Acquire, Relaxed).ok()?;
        if place.id.load(Relaxed) == id {
            return place.read();
        }
        // Another's, whose id differs in the first bit. If that owner comes now, it waits for the lock.
        place.state.store(open, Release);
        None
    }

    /// Its owner does without it.
    pub(super) fn release(&self, id: u64) -> Freed {
        let place = self.place(id);
        match open(id) {
            // What is read of others' places does not matter, as long as it is not this id.
            Some(open) if place.id.load(Relaxed) == id => {
                match place.state.compare_exchange(open, FREE, Release, Relaxed) {
                    Ok(_) => Freed::Done,
                    Err(state) if state == open | ASKED => Freed::Asked,
                    Err(_) => Freed::Absent,
                }
            }
            _ => Freed::Absent,
        }
    }

    /// The same, after what was written down elsewhere is taken back.
    pub(super) fn release_asked(&self, id: u64) {
        self.place(id).state.store(FREE, Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::{Barrier, Mutex},
        thread,
    };

    fn call(number: u64) -> Call {
        Call {
            trace_id: TraceId::new(u128::from(number) << 64 | u128::from(number)).unwrap(),
            span_id: SpanId::new(number).unwrap(),
            flags: u8::try_from(number % 4).unwrap(),
            recorded: number.is_multiple_of(2),
        }
    }

    #[test]
    fn a_call_is_found_until_it_is_over() {
        let calls = Calls::new();
        assert!(calls.claim(5, call(50)));
        assert!(!calls.claim(5, call(51)), "its place is taken");
        assert_eq!(calls.ask(6), None);
        assert_eq!(calls.release(6), Freed::Absent);
        assert_eq!(calls.release(5), Freed::Done);
        assert_eq!((calls.ask(5), calls.release(5)), (None, Freed::Absent));
        assert!(calls.claim(5, call(52)));
        assert_eq!(calls.ask(5), Some(call(52)));
        assert_eq!(calls.ask(5), None, "they know");
        assert_eq!(calls.release(5), Freed::Asked);
        assert!(!calls.claim(5, call(53)), "not taken back yet");
        calls.release_asked(5);
        assert!(calls.claim(5, call(54)));
        for id in [FREE, ASKED, CLAIMED, CLAIMED & !ASKED] {
            assert!(!calls.claim(id, call(1)), "{id} is no id");
            assert_eq!((calls.ask(id), calls.release(id)), (None, Freed::Absent));
        }
    }

    #[test]
    fn ids_of_all_bits_are_told_apart() {
        let calls = Calls::new();
        let (low, high) = (7, 7 | ASKED);
        assert_eq!(calls.place(low).state.as_ptr(), calls.place(high).state.as_ptr());
        for (here, absent) in [(low, high), (high, low)] {
            assert!(calls.claim(here, call(1)) && !calls.claim(absent, call(2)));
            assert_eq!((calls.ask(absent), calls.release(absent)), (None, Freed::Absent));
            assert_eq!(calls.ask(here), Some(call(1)));
            assert_eq!((calls.ask(absent), calls.release(absent)), (None, Freed::Absent));
            assert_eq!(calls.release(here), Freed::Asked);
            calls.release_asked(here);
        }
    }

    /// One thread shows calls, others ask for them as they come and go: whoever is told anything is told what belongs
    /// together, and each that asked first is known to the owner.
    #[test]
    fn who_asks_while_calls_come_and_go_is_told_the_truth() {
        const ROUNDS: u64 = 20_000;
        let calls = Calls::new();
        let asked = Mutex::new(0_u64);
        let begin = Barrier::new(3);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    begin.wait();
                    for round in 1..=ROUNDS {
                        let mut asked = asked.lock().unwrap();
                        // An id whose place others have in between.
                        for id in [round, round ^ 1] {
                            if let Some(found) = calls.ask(id) {
                                assert_eq!(found, call(id));
                                *asked += 1;
                            }
                        }
                    }
                });
            }
            begin.wait();
            let mut found = 0;
            for id in 1..=ROUNDS {
                assert!(calls.claim(id, call(id)));
                if id % 16 == 0 {
                    thread::yield_now();
                }
                match calls.release(id) {
                    Freed::Done => {}
                    Freed::Asked => {
                        let mut asked = asked.lock().unwrap();
                        *asked -= 1;
                        found += 1;
                        calls.release_asked(id);
                    }
                    Freed::Absent => panic!("{id} was claimed"),
                }
            }
            assert_eq!(*asked.lock().unwrap(), 0, "of {found}");
        });
    }
}
