//! Which traces are recorded: decided once in a process, where a trace begins or enters it.
//!
//! What is decided for a span holds for its children; so a trace is recorded whole or not at all. The
//! decision is a few loads of atomics: it happens on the way of a call.

use super::{RANDOM, SAMPLED, SpanContext, TraceId};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Which traces are recorded (OpenTelemetry trace SDK, "Sampling"). Metrics are never sampled.
///
/// # Example
///
/// ```
/// use observant::Sampler;
///
/// let tenth = Sampler::parent_based(Sampler::ratio(0.1));
/// assert_eq!(tenth.to_string(), "parentbased_traceidratio(0.1)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    root: Root,
    parent_based: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Root {
    On,
    Off,
    Ratio(f64),
}

impl Default for Sampler {
    /// Every trace, unless it comes from elsewhere and is not recorded there.
    fn default() -> Self {
        Self::parent_based(Self::always_on())
    }
}

impl Sampler {
    /// Every trace.
    pub const fn always_on() -> Self {
        Self { root: Root::On, parent_based: false }
    }

    /// None.
    pub const fn always_off() -> Self {
        Self { root: Root::Off, parent_based: false }
    }

    /// This share of traces, 0 to 1, chosen by their ids: services that sample at one ratio choose
    /// the same traces. A number outside is brought to the nearest within, and NaN to 0.
    pub const fn ratio(share: f64) -> Self {
        let share = if share > 1.0 {
            1.0
        } else if share >= 0.0 {
            share
        } else {
            0.0
        };
        Self { root: Root::Ratio(share), parent_based: false }
    }

    /// For traces from elsewhere what their flag says, for others `root`.
    pub const fn parent_based(root: Self) -> Self {
        Self { root: root.root, parent_based: true }
    }
}

impl std::fmt::Display for Sampler {
    /// As `OTEL_TRACES_SAMPLER` calls it, the argument in parentheses.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.parent_based {
            f.write_str("parentbased_")?;
        }
        match self.root {
            Root::On => f.write_str("always_on"),
            Root::Off => f.write_str("always_off"),
            Root::Ratio(share) => write!(f, "traceidratio({share})"),
        }
    }
}

/// The part of a trace id that decides is below this: 2^63 is every trace, 0 none.
static THRESHOLD: AtomicU64 = AtomicU64::new(EVERY);
const EVERY: u64 = 1 << 63;

/// Whether the flag of a trace from elsewhere decides.
static PARENT_BASED: AtomicU8 = AtomicU8::new(1);

/// How many recorded traces from elsewhere are let in a second.
static FORCED_PER_SECOND: AtomicU64 = AtomicU64::new(UNLIMITED);
const UNLIMITED: u64 = u64::MAX;

/// Samples like this from now on, and lets the flags from elsewhere force at most so many traces a second.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
pub(crate) fn set_sampler(sampler: Sampler, forced_per_second: Option<u32>) {
    let threshold = match sampler.root {
        Root::On => EVERY,
        Root::Off => 0,
        Root::Ratio(share) => (share * EVERY as f64) as u64, // 0 to 1: fits
    };
    THRESHOLD.store(threshold, Relaxed);
    PARENT_BASED.store(sampler.parent_based.into(), Relaxed);
    FORCED_PER_SECOND.store(forced_per_second.map_or(UNLIMITED, u64::from), Relaxed);
}

/// Where a trace is decided upon: its id and its flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) trace_id: TraceId,
    pub(crate) flags: u8,
}

#[cfg(test)]
impl Decision {
    pub(crate) fn is_sampled(self) -> bool {
        self.flags & SAMPLED != 0
    }
}

/// Decides for the first span in this process of a trace: one that begins here, or comes from `parent`.
pub(crate) fn decide_root(parent: Option<&SpanContext>) -> Decision {
    match parent {
        None => {
            let trace_id = TraceId::generate();
            Decision { trace_id, flags: RANDOM | chosen(trace_id) }
        }
        Some(parent) => decide_remote(parent),
    }
}

#[cold]
fn decide_remote(parent: &SpanContext) -> Decision {
    let trace_id = parent.trace_id();
    let kept = parent.flags() & RANDOM;
    let sampled = if PARENT_BASED.load(Relaxed) == 0 {
        chosen(trace_id)
    } else if !parent.is_sampled() {
        0
    } else if parent.is_remote() && !is_let_in() {
        // Whoever sends flags must not decide what we spend; by its id it may still be chosen.
        chosen(trace_id)
    } else {
        SAMPLED
    };
    Decision { trace_id, flags: kept | sampled }
}

/// The flag for a trace by its id: as the SDKs of Go and Rust choose, by the 63 bits after the first
/// of the last eight bytes.
#[inline]
#[allow(clippy::cast_possible_truncation)] // The last eight bytes are meant.
pub(super) fn chosen(trace_id: TraceId) -> u8 {
    u8::from((trace_id.number() as u64) >> 1 < THRESHOLD.load(Relaxed))
}

