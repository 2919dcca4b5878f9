//! `health` and `health(..)`: from which figures on a function counts as degraded or failing. Spans kept;
//! touches `errors`.

use crate::errors::Errors;
use crate::literal::{duration, number, text, whole, word};
use crate::option::{Slot, Value, Written, written};
use proc_macro2::{Ident, TokenStream};
use std::time::Duration;
use syn::Expr;

/// How the option is written.
pub(super) const WRITTEN: &str =
    "`health` takes no value; write `health`, or `health(failing(error_ratio = 0.25))`";

const KNOWN: &str = "`degraded`, `failing`, `min_calls`, `window`, `severity`";
const LIMITS: &str =
    "`error_ratio`, `consecutive_failures`, `p95`, `p99`, `since_success`, `panics`";

/// What holds where nothing else is said.
const WINDOW: Duration = Duration::from_secs(300);
const MIN_CALLS: u64 = 10;
const DEGRADED_RATIO: f64 = 0.1;
const FAILING_RATIO: f64 = 0.25;
const CONSECUTIVE: u64 = 5;
const PANICS: u64 = 1;

/// When a function is not well.
#[derive(Clone)]
pub(super) struct Health {
    /// Over how long figures are taken.
    pub(super) window: Duration,
    /// With fewer calls in the window, shares say nothing.
    pub(super) min_calls: u64,
    pub(super) severity: Severity,
    pub(super) degraded: Limits,
    pub(super) failing: Limits,
    /// Where a percentile was asked for, which only an SLO's latency gives a meaning.
    pub(super) percentile: Option<Ident>,
}

/// What a failing function does to the whole.
#[derive(Clone, Copy)]
pub(super) enum Severity {
    Critical,
    Degraded,
    Info,
}

/// The figures from which on it is no better than this; `None` where one does not matter.
#[derive(Clone)]
pub(super) struct Limits {
    pub(super) error_ratio: Option<f64>,
    pub(super) consecutive_failures: Option<u64>,
    pub(super) p95: bool,
    pub(super) p99: bool,
    pub(super) since_success: Option<Duration>,
    pub(super) panics: Option<u64>,
}

impl Default for Health {
    fn default() -> Self {
        let (degraded, failing) = decide(&Asked::default(), &Asked::default());
        let severity = Severity::Degraded;
        Self { window: WINDOW, min_calls: MIN_CALLS, severity, degraded, failing, percentile: None }
    }
}

/// A figure as written.
#[derive(Clone, Copy)]
enum Threshold<T> {
    At(T),
    /// It does not matter.
    Off,
}

impl<T: Copy> Threshold<T> {
    /// The figure in a slot, or what holds where nothing is said.
    fn of(slot: &Slot<Self>, otherwise: Option<T>) -> Option<T> {
        match slot.value() {
            Some(Self::At(figure)) => Some(*figure),
            Some(Self::Off) => None,
            None => otherwise,
        }
    }
}

/// One level as written.
#[derive(Default)]
struct Asked {
    error_ratio: Slot<Threshold<f64>>,
    consecutive_failures: Slot<Threshold<u64>>,
    p95: Slot<bool>,
    p99: Slot<bool>,
    since_success: Slot<Threshold<Duration>>,
    panics: Slot<Threshold<u64>>,
}

#[derive(Default)]
struct Options {
    window: Slot<Duration>,
    min_calls: Slot<u64>,
    severity: Slot<Severity>,
    degraded: Slot<()>,
    failing: Slot<()>,
}

/// Reads what stands between the parentheses, if anything.
pub(super) fn health(list: TokenStream, errors: &mut Errors) -> Health {
    let mut options = Options::default();
    let (mut degraded, mut failing) = (Asked::default(), Asked::default());
    for option in written(list, errors) {
        match option.key.to_string().as_str() {
            "degraded" => level(option, &mut options.degraded, &mut degraded, errors),
            "failing" => level(option, &mut options.failing, &mut failing, errors),
            _ => options.set(option, errors),
        }
    }
    compare(&degraded, &failing, errors);
    let percentile = [&degraded, &failing].into_iter().find_map(|asked| {
        let asked = [&asked.p95, &asked.p99];
        asked.into_iter().find(|slot| slot.value() == Some(&true)).and_then(Slot::key).cloned()
    });
    let (degraded, failing) = decide(&degraded, &failing);
    Health {
        window: options.window.value().copied().unwrap_or(WINDOW),
        min_calls: options.min_calls.value().copied().unwrap_or(MIN_CALLS),
        severity: options.severity.value().copied().unwrap_or(Severity::Degraded),
        degraded,
        failing,
        percentile,
    }
}

