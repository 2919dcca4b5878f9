//! How a check is run and what follows from it: what was asked for, and what that comes to.

use super::{
    hysteresis::Thresholds,
    words::{Kind, Severity},
};
use std::time::Duration;

/// What is asked for one check; what is left out has its default.
///
/// `#[health_check]` and `#[derive(HealthCheck)]` write it; by hand it is for [`Part`](super::Part) and
/// [`HealthCheck::options`](super::HealthCheck::options).
///
/// # Example
///
/// ```
/// use observant::health::{CheckOptions, Severity};
/// use std::time::Duration;
///
/// let options = CheckOptions::new()
///     .severity(Severity::Degraded)
///     .timeout(Duration::from_millis(500))
///     .interval(Duration::from_secs(30));
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    pub(crate) name: Option<&'static str>,
    pub(crate) kind: Option<Kind>,
    pub(crate) severity: Option<Severity>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) interval: Option<Duration>,
    pub(crate) initial_delay: Option<Duration>,
    pub(crate) fail_after: Option<u32>,
    pub(crate) pass_after: Option<u32>,
    pub(crate) tags: &'static [&'static str],
    pub(crate) own_runtime: Option<bool>,
}

impl CheckOptions {
    /// Nothing is asked for.
    pub const fn new() -> Self {
        Self {
            name: None,
            kind: None,
            severity: None,
            timeout: None,
            interval: None,
            initial_delay: None,
            fail_after: None,
            pass_after: None,
            tags: &[],
            own_runtime: None,
        }
    }

    /// Its name: letters, digits, `_`, `-`, `.`, and `/` between the parts of a path; at most 128 of them.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// What its verdict is for; readiness unless said otherwise.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// What follows when it fails: critical unless said otherwise, and of an informational one nothing.
    #[must_use]
    pub const fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// How long one run may take, 1 ms to an hour; 2 s unless said otherwise. One that takes longer has failed, whether
    /// it returns or not.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// From one run to the next, 1 ms to an hour; 10 s unless said otherwise. A tenth more or less is left to chance, so
    /// that instances do not ask all at once. While it is down the time doubles with each run, up to 8 times or 30 s,
    /// whichever is less.
    #[must_use]
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Before the first run, at most an hour; none unless said otherwise.
    #[must_use]
    pub const fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = Some(delay);
        self
    }

    /// How many results in a row it takes to get worse; 3 unless said otherwise. The very first result decides alone.
    #[must_use]
    pub const fn fail_after(mut self, results: u32) -> Self {
        self.fail_after = Some(results);
        self
    }

    /// How many results in a row it takes to get better; 2 unless said otherwise.
    #[must_use]
    pub const fn pass_after(mut self, results: u32) -> Self {
        self.pass_after = Some(results);
        self
    }

    /// Words that group checks: `/health?tag=storage` shows those that have it.
    #[must_use]
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// An async check runs on a runtime of ours even where the program has one. Leave it to the program's where the check
    /// uses a pool of it: a connection opened on our runtime would go back to that pool.
    #[must_use]
    pub const fn own_runtime(mut self) -> Self {
        self.own_runtime = Some(true);
        self
    }

    /// What is asked here, and else what is asked for `outer`, which this is a part of. Names are not inherited.
    pub(crate) fn within(self, outer: &Self) -> Self {
        Self {
            name: self.name,
            kind: self.kind.or(outer.kind),
            severity: self.severity.or(outer.severity),
            timeout: self.timeout.or(outer.timeout),
            interval: self.interval.or(outer.interval),
            initial_delay: self.initial_delay.or(outer.initial_delay),
            fail_after: self.fail_after.or(outer.fail_after),
            pass_after: self.pass_after.or(outer.pass_after),
            tags: if self.tags.is_empty() { outer.tags } else { self.tags },
            own_runtime: self.own_runtime.or(outer.own_runtime),
        }
    }
}

/// The longest time that any option takes. Far from where adding it to a point in time could overflow.
const LONGEST: Duration = Duration::from_secs(60 * 60);
const SHORTEST: Duration = Duration::from_millis(1);

/// How a check is run, settled.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) severity: Severity,
    pub(crate) timeout: Duration,
    pub(crate) interval: Duration,
    pub(crate) initial_delay: Duration,
    pub(crate) thresholds: Thresholds,
    pub(crate) tags: &'static [&'static str],
    pub(crate) own_runtime: bool,
}

impl Plan {
    /// What `options` come to, or what is wrong with them.
    pub(crate) fn of(options: &CheckOptions) -> Result<Self, String> {
        let kind = options.kind.unwrap_or_default();
        let usual = if kind == Kind::Informational { Severity::Info } else { Severity::Critical };
        let severity = options.severity.unwrap_or(usual);
        if kind == Kind::Informational && severity == Severity::Critical {
            return Err(
                "is informational and critical; no probe asks it, so say `readiness`, or leave \
                        the severity out"
                    .to_owned(),
            );
        }
        let time = |name: &str, asked: Option<Duration>, usual: Duration, least: Duration| {
            let time = asked.unwrap_or(usual);
            if time < least || time > LONGEST {
                return Err(format!(
                    "has {name} of {time:?}; give it one from {least:?} to an hour"
                ));
            }
            Ok(time)
        };
        let count = |name: &str, asked: Option<u32>, usual: u32| match asked.unwrap_or(usual) {
            0 => Err(format!("has `{name}` at 0; it takes 1 result at least")),
            count => Ok(count),
        };
        Ok(Self {
            kind,
            severity,
            timeout: time("a timeout", options.timeout, Duration::from_secs(2), SHORTEST)?,
            interval: time("an interval", options.interval, Duration::from_secs(10), SHORTEST)?,
            initial_delay: time(
                "an initial delay",
                options.initial_delay,
                Duration::ZERO,
                Duration::ZERO,
            )?,
            thresholds: Thresholds {
                fail_after: count("fail_after", options.fail_after, 3)?,
                pass_after: count("pass_after", options.pass_after, 2)?,
            },
            tags: options.tags,
            own_runtime: options.own_runtime.unwrap_or(false),
        })
    }
}