/// A bucket of tokens that fills at [`FORCED_PER_SECOND`] and holds those of one second.
fn is_let_in() -> bool {
    let rate = FORCED_PER_SECOND.load(Relaxed);
    rate == UNLIMITED || rate > 0 && Tokens::take(&TOKENS, rate, monotonic())
}

static TOKENS: AtomicU64 = AtomicU64::new(0);

fn monotonic() -> Duration {
    use std::{sync::OnceLock, time::Instant};
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed() + Duration::from_secs(1)
}

/// When, in nanoseconds, the bucket was or will be empty: one number, so that taking is one exchange.
struct Tokens;

impl Tokens {
    fn take(empty_at: &AtomicU64, rate: u64, now: Duration) -> bool {
        const SECOND: u64 = 1_000_000_000;
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let cost = SECOND / rate;
        let taken = empty_at.fetch_update(Relaxed, Relaxed, |empty_at| {
            let from = empty_at.max(now.saturating_sub(SECOND));
            let after = from.saturating_add(cost);
            (after <= now).then_some(after)
        });
        taken.is_ok()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::span::SpanId;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// Samplers are of the process, and so are the spans that wait to be taken; tests of them take turns.
    pub(crate) fn turn() -> MutexGuard<'static, ()> {
        static TURN: Mutex<()> = Mutex::new(());
        TURN.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs it while spans are sampled like this.
    pub(crate) fn with<R>(sampler: Sampler, limit: Option<u32>, run: impl FnOnce() -> R) -> R {
        let _turn = turn();
        set_sampler(sampler, limit);
        let result = run();
        set_sampler(Sampler::default(), None);
        result
    }

    fn share(runs: u32) -> f64 {
        let sampled = (0..runs).filter(|_| decide_root(None).is_sampled()).count();
        f64::from(u32::try_from(sampled).unwrap()) / f64::from(runs)
    }

    fn remote(id: u128, flags: u8) -> SpanContext {
        SpanContext::remote(TraceId::new(id).unwrap(), SpanId::new(1).unwrap(), flags, None)
    }

    #[test]
    #[allow(clippy::float_cmp)] // Whole numbers.
    fn all_none_and_a_share() {
        assert_eq!(with(Sampler::always_on(), None, || share(1_000)), 1.0);
        assert_eq!(with(Sampler::always_off(), None, || share(1_000)), 0.0);
        assert_eq!(with(Sampler::ratio(1.0), None, || share(1_000)), 1.0);
        assert_eq!(with(Sampler::ratio(f64::NAN), None, || share(1_000)), 0.0);
        let quarter = with(Sampler::ratio(0.25), None, || share(20_000));
        assert!((0.22..0.28).contains(&quarter), "{quarter}");
    }

    #[test]
    fn a_share_is_chosen_by_the_last_eight_bytes_of_the_id() {
        with(Sampler::ratio(0.5), None, || {
            let of = |id| decide_root(Some(&remote(id, 0))).is_sampled();
            assert!(of(1) && of(u128::MAX << 64 | 0x7fff_ffff_ffff_ffff));
            assert!(!of(0x8000_0000_0000_0000) && !of(1 << 64 | 0xffff_ffff_ffff_ffff));
        });
    }

    #[test]
    fn a_flag_from_elsewhere_decides_where_it_is_asked() {
        with(Sampler::parent_based(Sampler::always_off()), None, || {
            assert!(decide_root(Some(&remote(9, SAMPLED))).is_sampled());
            assert!(!decide_root(Some(&remote(9, 0))).is_sampled());
        });
        with(Sampler::always_on(), None, || {
            let decision = decide_root(Some(&remote(9, RANDOM)));
            assert_eq!(decision.flags, SAMPLED | RANDOM);
        });
    }

    #[test]
    fn forced_traces_are_let_in_at_a_rate() {
        let empty_at = AtomicU64::new(0);
        let second = Duration::from_secs(1);
        let take = |now| Tokens::take(&empty_at, 10, now);
        assert_eq!((0..100).filter(|_| take(second * 5)).count(), 10);
        assert_eq!((0..100).filter(|_| take(second * 5 + second / 2)).count(), 5);
        assert_eq!((0..100).filter(|_| take(second * 9)).count(), 10);
        with(Sampler::parent_based(Sampler::always_off()), Some(3), || {
            let start = std::time::Instant::now();
            let let_in = (0..1_000).filter(|_| decide_root(Some(&remote(9, SAMPLED))).is_sampled());
            let let_in = u64::try_from(let_in.count()).unwrap();
            let most = 4 + 3 * start.elapsed().as_secs();
            assert!((3..=most).contains(&let_in), "{let_in}");
        });
        with(Sampler::parent_based(Sampler::always_off()), Some(0), || {
            assert!(!decide_root(Some(&remote(9, SAMPLED))).is_sampled());
        });
    }
}
