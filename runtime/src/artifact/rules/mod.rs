//! All rules, by what a program has. Uses `slo` for windows; the rest is text.
//!
//! Warnings are of causes and of what grows; only burn rates of SLOs, liveness and a job that is gone are critical.

mod agents;
mod calls;
mod checks;
mod ourselves;
mod resources;
mod slo;

use super::{
    program::{Part, Program},
    yaml::{Alert, Group, Rule, Severity},
};

/// Labels of a service: those of its job, and where there are several clusters or namespaces, which. A label that
/// nobody sets is no label, so that it costs nothing to name it.
const SERVICE: &str = "cluster, namespace, job";
/// Labels of one process of a service.
const INSTANCE: &str = "cluster, namespace, job, instance";
/// Labels of a function of a service, over all of its processes.
const FUNCTION: &str = "cluster, namespace, job, module, function";

/// The groups of `program`, without those of what it has not.
pub(super) fn all(program: &Program) -> Vec<Group> {
    let mut groups = Vec::new();
    if program.has(Part::Promises) {
        groups.extend(slo::groups(program.periods()));
    }
    groups.push(calls::group());
    if program.has(Part::Checks) {
        groups.push(checks::group());
    }
    groups.push(ourselves::group(program));
    if program.has(Part::System) {
        groups.push(resources::group(program));
    }
    groups.extend(agents::group(program));
    groups
}

/// An alert of which nothing but this is special.
fn alert(
    name: &'static str,
    severity: Severity,
    wait: &'static str,
    expr: impl Into<String>,
    summary: &'static str,
    description: impl Into<String>,
) -> Rule {
    let (expr, description) = (expr.into(), description.into());
    Rule::Alert(Alert { name, expr, wait, severity, labels: Vec::new(), summary, description })
}
