//! Ids of traces and spans, and the random numbers they are made of. Uses nothing of the crate.

use std::{
    cell::Cell,
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

/// The id of a trace: 16 random bytes, not all zero (W3C Trace Context, section 3.2.2.3).
///
/// Shown as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(u128);

/// The id of a span: 8 random bytes, not all zero (W3C Trace Context, section 3.2.2.4).
///
/// Shown as 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(u64);

impl TraceId {
    /// Where there is no trace. Never shown.
    pub(super) const NONE: Self = Self(0);

    /// The id with this number; `None` for 0, which is no id.
    pub const fn new(number: u128) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// A new random one.
    pub(crate) fn generate() -> Self {
        let (high, low) = (random(), random());
        // The last 56 bits are random, as the flag of level 2 promises.
        Self(u128::from(high) << 64 | u128::from(low) | u128::from(low == 0))
    }

    /// The number it is.
    pub const fn number(self) -> u128 {
        self.0
    }

    /// Its bytes, as wires carry them.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl SpanId {
    /// The id with this number; `None` for 0, which is no id.
    pub const fn new(number: u64) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// A new random one.
    #[inline]
    pub(crate) fn generate() -> Self {
        let number = random();
        Self(if number == 0 { 1 } else { number })
    }

    /// The number it is.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Its bytes, as wires carry them.
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Counts the forks this process is the child of: a child must not repeat its parent's numbers.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// This process is a forked child. Safe to call between fork and exec.
pub(crate) extern "C" fn forked() {
    FORKS.fetch_add(1, Relaxed);
}

thread_local! {
    /// The state of this thread's generator, and the fork it was seeded after; zeros before.
    static STATE: Cell<[u64; 4]> = const { Cell::new([0; 4]) };
    static SEEDED: Cell<u32> = const { Cell::new(u32::MAX) };
}

/// A random number: xoshiro256++ 1.0 (Blackman and Vigna, 2019), one generator a thread, seeded with
/// what the operating system gave the standard library. Fit for ids, not for secrets.
#[inline]
pub(crate) fn random() -> u64 {
    if SEEDED.get() != FORKS.load(Relaxed) {
        seed();
    }
    STATE.with(|state| {
        let mut s = state.get();
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        state.set(s);
        result
    })
}

#[cold]
#[inline(never)]
fn seed() {
    let forks = FORKS.load(Relaxed);
    // Each `RandomState` has keys of its own, but a fork copies them: the process tells them apart.
    let keys = RandomState::new();
    let process = std::process::id();
    let word = |index: u64| {
        let mut hasher = keys.build_hasher();
        hasher.write_u64(index);
        hasher.write_u32(process);
        hasher.write_u32(forks);
        hasher.finish()
    };
    // The generator must not be all zeros.
    STATE.set([word(0), word(1), word(2), word(3) | 1]);
    SEEDED.set(forks);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_never_zero_and_show_all_their_digits() {
        assert_eq!(TraceId::new(0), None);
        assert_eq!(SpanId::new(0), None);
        assert_eq!(TraceId::new(0xab).unwrap().to_string(), format!("{}ab", "0".repeat(30)));
        assert_eq!(SpanId::new(0xab).unwrap().to_string(), format!("{}ab", "0".repeat(14)));
    }

    #[test]
    fn threads_draw_different_numbers() {
        let draw = || (0..10_000).map(|_| random()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(draw)).collect();
        let numbers: Vec<_> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len());
    }

    #[test]
    fn every_bit_is_set_half_of_the_time() {
        let mut set = [0_u32; 64];
        for _ in 0..10_000 {
            let number = random();
            for (bit, count) in set.iter_mut().enumerate() {
                *count += u32::try_from(number >> bit & 1).unwrap();
            }
        }
        // Ten standard deviations either way.
        assert!(set.iter().all(|count| (4_500..5_500).contains(count)), "{set:?}");
    }

    #[test]
    fn a_forked_child_draws_other_numbers() {
        random();
        let state = STATE.get();
        let parent = random();
        STATE.set(state);
        forked();
        assert_ne!(random(), parent);
    }
}
