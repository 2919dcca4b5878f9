//! How durations are divided into cells: one partition that is exact for two views.
//!
//! The boundaries are the union of the exponential bounds of schema 3 (powers of 2^(1/8) seconds,
//! Prometheus native histograms and OTLP exponential histograms) and the classic bounds of the
//! function, so that either view is a sum of whole cells. A ladder is pure data.

use crate::{
    clock::UNITS_PER_SECOND,
    snapshot::{Bound, canonical},
};

/// Cells are grouped by octave: a duration and its double are one octave apart. Octave 0 holds all
/// below 2^-28 s (3.7 ns), the last all above 2^22 s (48 days).
pub(super) const OCTAVES: usize = 52;

/// Exponential buckets per octave in schema 3.
pub(super) const PER_OCTAVE: usize = 8;

/// Look-up slots per octave. An exponential bucket is wider than a sixteenth of its octave, so a
/// slot meets at most one exponential boundary.
const SLOTS: usize = 16;

/// Bits of a unit count below octave 1.
const LOWEST_BITS: usize = 4;

/// The highest unit count that is told apart; 2^(51 + 4 - 1) units are 2^22 s.
const HIGHEST: u64 = 1 << (OCTAVES - 2 + LOWEST_BITS);

/// floor(2^(63 + k/8)) for k = 0..8: the exponential bounds of one octave at full precision.
const MANTISSAS: [u64; PER_OCTAVE] = [
    0x8000_0000_0000_0000,
    0x8b95_c1e3_ea8b_d6e6,
    0x9837_f051_8db8_a96f,
    0xa5fe_d6a9_b151_38ea,
    0xb504_f333_f9de_6484,
    0xc567_2a11_5506_dadd,
    0xd744_fcca_d69d_6af4,
    0xeac0_c6e7_dd24_392e,
];

/// The first cell that a slot meets.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Its place among all cells. Invariant: a place in `Ladder::edges`.
    index: u16,
    /// Its place among those of its octave.
    cell: u16,
}

/// A partition of durations.
#[derive(Debug)]
pub(crate) struct Ladder {
    bounds: Box<[Bound]>,
    /// Cell `i` holds the unit counts `n` with `edges[i - 1] <= n - 1 < edges[i]`; the last is
    /// `u64::MAX`.
    edges: Box<[u64]>,
    /// By the leading bits of a count; see [`slot_of`].
    slots: Box<[Slot; OCTAVES * SLOTS]>,
    /// The first cell of each octave, and one past the last cell of all.
    first: Box<[u16]>,
    /// The classic bucket each cell belongs to.
    buckets: Box<[u16]>,
    /// The exponential bucket each cell belongs to: 0 up to the lowest bound, then one for each bound.
    exponentials: Box<[u16]>,
}

/// The lowest exponential bound, 2^-28 s: what does not exceed it is not told apart.
pub(super) const LOWEST_EXPONENT: i32 = -28;

/// How many exponential buckets there are, the one up to the lowest bound and the one beyond the
/// highest included.
pub(super) const EXPONENTIALS: usize = (OCTAVES - 2) * PER_OCTAVE + 2;

impl Ladder {
    /// A ladder over ascending, finite, positive `seconds`.
    pub(crate) fn new(seconds: &[f64]) -> Self {
        let classic: Vec<u64> = seconds.iter().map(|bound| edge_of(*bound)).collect();
        let mut edges: Vec<u64> = exponential().chain(classic.iter().copied()).collect();
        edges.sort_unstable();
        edges.dedup();
        edges.retain(|edge| *edge <= HIGHEST);
        edges.push(u64::MAX);
        let position = |count: u64| index(edges.partition_point(|edge| *edge <= count));
        let mut first: Vec<u16> =
            (0..OCTAVES).map(|octave| position(lowest_of(octave * SLOTS))).collect();
        let mut slots = Box::new([Slot { index: 0, cell: 0 }; OCTAVES * SLOTS]);
        for (place, slot) in slots.iter_mut().enumerate() {
            let index = position(lowest_of(place));
            *slot = Slot { index, cell: index - first[place / SLOTS] };
        }
        first.push(index(edges.len()));
        let bucket = |edge: &u64| index(classic.partition_point(|bound| bound < edge));
        let buckets = edges.iter().map(bucket).collect();
        let bounds_of: Vec<u64> = exponential().filter(|bound| *bound <= HIGHEST).collect();
        let exponential = |edge: &u64| index(bounds_of.partition_point(|bound| bound < edge));
        let exponentials = edges.iter().map(exponential).collect();
        let bounds = seconds
            .iter()
            .map(|upper| Bound { upper: *upper, le: canonical(*upper).into_boxed_str() })
            .collect();
        Self { bounds, edges: edges.into(), slots, first: first.into(), buckets, exponentials }
    }

