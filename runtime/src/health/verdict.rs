//! What one run of a check found: a status, a reason code, an error's type, and a text for the log alone.

use super::words::Status;
use crate::observe::error_type_of;
use std::fmt::Display;

/// Characters of an error's text that are logged.
const LONGEST_TEXT: usize = 1_000;

/// What one run of a check found.
///
/// Most checks return `()` or a `Result` and need none; see [`CheckResult`].
///
/// # Example
///
/// ```
/// use observant::{health::Verdict, health_check};
///
/// # fn replication_lag() -> u64 { 3 }
/// #[health_check(readiness, degraded, interval = "10s")]
/// fn replica() -> Verdict {
///     match replication_lag() {
///         0..10 => Verdict::pass(),
///         10..60 => Verdict::degraded("lagging"),
///         _ => Verdict::fail("too_far_behind"),
///     }
/// }
/// # assert!(replica().is_pass());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub(crate) status: Status,
    pub(crate) reason: &'static str,
    pub(crate) error_type: Option<&'static str>,
    /// Shown to nobody but the log.
    pub(crate) text: Option<String>,
    pub(crate) observed: Option<Observed>,
}

/// The figure that a verdict was reached by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Observed {
    pub(crate) value: f64,
    /// Where it begins to be bad.
    pub(crate) threshold: f64,
    /// `seconds`, `ratio`, `calls`.
    pub(crate) unit: &'static str,
}

/// Reasons that are ours.
pub(crate) mod reason {
    /// The check returned an error.
    pub(crate) const ERROR: &str = "error";
    /// It panicked.
    pub(crate) const PANIC: &str = "panic";
    /// It took longer than its timeout, and was given up.
    pub(crate) const TIMEOUT: &str = "timeout";
    /// It was given up before and still has not returned, so that it was not started again.
    pub(crate) const STUCK: &str = "stuck";
    /// The runtime it runs on ended.
    pub(crate) const CANCELLED: &str = "cancelled";
    /// It has not run yet.
    pub(crate) const NOT_RUN_YET: &str = "not_run_yet";
    /// It has not run for too long.
    pub(crate) const STALE: &str = "stale";
    /// Of those that pass.
    pub(crate) const NONE: &str = "";
}

impl Verdict {
    const fn new(status: Status, reason: &'static str) -> Self {
        Self { status, reason, error_type: None, text: None, observed: None }
    }

    /// All is well.
    pub const fn pass() -> Self {
        Self::new(Status::Pass, reason::NONE)
    }

    /// It works, and not as it should. `reason` is a short code for machines, such as `lagging`; whoever may see details
    /// sees it.
    pub const fn degraded(reason: &'static str) -> Self {
        Self::new(Status::Degraded, reason)
    }

    /// It does not work. `reason` is a short code for machines, such as `disk_full`; whoever may see details sees it.
    pub const fn fail(reason: &'static str) -> Self {
        Self::new(Status::Fail, reason)
    }

    /// A failure of this type, whose text goes to the log. An expansion calls it for errors with a label.
    #[doc(hidden)]
    pub fn of_error(error_type: &'static str, text: &dyn Display) -> Self {
        let text = text.to_string().chars().take(LONGEST_TEXT).collect();
        let mut verdict = Self::fail(reason::ERROR);
        verdict.error_type = Some(error_type);
        verdict.text = Some(text);
        verdict
    }

    /// What the log says of it beside its reason. No page shows it.
    #[must_use]
    pub fn with_text(mut self, text: impl Display) -> Self {
        self.text = Some(text.to_string().chars().take(LONGEST_TEXT).collect());
        self
    }

    /// The figure it was reached by.
    #[allow(dead_code)] // By rooms that judge functions.
    pub(crate) fn observed(mut self, value: f64, threshold: f64, unit: &'static str) -> Self {
        self.observed = Some(Observed { value, threshold, unit });
        self
    }

    /// The status found.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether all is well.
    pub fn is_pass(&self) -> bool {
        self.status == Status::Pass
    }

    /// The code of what is wrong; empty for one that passes.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// The type of the error, if it was one.
    pub fn error_type(&self) -> Option<&'static str> {
        self.error_type
    }
}

/// What a check may return.
///
/// `()` passes. `Ok` passes, or is what the value in it says; `Err` fails with the reason `error` and the error's type
/// as `error_type`: the variant if it derives [`Label`](trait@crate::Label) and the check is `#[health_check]`, else the
/// name of the type. The error's text goes to the log once, when the check goes down, and is shown nowhere else. A
/// [`Verdict`] says more than that. `bool` is not among them: it does not say why.
#[diagnostic::on_unimplemented(
    message = "a health check cannot return `{Self}`",
    label = "this does not say whether the check passes, and why not",
    note = "a check returns `()`, `Result<(), E>` where `E: Display`, or `observant::health::Verdict`"
)]
pub trait CheckResult {
    /// The verdict it stands for.
    fn into_verdict(self) -> Verdict;
}

impl CheckResult for () {
    fn into_verdict(self) -> Verdict {
        Verdict::pass()
    }
}

impl CheckResult for Verdict {
    fn into_verdict(self) -> Verdict {
        self
    }
}

impl<T: CheckResult, E: Display> CheckResult for Result<T, E> {
    fn into_verdict(self) -> Verdict {
        match self {
            Ok(value) => value.into_verdict(),
            Err(error) => Verdict::of_error(error_type_of::<E>(), &error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_judged_by_what_they_hold() {
        assert!(().into_verdict().is_pass());
        let fine: Result<(), std::fmt::Error> = Ok(());
        assert!(fine.into_verdict().is_pass());
        let inner: Result<Verdict, std::fmt::Error> = Ok(Verdict::degraded("slow"));
        assert_eq!(inner.into_verdict().status(), Status::Degraded);
    }

    #[test]
    fn an_error_is_its_type_and_its_text_is_kept_apart() {
        let error = "password=hunter2".parse::<u8>().unwrap_err();
        let verdict = Err::<(), _>(error).into_verdict();
        assert_eq!((verdict.status(), verdict.reason()), (Status::Fail, "error"));
        assert_eq!(verdict.error_type(), Some("ParseIntError"));
        assert_eq!(verdict.text.as_deref(), Some("invalid digit found in string"));
        let opaque: Result<(), Box<dyn std::error::Error>> = Err("x".repeat(5_000).into());
        let verdict = opaque.into_verdict();
        assert_eq!(verdict.error_type(), Some("_OTHER"));
        assert_eq!(verdict.text.unwrap().len(), LONGEST_TEXT);
    }
}
