//! The dashboards and rules of this very program: what it has, by the families that it shows at this moment.

use crate::{
    artifact::{self, Own, Part, Program},
    config::SourceUrl,
    http::Artifact,
    metric, registry,
};

/// What is asked for, of the program as it is now, with links to its source if it says where that is; `None` where there is no such dashboard.
pub(super) fn write(wanted: &Artifact, source: Option<&SourceUrl>) -> Option<String> {
    let mut program = Program::of(&registry::listing(), &parts());
    let own = |(it, kind): &(&'static metric::Description, _)| Own {
        name: it.name,
        help: it.help,
        kind: *kind,
        unit: it.unit,
        labels: it.labels,
    };
    program.own = metric::declared().iter().map(own).collect();
    for function in &mut program.functions {
        function.source = source.and_then(|source| source.of(function.file, function.line));
    }
    match wanted {
        Artifact::Rules => Some(artifact::rules(&program)),
        Artifact::Dashboard(name) => artifact::dashboard(name, &program),
    }
}

/// What there is beside functions and their kinds. A check that is registered later is there from then on.
fn parts() -> Vec<Part> {
    let mut parts = Vec::new();
    registry::each_family(&mut |family| match family.name {
        "observe_health_check" => parts.push(Part::Checks),
        "process_open_fds" => parts.push(Part::System),
        "observant_spans_exported_total" => parts.push(Part::Export),
        // The family of any runtime is there with `system`; without `tokio` nothing is read of one.
        "tokio_workers" if cfg!(feature = "tokio") => parts.push(Part::Runtime),
        _ => {}
    });
    parts
}