    /// The octave of a duration and its cell within that octave.
    pub(super) fn locate(&self, units: u64) -> (usize, usize) {
        match self.locate_inner(units) {
            Some(found) => found,
            None => self.locate_count(units.min(HIGHEST)),
        }
    }

    /// The same for all but 0 and what is beyond the ladder.
    #[inline(always)]
    pub(super) fn locate_inner(&self, units: u64) -> Option<(usize, usize)> {
        // Upper bounds are inclusive: `n <= bound` is `n - 1 < bound`.
        let count = units.wrapping_sub(1);
        (count < HIGHEST).then(|| self.locate_count(count))
    }

    #[inline(always)]
    fn locate_count(&self, count: u64) -> (usize, usize) {
        let place = slot_of(count);
        let Slot { index, cell } = self.slots[place];
        let (mut index, mut cell) = (usize::from(index), usize::from(cell));
        // SAFETY: `index` begins as a place in `edges`, and the last edge is above every count.
        while unsafe { *self.edges.get_unchecked(index) } <= count {
            (index, cell) = (index + 1, cell + 1);
        }
        (place / SLOTS, cell)
    }

    /// How many cells an octave has.
    pub(super) fn width(&self, octave: usize) -> usize {
        usize::from(self.first[octave + 1] - self.first[octave])
    }

    /// The classic bucket of a cell.
    pub(super) fn bucket(&self, octave: usize, cell: usize) -> usize {
        usize::from(self.buckets[usize::from(self.first[octave]) + cell])
    }

    /// The exponential bucket of a cell, below [`EXPONENTIALS`].
    pub(super) fn exponential(&self, octave: usize, cell: usize) -> usize {
        usize::from(self.exponentials[usize::from(self.first[octave]) + cell])
    }

    /// The place of a cell among all cells.
    pub(super) fn index(&self, octave: usize, cell: usize) -> usize {
        usize::from(self.first[octave]) + cell
    }

    /// How many cells there are.
    pub(super) fn len(&self) -> usize {
        self.edges.len()
    }

    /// The duration in units that a share `quantile` of the durations in `cells` does not exceed: the
    /// upper bound of its cell, at most 9 % too much. `None` without durations; infinite beyond 48 days.
    #[allow(clippy::cast_precision_loss)] // 53 bits of a count or a duration are plenty.
    pub(crate) fn quantile(&self, cells: &[u64], quantile: f64) -> Option<f64> {
        let total: u64 = cells.iter().sum();
        let wanted = (total as f64 * quantile).ceil().max(1.0);
        let mut seen = 0;
        let reached = |(index, count): (usize, &u64)| {
            seen += count;
            (seen as f64 >= wanted).then_some(self.edges[index])
        };
        let edge = cells.iter().enumerate().find_map(reached)?;
        Some(if edge == u64::MAX { f64::INFINITY } else { edge as f64 })
    }

    /// The classic bounds.
    pub(crate) fn bounds(&self) -> &[Bound] {
        &self.bounds
    }
}

/// All exponential bounds in units, rounded down, as edges.
fn exponential() -> impl Iterator<Item = u64> {
    (LOWEST_BITS..=OCTAVES - 2 + LOWEST_BITS)
        .flat_map(|power| MANTISSAS.iter().map(move |mantissa| mantissa >> (63 - power)))
}

/// A classic bound in units, rounded down: multiplying by a power of two is exact.
// Bounds are positive and `as` saturates; a power of two has few bits.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
fn edge_of(seconds: f64) -> u64 {
    (seconds * UNITS_PER_SECOND as f64) as u64
}

/// The slot that a count falls into: those of octave 0 hold one count each, those of octave 1 too,
/// and from there on their width doubles with each octave.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // Shifted to at most five bits.
fn slot_of(count: u64) -> usize {
    let shift = (count | SLOTS as u64).ilog2() as usize - LOWEST_BITS;
    (shift << LOWEST_BITS) + (count >> shift) as usize
}

/// The lowest count that falls into a slot.
fn lowest_of(slot: usize) -> u64 {
    let (octave, slot) = (slot / SLOTS, (slot % SLOTS) as u64);
    match octave {
        0 => slot,
        _ => (SLOTS as u64 + slot) << (octave - 1),
    }
}

#[allow(clippy::cast_possible_truncation)] // At most 51 octaves of 8 cells and 64 classic bounds.
fn index(position: usize) -> u16 {
    position as u16
}

#[cfg(test)]
#[path = "tests/ladder.rs"]
mod tests;
