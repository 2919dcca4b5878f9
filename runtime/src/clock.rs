//! The one clock: the processor's time-stamp counter where it can be trusted, else the monotonic clock.
//!
//! A reading is a [`Stamp`]; the difference of two is a number of [units](UNITS_PER_SECOND). Until
//! [`calibrate`] has run, stamps are taken from [`Instant`]: calibration takes milliseconds and never
//! happens on a caller's thread. A stamp remembers which source it came from, so a call that is in
//! flight while the source changes is still measured right. This room uses nothing of the crate.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Durations are counted in units of 2^-32 s (about 0.23 ns; a `u64` holds 136 years).
///
/// A power of two, so that the exponential bounds of native histograms, which are powers of two in
/// *seconds*, fall on whole leading bits.
pub(crate) const UNITS_PER_SECOND: u64 = 1 << 32;

/// Marks a stamp taken from the monotonic clock. No counter in use has this bit.
const MONOTONIC: u64 = 1 << 63;

/// A counter that stands higher is not used: it could reach [`MONOTONIC`]. From here it takes decades.
const HIGHEST_TICKS: u64 = 1 << 62;

/// Beside [`MONOTONIC`] in a reading of the counter that was set [aside](Stamp::aside). Alone in none: the monotonic
/// clock takes decades to it as well.
const ASIDE: u64 = 1 << 62;

/// How far counter and monotonic clock may drift apart between two checks: one part in this many.
const DRIFT_TOLERANCE: u64 = 100;

/// One reading of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    /// No moment: what a call has before it starts.
    pub(crate) const NONE: Self = Self(0);

    /// The same, but [`since`] has no answer: so that one look tells everything rare about a call. Only for
    /// [`moment`](Self::moment).
    pub(crate) fn aside(self) -> Self {
        if self.0 & MONOTONIC == 0 { Self(self.0 | MONOTONIC | ASIDE) } else { self }
    }

    /// As a number, and not 0 but for [`NONE`](Self::NONE): what is kept where many look.
    pub(crate) fn to_bits(self) -> u64 {
        self.0
    }

    /// What [`to_bits`](Self::to_bits) gave.
    pub(crate) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// What it was before it was set aside, if it was.
    pub(crate) fn moment(self) -> Self {
        if self.0 & ASIDE == 0 { self } else { Self(self.0 & !(MONOTONIC | ASIDE)) }
    }
}

/// Whether stamps come from the counter. Set by [`calibrate`], cleared for good by [`distrust`].
static COUNTER: AtomicBool = AtomicBool::new(false);
/// Units per counter tick, times 2^32. Not 0 once the counter has ever been used.
static SCALE: AtomicU64 = AtomicU64::new(0);
static BASE: OnceLock<Pair> = OnceLock::new();

/// One moment on both clocks.
#[derive(Clone, Copy, Debug)]
struct Pair {
    instant: Instant,
    ticks: u64,
}

impl Pair {
    /// The tightest of a few pairs: a thread that has to wait between its two readings would put the
    /// scale off.
    fn now() -> Self {
        let attempts = (0..PAIRS).map(|_| {
            let before = counter::read();
            let instant = Instant::now();
            let apart = counter::read().wrapping_sub(before);
            (apart, Self { instant, ticks: before.wrapping_add(apart / 2) })
        });
        let tightest = attempts.min_by_key(|(apart, _)| *apart);
        tightest.map_or_else(|| Self { instant: Instant::now(), ticks: 0 }, |(_, pair)| pair)
    }
}

/// How many pairs are taken to use the best.
const PAIRS: usize = 5;

/// Which source the stamps come from, for `/status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The processor's time-stamp counter.
    Counter,
    /// [`Instant`], which costs about twice as much per reading.
    Monotonic,
}

/// Reads the clock.
#[inline(always)]
pub(crate) fn now() -> Stamp {
    counter().unwrap_or_else(monotonic)
}

/// Reads the counter, if that is the clock.
#[inline(always)]
pub(crate) fn counter() -> Option<Stamp> {
    COUNTER.load(Relaxed).then(|| Stamp(counter::read()))
}

/// Units from `start` to `end`; 0 when the clock stepped back.
#[inline(always)]
pub(crate) fn between(start: Stamp, end: Stamp) -> u64 {
    // Stamps of one source that are in order. A branch that is always taken keeps nothing waiting,
    // where a saturating subtraction would.
    if start.0 <= end.0 && end.0 & MONOTONIC == 0 {
        scale(end.0 - start.0, SCALE.load(Relaxed))
    } else {
        mixed(start, end)
    }
}

/// Units since `start` by the counter, if that is where `start` came from.
#[inline(always)]
pub(crate) fn since(start: Stamp) -> Option<u64> {
    if start.0 & MONOTONIC != 0 {
        return None;
    }
    let ticks = counter::read().checked_sub(start.0)?;
    Some(scale(ticks, SCALE.load(Relaxed)))
}

