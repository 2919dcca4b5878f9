//! Plain numbers that threads add to: counters, and the buckets and sums of distributions.
//!
//! Each thread that adds has a row of its own, written with plain stores; a thread that ends folds its
//! row into what is left here. Uses the same tables and arenas as shards do.

use super::{
    arena::Arena,
    count::{Count, Shared, Single, Writer},
    local::{self, Work},
    sync::{Lock, OnceLock},
};
use std::{
    alloc::Layout,
    ptr::NonNull,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

/// Some whole numbers, and after them some floats. Never freed: they belong to series, which are bounded.
#[derive(Debug)]
pub(crate) struct Numbers {
    /// Place in the threads' tables; [`NO_ROWS`] when places have run out.
    id: u32,
    /// How many are whole.
    counts: usize,
    /// How many there are; 1 or more.
    length: usize,
    /// For threads that are past having locals; written with atomic additions.
    late: OnceLock<Box<[Count]>>,
    rows: Lock<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    /// Invariant: each is the first of `length` numbers that are alive until their owner takes it out under
    /// the lock.
    live: Vec<Row>,
    /// What threads that ended have added.
    retired: Vec<u64>,
    /// The floats shown last; see [`steady`].
    shown: Vec<f64>,
}

/// The first of a thread's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Row(NonNull<Count>);

// SAFETY: a row is made of atomics, and the invariant of `live` keeps it alive for whoever finds it there.
unsafe impl Send for Row {}

/// The id of those that have no place in any table.
const NO_ROWS: u32 = u32::MAX;

/// How many there can be, far more than a process has memory for in each thread.
const MOST_IDS: u32 = 1 << 24;

static NEXT_ID: AtomicU32 = AtomicU32::new(0);

/// How far the sum of the same floats may differ when they are added in another order: far more than
/// rounding does over thousands of threads, far less than anybody reads off a sum.
const ROUNDING: f64 = 1e-9;

/// A sum that is not less than it was for no other reason than rounding: readers would take that for a restart.
fn steady(shown: &mut f64, sum: f64) -> f64 {
    if !(sum < *shown && *shown - sum <= shown.abs() * ROUNDING) {
        *shown = sum;
    }
    *shown
}

impl Numbers {
    /// `counts` whole numbers and `floats` floats, one or more in all, each 0.
    pub(crate) fn new(counts: usize, floats: usize) -> &'static Self {
        let next = |id| (id < MOST_IDS).then_some(id + 1);
        let id = NEXT_ID.fetch_update(Relaxed, Relaxed, next).unwrap_or(NO_ROWS);
        Box::leak(Box::new(Self {
            id,
            counts,
            length: (counts + floats).max(1),
            late: OnceLock::new(),
            rows: Lock::new(Rows::default()),
        }))
    }

    /// One count and one float, with an id that no others have in this run of the model.
    #[cfg(observant_loom)]
    pub(super) fn numbered(id: u32) -> &'static Self {
        let (late, rows) = (OnceLock::new(), Lock::new(Rows::default()));
        Box::leak(Box::new(Self { id, counts: 1, length: 2, late, rows }))
    }

    /// How many threads have a row.
    #[cfg(observant_loom)]
    pub(super) fn live(&self) -> usize {
        self.rows.lock().map_or(0, |rows| rows.live.len())
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Adds to the whole number in `place`.
    #[inline]
    pub(crate) fn add(&'static self, place: usize, more: u64) {
        debug_assert!(place < self.counts, "{place} holds no whole number");
        self.with(place, |number| Single::add(number, more), |number| Shared::add(number, more));
    }

    /// Adds to the float in `place`.
    #[inline]
    pub(crate) fn add_float(&'static self, place: usize, more: f64) {
        debug_assert!(place >= self.counts, "{place} holds no float");
        self.with(
            place,
            |number| Single::add_float(number, more),
            |number| Shared::add_float(number, more),
        );
    }

    /// Adds 1 to the whole number in `place`, and to the first float.
    #[inline]
    pub(crate) fn record(&'static self, place: usize, more: f64) {
        self.add(place, 1);
        self.add_float(self.counts, more);
    }

    #[inline(always)]
    fn with(&'static self, place: usize, own: impl FnOnce(&Count), shared: impl FnOnce(&Count)) {
        if place >= self.length {
            return;
        }
        match local::find_row(self.id) {
            // SAFETY: a row has `length` numbers.
            Some(row) => own(unsafe { row.add(place).as_ref() }),
            None => self.with_rare(place, own, shared),
        }
    }

    #[cold]
    #[inline(never)]
    fn with_rare(
        &'static self,
        place: usize,
        own: impl FnOnce(&Count),
        shared: impl FnOnce(&Count),
    ) {
        // What an observed allocator adds while the runtime itself allocates is not counted.
        let Some(_work) = Work::begin() else { return };
        if let Some(row) = local::join_row(self) {
            // SAFETY: as in `with`.
            own(unsafe { row.add(place).as_ref() });
        } else {
            let make = || (0..self.length).map(|_| Count::new()).collect();
            shared(&self.late.get_or_init(make)[place]);
        }
    }

    /// A row for the calling thread, in its arena. It is to [`leave`](Self::leave) before the arena is
    /// dropped. `None` in a forked child where the lock is lost, and where ids have run out.
    pub(super) fn join(&'static self, arena: &mut Arena) -> Option<NonNull<Count>> {
        if self.id == NO_ROWS {
            return None;
        }
        let layout = Layout::array::<Count>(self.length).ok()?;
        let mut rows = self.rows.lock()?;
        let row = arena.allocate(layout).cast::<Count>();
        for place in 0..self.length {
            // SAFETY: within a piece for `length` of them that nobody else has.
            unsafe { row.add(place).write(Count::new()) };
        }
        rows.live.push(Row(row));
        Some(row)
    }

    /// Folds the row of a thread that ends. Nobody will find it again, unless this answers `None`: in a
    /// forked child where the lock is lost.
    #[must_use]
    pub(super) fn leave(&'static self, row: *const Count) -> Option<()> {
        let mut rows = self.rows.lock()?;
        let place = rows.live.iter().position(|live| std::ptr::eq(live.0.as_ptr(), row))?;
        let Row(row) = rows.live.swap_remove(place);
        rows.retired.resize(self.length, 0);
        // SAFETY: the invariant of `live`; its owner, who calls, has it still.
        self.absorb(&mut rows.retired, unsafe {
            NonNull::slice_from_raw_parts(row, self.length).as_ref()
        });
        Some(())
    }

    /// Adds `row` to `sums`, which are as long.
    fn absorb(&self, sums: &mut [u64], row: &[Count]) {
        for (place, (sum, number)) in sums.iter_mut().zip(row).enumerate() {
            *sum = if place < self.counts {
                sum.wrapping_add(number.get())
            } else {
                (f64::from_bits(*sum) + number.get_float()).to_bits()
            };
        }
    }

    /// What all threads added. `counts` and `floats` are as many as were asked for, or are made so.
    pub(crate) fn read(&self, counts: &mut Vec<u64>, floats: &mut Vec<f64>) {
        // An observed allocator would come back for the lock.
        let _work = Work::begin();
        counts.clear();
        counts.resize(self.length, 0);
        let mut rows = self.rows.lock();
        if let Some(rows) = rows.as_deref() {
            for Row(row) in &rows.live {
                // SAFETY: the invariant of `live`; the lock is held.
                self.absorb(counts, unsafe {
                    NonNull::slice_from_raw_parts(*row, self.length).as_ref()
                });
            }
            for (place, (sum, left)) in counts.iter_mut().zip(&rows.retired).enumerate() {
                *sum = if place < self.counts {
                    sum.wrapping_add(*left)
                } else {
                    (f64::from_bits(*sum) + f64::from_bits(*left)).to_bits()
                };
            }
        }
        if let Some(late) = self.late.get() {
            self.absorb(counts, late);
        }
        floats.clear();
        floats.extend(counts.drain(self.counts..).map(f64::from_bits));
        if let Some(rows) = rows.as_deref_mut() {
            rows.shown.resize(floats.len(), 0.0);
            for (shown, sum) in rows.shown.iter_mut().zip(floats) {
                *sum = steady(shown, *sum);
            }
        }
    }
}
