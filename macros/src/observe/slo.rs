//! `slo(..)`: what share of a function's calls must go well, or fast, over how long. Spans kept; touches
//! `errors`.

use crate::errors::Errors;
use crate::literal::{self, duration, number, text};
use crate::option::{Slot, written};
use proc_macro2::{Ident, TokenStream};
use std::time::Duration;
use syn::Expr;

/// How the option is written.
pub(super) const WRITTEN: &str = "`slo` takes a list; write `slo(success = 99.5)` or `slo(latency = \"500ms\", latency_percent = 95)`";

const KNOWN: &str = "`success`, `latency`, `latency_percent`, `window`, `name`";

/// What a function promises: at least one of the two objectives.
#[derive(Clone)]
pub(super) struct Slo {
    pub(super) name: Option<String>,
    /// Percent of calls that end well.
    pub(super) success: Option<f64>,
    pub(super) latency: Option<Latency>,
    /// Days over which the objectives hold.
    pub(super) days: u32,
}

/// The promise of how long calls take.
#[derive(Clone, Copy)]
pub(super) struct Latency {
    /// What calls may take.
    pub(super) threshold: Duration,
    /// Percent of calls that take no longer.
    pub(super) percent: f64,
}

#[derive(Default)]
struct Options {
    name: Slot<String>,
    success: Slot<f64>,
    latency: Slot<Duration>,
    latency_percent: Slot<f64>,
    window: Slot<u32>,
}

/// Reads what stands between the parentheses of `key`; `None` where something is wrong with it.
pub(super) fn slo(key: &Ident, list: TokenStream, errors: &mut Errors) -> Option<Slo> {
    let mut options = Options::default();
    let mut sound = true;
    for option in written(list, errors) {
        let name = option.key.to_string();
        let example = match name.as_str() {
            "success" => "success = 99.5",
            "latency" => "latency = \"500ms\"",
            "latency_percent" => "latency_percent = 95",
            "window" => "window = \"30d\"",
            "name" => "name = \"checkout\"",
            unknown => {
                errors.at(
                    option.key.span(),
                    format_args!("unknown option `{unknown}` of `slo`; expected one of {KNOWN}"),
                );
                sound = false;
                continue;
            }
        };
        let set = option
            .assigned(errors, example)
            .and_then(|(key, value)| options.set(&name, &key, &value, errors));
        sound &= set.is_some();
    }
    options.decide(key, sound, errors)
}

impl Options {
    fn set(&mut self, name: &str, key: &Ident, value: &Expr, errors: &mut Errors) -> Option<()> {
        match name {
            "success" | "latency_percent" => {
                let percent = percent(key, value, errors)?;
                let success = name == "success";
                let slot = if success { &mut self.success } else { &mut self.latency_percent };
                slot.set(errors, key, percent);
            }
            "latency" => {
                let threshold = duration(key, value, ["10us", "1d", "500ms"], errors)?;
                self.latency.set(errors, key, threshold);
            }
            "window" => {
                let days = days(value, errors)?;
                self.window.set(errors, key, days);
            }
            _ => {
                let name =
                    literal::name(value, "checkout", "call the SLO as the function", errors)?;
                self.name.set(errors, key, name);
            }
        }
        Some(())
    }

    /// Rules across these options. Nothing is said to be missing beside what is wrong.
    fn decide(&self, key: &Ident, sound: bool, errors: &mut Errors) -> Option<Slo> {
        let latency = match (&self.latency, &self.latency_percent) {
            (threshold, percent) if threshold.key().is_some() && percent.key().is_some() => {
                threshold.value().zip(percent.value()).map(|(threshold, percent)| Latency {
                    threshold: *threshold,
                    percent: *percent,
                })
            }
            (threshold, percent) => {
                if let (Some(key), true) = (threshold.key(), sound) {
                    errors.at(
                        key.span(),
                        "`latency` needs the share of calls that keep it; add `latency_percent = 95`",
                    );
                }
                if let (Some(key), true) = (percent.key(), sound) {
                    errors.at(
                        key.span(),
                        "`latency_percent` needs what the calls must keep; add `latency = \"500ms\"`",
                    );
                }
                None
            }
        };
        let success = self.success.value().copied();
        let promised = self.success.key().or(self.latency.key()).or(self.latency_percent.key());
        if promised.is_none() && sound {
            errors.at(
                key.span(),
                "`slo` promises nothing; give `success = 99.5`, or `latency = \"500ms\"` with \
                 `latency_percent = 95`",
            );
        }
        if success.is_none() && latency.is_none() {
            return None;
        }
        let days = self.window.value().copied().unwrap_or(30);
        Some(Slo { name: self.name.value().cloned(), success, latency, days })
    }
}

fn percent(key: &Ident, value: &Expr, errors: &mut Errors) -> Option<f64> {
    let Some(percent) = number(value) else {
        errors
            .over(value, format_args!("`{key}` takes a literal number of percent, such as `99.5`"));
        return None;
    };
    if (50.0..100.0).contains(&percent) {
        return Some(percent);
    }
    let reason = if (0.5..1.0).contains(&percent) {
        format!("`{key}` is in percent; write `{}`", (percent * 1e6).round() / 1e4)
    } else if percent >= 100.0 {
        format!("`{key}` must leave room for a bad call; it may be from 50 to below 100 percent")
    } else {
        format!("`{key}` is out of range; it may be from 50 to below 100 percent")
    };
    errors.over(value, reason);
    None
}

fn days(value: &Expr, errors: &mut Errors) -> Option<u32> {
    let days = text(value).and_then(|(text, _)| match text.as_str() {
        "7d" => Some(7),
        "28d" => Some(28),
        "30d" => Some(30),
        _ => None,
    });
    if days.is_none() {
        errors.over(value, "`window` is one of `\"7d\"`, `\"28d\"` and `\"30d\"`");
    }
    days
}
