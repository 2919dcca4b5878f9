//! The partition of durations against independent arithmetic: whole numbers of any size.

use super::{EXPONENTIALS, HIGHEST, Ladder, OCTAVES, PER_OCTAVE, SLOTS, lowest_of};
use proptest::{collection, prelude::*};
use std::sync::LazyLock;

const CASES: u32 = if cfg!(miri) { 2 } else { 400 };

fn config() -> ProptestConfig {
    // Under miri there is no file system to remember failures in.
    ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() }
}

/// A product of whole numbers, least significant digit first, base 2^32.
fn times(number: &[u32], factor: u64) -> Vec<u32> {
    let mut product = Vec::with_capacity(number.len() + 2);
    let mut carry = 0_u128;
    for digit in number {
        carry += u128::from(*digit) * u128::from(factor);
        product.push(u32::try_from(carry & 0xffff_ffff).unwrap());
        carry >>= 32;
    }
    while carry > 0 {
        product.push(u32::try_from(carry & 0xffff_ffff).unwrap());
        carry >>= 32;
    }
    product
}

/// The lowest `i` with `units <= 2^(i/8)`, exactly: the eighth power is compared with `2^i`.
fn exponential_bucket(units: u64) -> u32 {
    let power = (0..PER_OCTAVE).fold(vec![1_u32], |power, _| times(&power, units));
    let highest = power.iter().rposition(|digit| *digit != 0).unwrap();
    let bits = u32::try_from(highest).unwrap() * 32 + power[highest].ilog2();
    let is_power_of_two =
        power[..highest].iter().all(|digit| *digit == 0) && power[highest].is_power_of_two();
    if is_power_of_two { bits } else { bits + 1 }
}

/// floor(seconds * 2^32), from the bits of the number.
fn floor_units(seconds: f64) -> u128 {
    let bits = seconds.to_bits();
    let exponent = i32::try_from(bits >> 52 & 0x7ff).unwrap() - 1075 + 32;
    let mantissa = u128::from(bits & ((1 << 52) - 1) | 1 << 52);
    if exponent >= 0 { mantissa << exponent } else { mantissa >> exponent.unsigned_abs() }
}

/// Where a duration belongs by the definition of the classic view: bounds are inclusive.
fn classic_bucket(bounds: &[f64], units: u64) -> usize {
    bounds.iter().position(|bound| u128::from(units) <= floor_units(*bound)).unwrap_or(bounds.len())
}

/// The highest whole number in each exponential bucket, by bisection.
static EXPONENTIAL: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let lowest = exponential_bucket(16);
    let highest = exponential_bucket(HIGHEST);
    (lowest..=highest)
        .map(|bucket| {
            let (mut inside, mut outside) = (1, HIGHEST + 1);
            while outside - inside > 1 {
                let middle = inside + (outside - inside) / 2;
                if exponential_bucket(middle) <= bucket {
                    inside = middle;
                } else {
                    outside = middle;
                }
            }
            inside
        })
        .collect()
});

/// All boundaries there must be, ascending.
fn edges(bounds: &[f64]) -> Vec<u64> {
    let classic = bounds.iter().map(|bound| u64::try_from(floor_units(*bound)).unwrap());
    let mut edges: Vec<u64> = EXPONENTIAL.iter().copied().chain(classic).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The place of a duration among all cells.
fn place(ladder: &Ladder, units: u64) -> usize {
    let (octave, cell) = ladder.locate(units);
    assert!(cell < ladder.width(octave), "{units} is beyond the cells of its octave");
    ladder.index(octave, cell)
}

fn check(bounds: &[f64], ladder: &Ladder, edges: &[u64], units: u64) {
    let (octave, cell) = ladder.locate(units);
    let naive = classic_bucket(bounds, units);
    assert_eq!(ladder.bucket(octave, cell), naive, "classic bucket of {units} in {bounds:?}");
    let expected = edges.partition_point(|edge| *edge < units);
    assert_eq!(place(ladder, units), expected, "cell of {units} in {bounds:?}");
    let exponential = match units {
        ..=16 => 0,
        17..=HIGHEST => {
            usize::try_from(exponential_bucket(units) - exponential_bucket(16)).unwrap()
        }
        _ => EXPONENTIALS - 1,
    };
    assert_eq!(ladder.exponential(octave, cell), exponential, "exponential bucket of {units}");
}

/// Every edge, its neighbours, and the ends of the range.
fn neighbours(edges: &[u64]) -> impl Iterator<Item = u64> {
    let around = |edge: &u64| [edge.saturating_sub(1), *edge, edge.saturating_add(1)];
    edges.iter().flat_map(around).chain([0, 1, HIGHEST, HIGHEST + 1, u64::MAX - 1, u64::MAX])
}

fn some_bounds() -> impl Strategy<Value = Vec<f64>> {
    // Evenly over the magnitudes a function may ask for, 1e-8 to 2^22 s.
    let bound = (-26.5_f64..22.0).prop_map(f64::exp2);
    let round = prop_oneof![Just(1e-8), Just(0.5), Just(1.0), Just(2.0), Just(4_194_304.0)];
    collection::vec(prop_oneof![9 => bound, 1 => round], 1..=64).prop_map(|mut bounds| {
        bounds.sort_unstable_by(f64::total_cmp);
        bounds.dedup();
        bounds
    })
}

/// Evenly over the magnitudes.
fn some_units() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0_u32..64).prop_map(|(bits, shift)| bits >> shift)
}

