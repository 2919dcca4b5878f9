//! What a function asks for beyond its figures, as data: an SLO, a verdict on its health, a deadline. Judged by rooms
//! that come later.

/// What the attribute says of a function's spans, of what it promises, and of what it does.
#[derive(Clone, Copy, Debug)]
pub struct Extras {
    /// Its spans.
    pub spans: super::Spans,
    /// What it asks for.
    pub wishes: Wishes,
    /// What it does, where that is said.
    pub nature: Option<super::Nature>,
}

impl Extras {
    /// Nothing is said.
    pub(super) const NONE: &Self =
        &Self { spans: super::Spans::PLAIN, wishes: Wishes::NONE, nature: None };
}

/// What a function asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// `slo(..)`.
    pub slo: Option<Slo>,
    /// `health` or `health(..)`.
    pub health: Option<Health>,
    /// `deadline = ..`, in nanoseconds.
    pub deadline: Option<u64>,
}

impl Wishes {
    /// Nothing.
    pub const NONE: Self = Self { slo: None, health: None, deadline: None };

    /// What calls may take at the most to be fast, in seconds.
    pub(crate) const fn latency(&self) -> Option<f64> {
        match self.slo {
            Some(Slo { latency: Some(Latency { seconds, .. }), .. }) => Some(seconds),
            _ => None,
        }
    }

    /// Whether it matters how many calls failed one after the other.
    pub(crate) fn counts_failures(&self) -> bool {
        self.health.is_some_and(|health| {
            let levels = [&health.degraded, &health.failing];
            levels.iter().any(|limits| limits.consecutive_failures.is_some())
        })
    }
}

/// What share of calls must go well, or fast, and over how long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slo {
    /// What it is called; as the function, where nothing is said.
    pub name: Option<&'static str>,
    /// Percent of calls that end well.
    pub success: Option<f64>,
    /// How many are fast.
    pub latency: Option<Latency>,
    /// Days over which that holds.
    pub days: u32,
}

/// The promise of how long calls take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latency {
    /// What a fast call takes at the most.
    pub seconds: f64,
    /// Percent of calls that are fast.
    pub percent: f64,
}

/// When a function is not well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Health {
    /// Over how long figures are taken, in nanoseconds.
    pub window: u64,
    /// With fewer calls in the window, shares say nothing.
    pub min_calls: u64,
    /// What a failing function does to the whole.
    pub severity: Severity,
    /// From here on it is degraded.
    pub degraded: Limits,
    /// From here on it is failing.
    pub failing: Limits,
}

/// What a failing function does to the whole program's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It is not ready.
    Critical,
    /// It is degraded.
    Degraded,
    /// Nothing; it is shown.
    Info,
}

/// Figures from which on a function is no better than this; `None` where one does not matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// More than this share of calls in the window failed.
    pub error_ratio: Option<f64>,
    /// As many calls failed one after the other.
    pub consecutive_failures: Option<u64>,
    /// More than 5 % of calls in the window were slower than the SLO's latency.
    pub p95: bool,
    /// More than 1 % were.
    pub p99: bool,
    /// No call went well for longer than this, in nanoseconds.
    pub since_success: Option<u64>,
    /// As many calls in the window panicked.
    pub panics: Option<u64>,
}