impl Options {
    fn set(&mut self, option: Written, errors: &mut Errors) {
        match option.key.to_string().as_str() {
            "window" => {
                let Some((key, value)) = option.assigned(errors, "window = \"5m\"") else { return };
                let Some(window) = duration(&key, &value, ["10s", "1d", "5m"], errors) else {
                    return;
                };
                self.window.set(errors, &key, window);
            }
            "min_calls" => {
                let Some((key, value)) = option.assigned(errors, "min_calls = 20") else { return };
                let Some(calls) = count(&key, &value, errors) else { return };
                self.min_calls.set(errors, &key, calls);
            }
            "severity" => {
                let example = "severity = \"critical\"";
                let Some((key, value)) = option.assigned(errors, example) else { return };
                let Some(severity) = severity(&value, errors) else { return };
                self.severity.set(errors, &key, severity);
            }
            unknown => errors.at(
                option.key.span(),
                format_args!("unknown option `{unknown}` of `health`; expected one of {KNOWN}"),
            ),
        }
    }
}

/// Reads `degraded(..)` or `failing(..)`.
fn level(option: Written, given: &mut Slot<()>, asked: &mut Asked, errors: &mut Errors) {
    let key = option.key;
    let Value::List(list) = option.value else {
        let message = format_args!("`{key}` takes a list; write `{key}(error_ratio = 0.25)`");
        errors.at(key.span(), message);
        return;
    };
    if list.is_empty() {
        let message =
            format_args!("`{key}` is empty; write `{key}(error_ratio = 0.25)` or leave it out");
        errors.at(key.span(), message);
    }
    given.set(errors, &key, ());
    for limit in written(list, errors) {
        asked.set(limit, &key, errors);
    }
}

impl Asked {
    fn set(&mut self, limit: Written, level: &Ident, errors: &mut Errors) {
        match limit.key.to_string().as_str() {
            "error_ratio" => {
                let Some((key, value)) = limit.assigned(errors, "error_ratio = 0.25") else {
                    return;
                };
                let Some(ratio) = or_off(&key, &value, errors, ratio) else { return };
                self.error_ratio.set(errors, &key, ratio);
            }
            "consecutive_failures" => {
                let example = "consecutive_failures = 5";
                let Some((key, value)) = limit.assigned(errors, example) else { return };
                let Some(failures) = or_off(&key, &value, errors, count) else { return };
                self.consecutive_failures.set(errors, &key, failures);
            }
            "panics" => {
                let Some((key, value)) = limit.assigned(errors, "panics = 1") else { return };
                let Some(panics) = or_off(&key, &value, errors, count) else { return };
                self.panics.set(errors, &key, panics);
            }
            "since_success" => {
                let example = "since_success = \"10m\"";
                let Some((key, value)) = limit.assigned(errors, example) else { return };
                let range = |key: &Ident, value: &Expr, errors: &mut Errors| {
                    duration(key, value, ["10s", "7d", "10m"], errors)
                };
                let Some(since) = or_off(&key, &value, errors, range) else { return };
                self.since_success.set(errors, &key, since);
            }
            name @ ("p95" | "p99") => {
                let slot = if name == "p95" { &mut self.p95 } else { &mut self.p99 };
                match &limit.value {
                    Value::Nothing => slot.set(errors, &limit.key, true),
                    Value::Assigned(value) if word(value).is_some_and(|word| word == "off") => {
                        slot.set(errors, &limit.key, false);
                    }
                    Value::Assigned(_) | Value::List(_) => errors.at(
                        limit.key.span(),
                        format_args!(
                            "`{name}` is held against the latency of the SLO; write `{name}`, or `{name} = off`"
                        ),
                    ),
                }
            }
            unknown => errors.at(
                limit.key.span(),
                format_args!("unknown option `{unknown}` of `{level}`; expected one of {LIMITS}"),
            ),
        }
    }
}