const PRESETS: [&[f64]; 3] = [
    crate::callsite::Buckets::Default.seconds(),
    crate::callsite::Buckets::Micro.seconds(),
    crate::callsite::Buckets::Slow.seconds(),
];

#[test]
fn every_edge_of_the_presets_is_exact() {
    for bounds in &PRESETS[..if cfg!(miri) { 1 } else { 3 }] {
        let (ladder, edges) = (Ladder::new(bounds), edges(bounds));
        assert_eq!(ladder.len(), edges.len() + 1);
        for units in neighbours(&edges) {
            check(bounds, &ladder, &edges, units);
        }
    }
}

#[test]
fn exponential_bounds_are_the_eighth_roots() {
    // 2^(32 + i/8) units are 2^(i/8) seconds: whole powers are themselves, and inclusive.
    assert_eq!(exponential_bucket(1 << 32), 256);
    assert_eq!(exponential_bucket((1 << 32) + 1), 257);
    let edges = &*EXPONENTIAL;
    assert_eq!(edges.len(), (OCTAVES - 2) * PER_OCTAVE + 1);
    assert_eq!((edges[0], edges[edges.len() - 1]), (16, HIGHEST));
}

#[test]
fn cells_of_all_octaves_follow_one_another() {
    for bounds in PRESETS {
        let ladder = Ladder::new(bounds);
        let mut next = 0;
        let mut bucket = 0;
        for octave in 0..OCTAVES {
            assert!(ladder.width(octave) > 0, "octave {octave} has no cell");
            for cell in 0..ladder.width(octave) {
                assert_eq!(ladder.index(octave, cell), next);
                let own = ladder.bucket(octave, cell);
                assert!(own == bucket || own == bucket + 1, "classic buckets are skipped");
                (next, bucket) = (next + 1, own);
            }
        }
        assert_eq!((next, bucket), (ladder.len(), bounds.len()));
    }
}

#[test]
fn the_look_up_advances_two_steps_at_most_in_the_presets() {
    for bounds in PRESETS {
        let ladder = Ladder::new(bounds);
        for slot in 0..OCTAVES * SLOTS - SLOTS {
            let first = ladder.slots[slot].index;
            let last = ladder.edges.partition_point(|edge| *edge < lowest_of(slot + 1));
            assert!(last - usize::from(first) <= 2, "slot {slot} of {bounds:?}");
        }
    }
}

#[test]
fn a_bound_is_inclusive_to_the_unit() {
    let ladder = Ladder::new(&[0.1, 1.0]);
    // 0.1 is a little more than a tenth: 429496729.6 units, rounded down.
    let bucket = |units| {
        let (octave, cell) = ladder.locate(units);
        ladder.bucket(octave, cell)
    };
    assert_eq!([429_496_729, 429_496_730].map(bucket), [0, 1]);
    assert_eq!([1 << 32, (1 << 32) + 1].map(bucket), [1, 2]);
}

#[test]
fn bounds_within_one_unit_share_an_edge() {
    let bounds = [1.0, 1.0 + f64::EPSILON, 1.0 + 2.0 * f64::EPSILON];
    let ladder = Ladder::new(&bounds);
    let (octave, cell) = ladder.locate(1 << 32);
    assert_eq!(ladder.bucket(octave, cell), 0);
    let (octave, cell) = ladder.locate((1 << 32) + 1);
    assert_eq!(ladder.bucket(octave, cell), 3);
}

#[test]
fn quantiles_are_upper_bounds_of_cells() {
    let ladder = Ladder::new(&[1.0]);
    let mut cells = vec![0; ladder.len()];
    assert_eq!(ladder.quantile(&cells, 0.5), None);
    let second = 1_u64 << 32;
    cells[place(&ladder, second)] = 99;
    cells[place(&ladder, u64::MAX)] = 1;
    let exactly = f64::from(u32::MAX) + 1.0;
    assert_eq!(ladder.quantile(&cells, 0.0), Some(exactly));
    assert_eq!(ladder.quantile(&cells, 0.99), Some(exactly));
    assert_eq!(ladder.quantile(&cells, 1.0), Some(f64::INFINITY));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_duration_is_in_its_classic_and_its_exponential_bucket(
        bounds in some_bounds(),
        durations in collection::vec(some_units(), if cfg!(miri) { 4 } else { 200 }),
    ) {
        let (ladder, edges) = (Ladder::new(&bounds), edges(&bounds));
        prop_assert_eq!(ladder.len(), edges.len() + 1);
        for units in durations {
            check(&bounds, &ladder, &edges, units);
        }
        for bound in &bounds {
            let edge = u64::try_from(floor_units(*bound)).unwrap();
            for units in neighbours(&[edge]) {
                check(&bounds, &ladder, &edges, units);
            }
        }
    }

    #[test]
    fn durations_of_one_cell_have_one_exponential_bucket(
        bounds in some_bounds(),
        units in 17_u64..HIGHEST,
        offset in 1_u64..1 << 20,
    ) {
        let ladder = Ladder::new(&bounds);
        for other in [units + 1, units + offset, units - units / 64] {
            let other = other.min(HIGHEST);
            if place(&ladder, units) == place(&ladder, other) {
                prop_assert_eq!(exponential_bucket(units), exponential_bucket(other));
            }
            prop_assert_eq!(
                place(&ladder, units) <= place(&ladder, other),
                units <= other || place(&ladder, units) == place(&ladder, other)
            );
        }
    }
}
