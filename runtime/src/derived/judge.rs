//! Figures held against limits: which of them is beyond, if one is. Pure functions.

use super::{
    figures::Figures,
    text::{calls, duration, ratio},
};
use crate::callsite::{Health, Limits, Wishes};
use std::time::Duration;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Degraded,
    Failing,
}

/// The figure that is beyond its limit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Broken {
    pub(super) level: Level,
    /// Its name, a code for machines.
    pub(super) figure: &'static str,
    pub(super) value: f64,
    pub(super) limit: f64,
    /// `seconds`, `ratio`, `calls`.
    pub(super) unit: &'static str,
    /// For people: `error_ratio 0.31 > 0.25 over 5 min, 120 calls`.
    pub(super) sentence: String,
}

/// Failing beats degraded; of one level, what says most about the cause comes first.
pub(super) fn judge(figures: &Figures, wishes: &Wishes) -> Option<Broken> {
    let deadline = wishes.deadline.map(Duration::from_nanos);
    if let Some(broken) = deadline.and_then(|deadline| overdue(figures, deadline)) {
        return Some(broken);
    }
    let health = wishes.health.as_ref()?;
    let latency = wishes.latency();
    let levels = [(Level::Failing, &health.failing), (Level::Degraded, &health.degraded)];
    levels.into_iter().find_map(|(level, limits)| {
        Judge { figures, health, limits, latency, level }.first_broken()
    })
}

/// A call that lasts longer than any should: an agent that is stuck.
fn overdue(figures: &Figures, deadline: Duration) -> Option<Broken> {
    let oldest = figures.oldest.filter(|oldest| *oldest > deadline)?;
    let sentence = format!(
        "oldest_in_flight {} > {}, {} in flight",
        duration(oldest),
        duration(deadline),
        calls(figures.in_flight as u64)
    );
    let (value, limit) = (oldest.as_secs_f64(), deadline.as_secs_f64());
    Some(Broken {
        level: Level::Failing,
        figure: "oldest_in_flight",
        value,
        limit,
        unit: "seconds",
        sentence,
    })
}

/// One level of one function.
struct Judge<'j> {
    figures: &'j Figures,
    health: &'j Health,
    limits: &'j Limits,
    latency: Option<f64>,
    level: Level,
}

#[allow(clippy::cast_precision_loss)] // 53 bits of a number of calls are plenty.
impl Judge<'_> {
    fn first_broken(&self) -> Option<Broken> {
        self.panics()
            .or_else(|| self.consecutive_failures())
            .or_else(|| self.error_ratio())
            .or_else(|| self.percentile("p99", 1, self.limits.p99))
            .or_else(|| self.percentile("p95", 5, self.limits.p95))
            .or_else(|| self.since_success())
    }

    fn broken(
        &self,
        figure: &'static str,
        [value, limit]: [f64; 2],
        unit: &'static str,
        sentence: String,
    ) -> Broken {
        Broken { level: self.level, figure, value, limit, unit, sentence }
    }

    /// `over 5 min, 120 calls`: as long as the window was in truth.
    fn basis(&self) -> String {
        let window = Duration::from_nanos(self.health.window);
        let covered = window.min(self.figures.covered);
        format!("over {}, {}", duration(covered), calls(self.figures.calls))
    }

    fn panics(&self) -> Option<Broken> {
        let (panics, limit) = (self.figures.panicked, self.limits.panics?);
        if panics < limit {
            return None;
        }
        let sentence = format!("panics {panics} >= {limit} {}", self.basis());
        Some(self.broken("panics", [panics as f64, limit as f64], "calls", sentence))
    }

    fn consecutive_failures(&self) -> Option<Broken> {
        let (failures, limit) = (self.figures.consecutive, self.limits.consecutive_failures?);
        if failures < limit {
            return None;
        }
        let sentence = format!("consecutive_failures {failures} >= {limit}");
        Some(self.broken(
            "consecutive_failures",
            [failures as f64, limit as f64],
            "calls",
            sentence,
        ))
    }

    /// With few calls a share says nothing.
    fn has_calls(&self) -> bool {
        self.figures.calls >= self.health.min_calls.max(1)
    }

    fn error_ratio(&self) -> Option<Broken> {
        let limit = self.limits.error_ratio.filter(|_| self.has_calls())?;
        let failed = self.figures.failed as f64 / self.figures.calls as f64;
        if failed <= limit {
            return None;
        }
        let sentence = format!("error_ratio {} > {limit} {}", ratio(failed), self.basis());
        Some(self.broken("error_ratio", [failed, limit], "ratio", sentence))
    }

    /// The percentile is above the latency exactly if more calls are than it leaves: a count, as the latency is a bound
    /// between cells.
    fn percentile(&self, figure: &'static str, percent: u64, asked: bool) -> Option<Broken> {
        let latency = self.latency.filter(|_| asked && self.has_calls())?;
        let (slow, calls) = (self.figures.slow, self.figures.calls);
        if u128::from(slow) * 100 <= u128::from(calls) * u128::from(percent) {
            return None;
        }
        let (share, limit) = (slow as f64 / calls as f64, percent as f64 / 100.0);
        let sentence = format!(
            "{figure} > {}: {} > {limit} of calls were slower {}",
            duration(Duration::from_secs_f64(latency)),
            ratio(share),
            self.basis()
        );
        Some(self.broken(figure, [share, limit], "ratio", sentence))
    }

    fn since_success(&self) -> Option<Broken> {
        let limit = Duration::from_nanos(self.limits.since_success?);
        let since = self.figures.since_success;
        if since <= limit {
            return None;
        }
        let sentence = format!("since_success {} > {}", duration(since), duration(limit));
        Some(self.broken(
            "since_success",
            [since.as_secs_f64(), limit.as_secs_f64()],
            "seconds",
            sentence,
        ))
    }
}