/// What was asked for, over what holds by itself.
fn decide(degraded: &Asked, failing: &Asked) -> (Limits, Limits) {
    let degraded = Limits {
        error_ratio: Threshold::of(&degraded.error_ratio, Some(DEGRADED_RATIO)),
        consecutive_failures: Threshold::of(&degraded.consecutive_failures, None),
        p95: degraded.p95.value().copied().unwrap_or(true),
        p99: degraded.p99.value().copied().unwrap_or(false),
        since_success: Threshold::of(&degraded.since_success, None),
        panics: Threshold::of(&degraded.panics, Some(PANICS)),
    };
    let failing = Limits {
        error_ratio: Threshold::of(&failing.error_ratio, Some(FAILING_RATIO)),
        consecutive_failures: Threshold::of(&failing.consecutive_failures, Some(CONSECUTIVE)),
        p95: failing.p95.value().copied().unwrap_or(false),
        p99: failing.p99.value().copied().unwrap_or(false),
        since_success: Threshold::of(&failing.since_success, None),
        panics: Threshold::of(&failing.panics, None),
    };
    (degraded, failing)
}

/// Refuses a degraded level that nobody would ever see, because the function is failing by then.
fn compare(degraded: &Asked, failing: &Asked, errors: &mut Errors) {
    let (soft, hard) = decide(degraded, failing);
    let mut reached = |slot: Option<&Ident>, other: Option<&Ident>, hidden: bool| {
        if let (true, Some(key)) = (hidden, slot.or(other)) {
            errors.at(
                key.span(),
                format_args!(
                    "`{key}` of `degraded` is reached no earlier than that of `failing`, so that it would \
                     never show; lower it, raise the other, or set one of them to `off`"
                ),
            );
        }
    };
    reached(
        degraded.error_ratio.key(),
        failing.error_ratio.key(),
        soft.error_ratio.zip(hard.error_ratio).is_some_and(|(soft, hard)| soft >= hard),
    );
    reached(
        degraded.consecutive_failures.key(),
        failing.consecutive_failures.key(),
        soft.consecutive_failures
            .zip(hard.consecutive_failures)
            .is_some_and(|(soft, hard)| soft >= hard),
    );
    reached(
        degraded.since_success.key(),
        failing.since_success.key(),
        soft.since_success.zip(hard.since_success).is_some_and(|(soft, hard)| soft >= hard),
    );
    // One panic is where both begin by themselves: whoever lets it fail the function means that.
    reached(
        degraded.panics.key(),
        None,
        soft.panics.zip(hard.panics).is_some_and(|(soft, hard)| soft >= hard),
    );
}

/// A figure that `read` reads, or `off`.
fn or_off<T>(
    key: &Ident,
    value: &Expr,
    errors: &mut Errors,
    read: impl FnOnce(&Ident, &Expr, &mut Errors) -> Option<T>,
) -> Option<Threshold<T>> {
    if word(value).is_some_and(|word| word == "off") {
        return Some(Threshold::Off);
    }
    read(key, value, errors).map(Threshold::At)
}

fn ratio(key: &Ident, value: &Expr, errors: &mut Errors) -> Option<f64> {
    let ratio = number(value).filter(|ratio| (0.0..1.0).contains(ratio));
    if ratio.is_none() {
        errors.over(
            value,
            format_args!(
                "`{key}` takes a literal number from 0 to below 1, such as `0.25`, or `off`"
            ),
        );
    }
    ratio
}

fn count(key: &Ident, value: &Expr, errors: &mut Errors) -> Option<u64> {
    let count = whole(value).filter(|count| (1..=1_000_000).contains(count));
    if count.is_none() {
        errors.over(
            value,
            format_args!("`{key}` takes a literal whole number from 1 to 1000000, such as `5`"),
        );
    }
    count
}

fn severity(value: &Expr, errors: &mut Errors) -> Option<Severity> {
    let severity = text(value).and_then(|(text, _)| match text.as_str() {
        "critical" => Some(Severity::Critical),
        "degraded" => Some(Severity::Degraded),
        "info" => Some(Severity::Info),
        _ => None,
    });
    if severity.is_none() {
        errors.over(value, "`severity` is one of `\"critical\"`, `\"degraded\"` and `\"info\"`");
    }
    severity
}
