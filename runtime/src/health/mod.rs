//! Checks of whether the program is well: what can be checked, how it is run, and what is known of it.
//!
//! [`HealthCheck`] is what can be checked; [`health`] takes it in. `#[health_check]` on a function and
//! `#[derive(HealthCheck)]` on a struct write most of what is needed.
// Uses `observe` for the names of errors, `background` and `threads` for what may block. Nothing here waits for a
// check: probes read what is known.
//
// | file | what lives there |
// |---|---|
// | `words` | kinds, severities, statuses |
// | `verdict` | what one run found; what a check may return |
// | `options` | what is asked for a check, and what that comes to |
// | `check`, `leaves` | the trait; from something with parts to checks that are run by themselves |
// | `judged` | what expansions judge results with |
// | `hysteresis` | when a status changes |
// | `entry` | one check and what is known of it |
// | `checks`, `linked` | the set of all; those that were linked in |
// | `home` | the runtime that async checks run on |
// | `engine`, `scheduler`, `runners` | running checks: when, where, and until when |
// | `outlets` | who hears of a change |
// | `lifecycle` | whether the program has started, or ends |
// | `report`, `figures` | what all come to: for pages, and for a scrape |
// | `face` | `health()`: what a program does with all that |

mod check;
mod checks;
#[cfg(feature = "health")]
mod engine;
mod entry;
mod face;
#[cfg(feature = "health")]
mod figures;
mod home;
mod hysteresis;
mod judged;
mod leaves;
#[cfg(feature = "health")]
mod lifecycle;
mod linked;
mod options;
#[cfg(feature = "health")]
mod outlets;
#[cfg(feature = "health")]
mod report;
#[cfg(feature = "health")]
mod runners;
#[cfg(feature = "health")]
mod scheduler;
#[cfg(all(test, feature = "artifacts", feature = "health"))]
mod tests;
mod verdict;
mod words;

pub use check::{Check, HealthCheck, Part};
pub use checks::Registration;
pub use face::{Health, health};
pub use options::CheckOptions;
#[cfg(feature = "health")]
pub use outlets::Transition;
pub use verdict::{CheckResult, Verdict};
pub use words::{Kind, Severity, Status};

#[doc(hidden)]
pub use judged::{Judged, Looked, judged, looked};
#[doc(hidden)]
pub use linked::{LinkedCheck, LinkedRun, RunningCheck, inventory, submit_check};

#[allow(unused_imports)] // By rooms that judge functions.
pub(crate) use checks::{
    Checks, OF_RUNTIME, OF_SLOS, OF_TELEMETRY, OURS, Refused, Source, refused,
};
#[cfg(feature = "health")]
pub(crate) use engine::Engine;
#[allow(unused_imports)]
pub(crate) use entry::{Entry, Place};
#[cfg(all(test, feature = "artifacts", feature = "health"))]
pub(crate) use figures::FAMILIES;
#[cfg(feature = "health")]
pub(crate) use figures::Figures;
#[cfg(feature = "health")]
pub(crate) use lifecycle::Lifecycle;
#[cfg(feature = "http")]
pub(crate) use lifecycle::State;
#[cfg(feature = "health")]
pub(crate) use outlets::Hooked;
#[cfg(feature = "http")]
pub(crate) use report::{Answer, Item, Report, answer, answer_to_all, of_lifecycle, overall};
