//! Finished spans on their way from the threads that made them to whoever exports them.
//!
//! Each thread that records has a ring of its own with one writer and one reader: pushing is a store,
//! takes no lock and never waits. What does not fit is dropped and counted. The reader is the one
//! exporter of the process, which [`install`]s itself and [`drain`]s.

use super::{Record, SpanData, mode, record::Anchor};
use crate::cell::Work;
use rtrb::{Consumer, Producer, PushError, RingBuffer};
use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};

/// So many threads have a ring at once; the spans of others are dropped and counted. A ring of the
/// default size takes 64 kB.
const MOST_RINGS: usize = 1_024;

/// Records a ring holds: a share of the queue, within these.
const RING: std::ops::RangeInclusive<usize> = 64..=65_536;

static DROPPED: AtomicU64 = AtomicU64::new(0);
/// Counts installations: a ring of an earlier one is of another size.
static INSTALLED: AtomicUsize = AtomicUsize::new(0);
static RING_SIZE: AtomicUsize = AtomicUsize::new(0);
/// How many rings there are, those of ended threads included until they are empty.
static RINGS: AtomicUsize = AtomicUsize::new(0);

type Wake = Arc<dyn Fn() + Send + Sync>;

/// Whom to wake when there is much to export.
static WAKE: Mutex<Option<Wake>> = Mutex::new(None);
/// Rings made since the last drain: so that a new thread does not wait for a drain to end.
static ARRIVED: Mutex<Vec<Consumer<Record>>> = Mutex::new(Vec::new());
static DRAINED: Mutex<Vec<Consumer<Record>>> = Mutex::new(Vec::new());

thread_local! {
    static RING_OF_THREAD: RefCell<Option<Ring>> = const { RefCell::new(None) };
    /// What this thread does is not traced.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

struct Ring {
    producer: Producer<Record>,
    installed: usize,
    /// Records until the exporter is woken.
    until_wake: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes records from now on, `queue` of them being the most that wait; `wake` is called on a thread of the
/// program whenever half a ring is full, and must neither block nor panic.
pub(crate) fn install(queue: usize, wake: Wake) {
    RING_SIZE.store((queue / 4).clamp(*RING.start(), *RING.end()), Relaxed);
    // What goes is dropped without the lock, for which an observed allocator would come back.
    let before = lock(&WAKE).replace(wake);
    drop(before);
    INSTALLED.fetch_add(1, Relaxed);
    mode::set_exported(true);
}

/// Takes no more records. Those that wait can still be drained.
pub(crate) fn uninstall() {
    mode::set_exported(false);
    let before = lock(&WAKE).take();
    drop(before);
}

/// In a forked child, where nobody exports: the exporter's thread stayed with the parent. Locks that are held
/// there are held here for ever, so none is taken.
pub(crate) fn forget_exporter() {
    mode::set_exported(false);
}

/// Records that found no place.
pub(crate) fn dropped() -> u64 {
    DROPPED.load(Relaxed)
}

/// This thread records nothing from now on: it exports, and its own spans would never end.
pub(crate) fn quiet() {
    QUIET.set(true);
    RING_OF_THREAD.with(|ring| ring.borrow_mut().take());
}

/// Hands a finished span over, if somebody exports.
#[inline]
pub(crate) fn push(record: Record) {
    if mode::get().is_exported() {
        let refused = RING_OF_THREAD.try_with(|ring| match ring.try_borrow_mut() {
            Ok(mut ring) => push_into(&mut ring, record),
            Err(_) => false,
        });
        if refused != Ok(true) && !QUIET.get() {
            DROPPED.fetch_add(1, Relaxed);
        }
    } else {
        give_up(record);
    }
}

#[inline]
fn push_into(place: &mut Option<Ring>, record: Record) -> bool {
    let ring = match place {
        Some(ring) if ring.installed == INSTALLED.load(Relaxed) => ring,
        _ => match make() {
            Some(made) => place.insert(made),
            None => return give_up(record),
        },
    };
    ring.until_wake -= 1;
    if ring.until_wake == 0 {
        ring.until_wake = ring.producer.buffer().capacity() / 2;
        wake();
    }
    match ring.producer.push(record) {
        Ok(()) => true,
        Err(PushError::Full(record)) => give_up(record),
    }
}

/// There is no place for it. What an observed allocator frees of it would have spans to be freed in turn.
#[cold]
#[inline(never)]
fn give_up(record: Record) -> bool {
    let _work = Work::begin();
    drop(record);
    false
}

#[cold]
#[inline(never)]
fn wake() {
    let wake = lock(&WAKE).clone();
    if let Some(wake) = wake {
        wake();
    }
}

#[cold]
#[inline(never)]
fn make() -> Option<Ring> {
    if QUIET.get() {
        return None;
    }
    // Spans of an observed allocator would need the ring that is made.
    let _work = Work::begin();
    let installed = INSTALLED.load(Relaxed);
    if RINGS.fetch_add(1, Relaxed) >= MOST_RINGS {
        RINGS.fetch_sub(1, Relaxed);
        return None;
    }
    let size = RING_SIZE.load(Relaxed).max(*RING.start());
    let (producer, consumer) = RingBuffer::new(size);
    lock(&ARRIVED).push(consumer);
    Some(Ring { producer, installed, until_wake: size / 2 })
}

/// Takes up to `most` finished spans, appends them to `into` and says how many. Only one at a time.
pub(crate) fn drain(most: usize, into: &mut Vec<SpanData>) -> usize {
    let anchor = Anchor::now();
    take(most, |record| into.push(record.resolve(&anchor)))
}

/// Takes up to `most` finished spans for which there is no place, and says how many: none is looked at, and none
/// becomes an exemplar, as nobody could look it up.
pub(crate) fn discard(most: usize) -> usize {
    take(most, drop)
}

fn take(most: usize, mut each: impl FnMut(Record)) -> usize {
    let mut rings = lock(&DRAINED);
    rings.append(&mut lock(&ARRIVED));
    let mut taken = 0;
    rings.retain_mut(|ring| {
        while taken < most
            && let Ok(record) = ring.pop()
        {
            each(record);
            taken += 1;
        }
        let gone = ring.is_abandoned() && ring.is_empty();
        if gone {
            RINGS.fetch_sub(1, Relaxed);
        }
        !gone
    });
    // The next time begins with another ring, so that a busy thread does not silence the others.
    if !rings.is_empty() {
        rings.rotate_left(1);
    }
    taken
}

/// How many wait. Only an estimate while threads record.
pub(crate) fn pending() -> usize {
    let waiting = |rings: &Mutex<Vec<Consumer<Record>>>| {
        lock(rings).iter().map(Consumer::slots).sum::<usize>()
    };
    waiting(&DRAINED) + waiting(&ARRIVED)
}
