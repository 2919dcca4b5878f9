//! Dashboards and rules: what Grafana and Prometheus are given to know this program by, written from what it emits.
//!
//! `dashboards/` of the repository has them for any program, `/dashboards/{name}.json` and `/rules.yaml` for the one that
//! is asked. Pure functions from a [`Program`] to text: nothing here reads a metric or keeps a state.

// Uses `callsite`, `registry`, `slo`, `metric` and `snapshot`: what a function is, what there are, the windows of burn rates, bounds
// of buckets, and what a metric is.
//
// | file | what lives there |
// |---|---|
// | `program` | what a program has, so that nothing is written for what it has not |
// | `yaml` | a rule, and how Prometheus reads it |
// | `grafana/` | rows, panels and queries, and how Grafana reads them |
// | `boards/` | the five dashboards |
// | `rules/` | the rules: SLOs, calls, checks, ourselves, resources, agents |

mod boards;
mod grafana;
mod program;
mod rules;
// They know everything that is emitted, with whatever features.
#[cfg(all(test, feature = "http", feature = "otlp", feature = "system"))]
mod tests;
mod yaml;

pub(crate) use program::{Own, Part, Program};

/// The recording and alerting rules of `program`, as a file of Prometheus.
pub(crate) fn rules(program: &Program) -> String {
    yaml::write(&rules::all(program))
}

/// The dashboard called `name` (`genai-cost`) of `program`, as JSON of Grafana; `None` where there is none of that name.
pub(crate) fn dashboard(name: &str, program: &Program) -> Option<String> {
    let board = boards::all(program).into_iter().find(|board| board.name == name)?;
    Some(board.write(program))
}
