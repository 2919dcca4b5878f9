//! Windows and factors of burn-rate alerts, and their arithmetic. Pure functions.
//!
//! Google's "Site Reliability Workbook", chapter 5, "Multiwindow, Multi-Burn-Rate Alerts": an alert fires when, over a
//! long window and a short one, the budget is spent faster than a factor says. A factor is the share of the budget that
//! the long window may spend, times the period, over the long window.

use std::time::Duration;

/// How soon somebody has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Now.
    Page,
    /// Within days.
    Ticket,
}

impl Urgency {
    /// The value of the label `severity`.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

/// A pair of windows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tier {
    /// Of a period of 30 days.
    pub(crate) long: Duration,
    pub(crate) short: Duration,
    /// The share of the budget that the long window may spend.
    pub(super) budget: f64,
    pub(crate) urgency: Urgency,
}

const fn tier(long: u64, short: u64, budget: f64, urgency: Urgency) -> Tier {
    Tier {
        long: Duration::from_secs(long * 60),
        short: Duration::from_secs(short * 60),
        budget,
        urgency,
    }
}

/// Days of the period whose windows stand here.
pub(super) const DAYS: u32 = 30;

/// Periods that an SLO can have, in days.
#[cfg(feature = "artifacts")]
pub(crate) const PERIODS: [u32; 3] = [7, 28, DAYS];

/// The pairs, in minutes.
pub(crate) const TIERS: [Tier; 4] = [
    tier(60, 5, 0.02, Urgency::Page),
    tier(6 * 60, 30, 0.05, Urgency::Page),
    tier(24 * 60, 2 * 60, 0.1, Urgency::Ticket),
    tier(3 * 24 * 60, 6 * 60, 0.1, Urgency::Ticket),
];

/// The windows of all pairs, from the shortest to the longest.
pub(crate) const WINDOWS: [Duration; 7] = [
    TIERS[0].short,
    TIERS[1].short,
    TIERS[0].long,
    TIERS[2].short,
    TIERS[1].long,
    TIERS[2].long,
    TIERS[3].long,
];

/// What a window of a period of 30 days is in one of `days`.
pub(crate) fn scaled(window: Duration, days: u32) -> Duration {
    window * days / DAYS
}

/// What of the budget is spent, as a multiple of what would spend exactly all of it in the period; 0 without calls.
#[allow(clippy::cast_precision_loss)] // 53 bits of a number of calls are plenty.
pub(crate) fn rate(bad: u64, events: u64, objective: f64) -> f64 {
    if events == 0 { 0.0 } else { bad as f64 / events as f64 / (1.0 - objective) }
}

/// Where an alert begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Factor {
    pub(crate) value: f64,
    /// It is lower than the table has it: with so large a budget, not even calls that are all bad would reach that.
    pub(crate) lowered: bool,
}

/// Of the calls, how many must be bad at a factor that was lowered.
const REACHABLE: f64 = 0.8;

/// The factor of a pair, where the budget does not make it unreachable. It is the same for every period, as windows scale.
pub(crate) fn usual(tier: &Tier) -> f64 {
    let period = Duration::from_secs(u64::from(DAYS) * 24 * 60 * 60);
    tidy(tier.budget * period.as_secs_f64() / tier.long.as_secs_f64())
}

/// The factor of a pair for an objective.
pub(crate) fn factor(tier: &Tier, objective: f64) -> Factor {
    let value = usual(tier);
    let lowered = value * (1.0 - objective) >= 1.0;
    Factor { value: if lowered { tidy(REACHABLE / (1.0 - objective)) } else { value }, lowered }
}

/// Percent as a ratio: the number that people would write, where dividing gives `0.9990000000000001`.
pub(crate) fn ratio(percent: f64) -> f64 {
    format!("{percent}e-2").parse().unwrap_or(percent / 100.0)
}

/// Without the digits that floats add: twelve are plenty.
fn tidy(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

/// As Prometheus writes durations: `5m`, `1h24m`, `1m10s`.
pub(crate) fn text(window: Duration) -> String {
    let seconds = window.as_secs();
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let written = parts.iter().filter(|(count, _)| *count > 0);
    let written: Vec<String> = written.map(|(count, unit)| format!("{count}{unit}")).collect();
    written.concat()
}