#[cold]
fn monotonic() -> Stamp {
    let base = BASE.get_or_init(Pair::now);
    let nanoseconds = base.instant.elapsed().as_nanos();
    Stamp(u64::try_from(nanoseconds).unwrap_or(u64::MAX) | MONOTONIC)
}

/// Two monotonic stamps, or one of each source when the source changed in between: then the
/// counter's stamp is translated through the base pair. Or two of the counter that stepped back.
#[cold]
#[inline(never)]
fn mixed(start: Stamp, end: Stamp) -> u64 {
    let nanoseconds = |stamp: Stamp| -> u64 {
        if stamp.0 & MONOTONIC != 0 {
            return stamp.0 & !MONOTONIC;
        }
        let base = BASE.get_or_init(Pair::now);
        let units = scale(stamp.0.saturating_sub(base.ticks), SCALE.load(Relaxed));
        nanoseconds_of(units)
    };
    units_of(Duration::from_nanos(nanoseconds(end).saturating_sub(nanoseconds(start))))
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // 2^63 ticks are centuries; their units still fit.
fn scale(ticks: u64, scale: u64) -> u64 {
    ((u128::from(ticks) * u128::from(scale)) >> 32) as u64
}

/// A duration in units, rounded down.
#[allow(clippy::cast_possible_truncation)] // Saturated before the cast.
pub(crate) fn units_of(duration: Duration) -> u64 {
    let units = (duration.as_nanos() << 32) / 1_000_000_000;
    units.min(u128::from(u64::MAX)) as u64
}

/// Units as nanoseconds, rounded down.
#[allow(clippy::cast_possible_truncation)] // 10^9 / 2^32 < 1, so the result is smaller than `units`.
pub(crate) fn nanoseconds_of(units: u64) -> u64 {
    ((u128::from(units) * 1_000_000_000) >> 32) as u64
}

/// Units as a duration, rounded down to whole nanoseconds.
#[cfg(feature = "testing")]
pub(crate) fn duration(units: u64) -> Duration {
    Duration::from_nanos(nanoseconds_of(units))
}

/// Units as seconds.
#[allow(clippy::cast_precision_loss)] // 53 bits of a duration are plenty.
pub(crate) fn seconds(units: f64) -> f64 {
    units / UNITS_PER_SECOND as f64
}

/// Starts measuring the counter against the monotonic clock. Call early, [`calibrate`] later: the
/// longer the time between the two, the less calibration has to wait.
pub(crate) fn begin() {
    epoch();
    BASE.get_or_init(Pair::now);
}

/// Makes the counter the clock where it can be trusted. Waits until [`begin`] is `window` ago.
///
/// A window of 5 ms gives about 10 parts in a million; [`verify`] refines it as the process ages.
pub(crate) fn calibrate(window: Duration) {
    // A scale without the counter in use is that of a counter given up.
    if SCALE.load(Relaxed) != 0 || !counter::is_trustworthy() {
        return;
    }
    let base = BASE.get_or_init(Pair::now);
    if let Some(rest) = window.checked_sub(base.instant.elapsed()) {
        std::thread::sleep(rest);
    }
    let now = Pair::now();
    if now.ticks > HIGHEST_TICKS {
        return;
    }
    if let Some(scale) = measure(*base, now) {
        SCALE.store(scale, Relaxed);
        COUNTER.store(true, Relaxed);
    }
}

/// Units per tick times 2^32 over the time between two pairs.
#[allow(clippy::cast_possible_truncation)] // Checked against `u64::MAX` first.
fn measure(from: Pair, to: Pair) -> Option<u64> {
    let ticks = u128::from(to.ticks.checked_sub(from.ticks)?);
    let units = u128::from(units_of(to.instant.checked_duration_since(from.instant)?));
    let scale = (units << 32).checked_div(ticks)?;
    (scale != 0 && scale <= u128::from(u64::MAX)).then_some(scale as u64)
}

/// Holds the counter against the monotonic clock; called now and then from our own threads.
///
/// Refines the scale while the two agree and falls back to the monotonic clock for good when they
/// do not (a virtual machine moved to another host, a counter that stopped in sleep). Returns
/// whether the fallback happened just now.
pub(crate) fn verify() -> bool {
    if !COUNTER.load(Relaxed) {
        return false;
    }
    let Some(base) = BASE.get() else { return false };
    agree(SCALE.load(Relaxed), measure(*base, Pair::now()))
}

fn agree(known: u64, measured: Option<u64>) -> bool {
    match measured {
        Some(scale) if scale.abs_diff(known) <= known / DRIFT_TOLERANCE => {
            SCALE.store(scale, Relaxed);
            false
        }
        _ => {
            distrust();
            true
        }
    }
}

/// Uses the monotonic clock from now on.
pub(crate) fn distrust() {
    COUNTER.store(false, Relaxed);
}

/// Seconds since 1970, by the wall clock.
pub(crate) fn wall() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// When this process began to count: the first time somebody asked, which set-up does.
pub(crate) fn epoch() -> f64 {
    static EPOCH: OnceLock<f64> = OnceLock::new();
    *EPOCH.get_or_init(wall)
}

/// Where stamps come from now.
pub(crate) fn source() -> Source {
    if COUNTER.load(Relaxed) { Source::Counter } else { Source::Monotonic }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod counter {
    //! The time-stamp counter of x86 (Intel SDM volume 3, section 19.17; AMD APM volume 2, 13.2.4).

    use std::{
        arch::x86_64::{__cpuid, _rdtsc},
        fs,
    };

    #[inline(always)]
    pub(super) fn read() -> u64 {
        // SAFETY: RDTSC is part of x86-64; it reads a counter and nothing else.
        unsafe { _rdtsc() }
    }

    /// The counter runs at one rate on all cores: the processor says so (CPUID `80000007H`, EDX bit
    /// 8), and Linux, which measures it, has not struck it off its clock sources.
    pub(super) fn is_trustworthy() -> bool {
        const POWER_MANAGEMENT: u32 = 0x8000_0007;
        let highest = __cpuid(0x8000_0000).eax;
        let invariant =
            highest >= POWER_MANAGEMENT && __cpuid(POWER_MANAGEMENT).edx & (1 << 8) != 0;
        let path = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
        let struck_off = fs::read_to_string(path)
            .is_ok_and(|sources| !sources.split_whitespace().any(|source| source == "tsc"));
        invariant && !struck_off
    }
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
mod counter {
    //! The virtual counter of `AArch64` (Arm ARM, D12 "The Generic Timer"): constant rate by design.

    use std::arch::asm;

    #[inline(always)]
    pub(super) fn read() -> u64 {
        let ticks: u64;
        // SAFETY: CNTVCT_EL0 is readable from user space on every supported system; no memory or
        // flags are touched.
        unsafe {
            asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags))
        };
        ticks
    }

    pub(super) fn is_trustworthy() -> bool {
        true
    }
}

#[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod counter {
    //! No counter we know how to read: the monotonic clock it is.

    pub(super) fn read() -> u64 {
        0
    }

    pub(super) fn is_trustworthy() -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_exact_for_whole_and_binary_fractions_of_seconds() {
        assert_eq!(units_of(Duration::from_secs(1)), UNITS_PER_SECOND);
        assert_eq!(units_of(Duration::from_millis(500)), UNITS_PER_SECOND / 2);
        assert_eq!(units_of(Duration::MAX), u64::MAX);
    }

    #[test]
    fn a_clock_that_steps_back_gives_zero() {
        assert_eq!(between(Stamp(100), Stamp(50)), 0);
        assert_eq!(between(Stamp(MONOTONIC | 0x100), Stamp(MONOTONIC | 0x50)), 0);
    }

    #[test]
    fn what_is_set_aside_is_the_same_moment_and_has_no_answer() {
        for ticks in [0, 1, HIGHEST_TICKS - 1] {
            let aside = Stamp(ticks).aside();
            assert_eq!((since(aside), aside.moment()), (None, Stamp(ticks)));
            let monotonic = Stamp(ticks | MONOTONIC);
            assert_eq!((monotonic.aside(), monotonic.moment()), (monotonic, monotonic));
        }
    }

    #[test]
    fn counter_and_monotonic_clock_agree_after_calibration() {
        begin();
        calibrate(Duration::from_millis(5));
        // Between two readings of one clock there is no telling how long the thread had to wait.
        let outer = Instant::now();
        let start = now();
        let inner = Instant::now();
        while inner.elapsed() < Duration::from_millis(20) {}
        let least = units_of(inner.elapsed());
        let measured = between(start, now());
        let most = units_of(outer.elapsed());
        assert!(measured >= least - least / 100, "{measured} units, at least {least}");
        assert!(measured <= most + most / 100, "{measured} units, at most {most}");
    }

    #[test]
    fn a_call_in_flight_across_a_change_of_source_is_measured() {
        begin();
        let start = monotonic();
        calibrate(Duration::from_millis(5));
        let instant = Instant::now();
        while instant.elapsed() < Duration::from_millis(10) {}
        let units = between(start, now());
        assert!(units >= units_of(Duration::from_millis(10)), "{units}");
        assert!(units < units_of(Duration::from_secs(60)), "{units}");
    }

    #[test]
    #[ignore = "changes the clock of its whole process; the next test runs it in one of its own"]
    fn gives_up_the_counter() {
        begin();
        calibrate(Duration::from_millis(5));
        let known = 7_000_000_000;
        let refined = known + known / 1_000;
        COUNTER.store(true, Relaxed);
        assert!(!agree(known, Some(refined)));
        assert_eq!((source(), SCALE.load(Relaxed)), (Source::Counter, refined));
        for drifted in [Some(known + known / 10), None] {
            COUNTER.store(true, Relaxed);
            assert!(agree(known, drifted));
            assert_eq!((source(), SCALE.load(Relaxed)), (Source::Monotonic, refined));
        }
        calibrate(Duration::from_millis(5));
        assert_eq!(source(), Source::Monotonic);
    }

    #[test]
    #[cfg(not(miri))]
    fn a_counter_that_drifts_is_given_up_and_stays_so() {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "clock::tests::gives_up_the_counter"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
}
