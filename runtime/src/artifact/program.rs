//! What a program has, as far as dashboards and rules depend on it. Plain data.

use crate::{callsite::Kind, registry::Listing, slo::PERIODS, snapshot};

/// A group of families that are there together, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Observed functions, and what is said of observing itself.
    Calls,
    /// SLOs.
    Promises,
    /// Health checks.
    Checks,
    /// The process, its cgroup and the machine.
    System,
    /// The async runtime.
    Runtime,
    /// Spans and metrics to a collector.
    Export,
    /// Agents.
    Agents,
    /// Calls of models.
    Models,
    /// Calls of tools.
    Tools,
    /// Tasks.
    Tasks,
    /// Workflows.
    Workflows,
    /// Plans, steps, guardrails and evaluators.
    Steps,
    /// Operations on files.
    Files,
    /// Operations of databases.
    Databases,
    /// The Model Context Protocol.
    Mcp,
}

impl Part {
    pub(crate) const ALL: [Self; 15] = [
        Self::Calls,
        Self::Promises,
        Self::Checks,
        Self::System,
        Self::Runtime,
        Self::Export,
        Self::Agents,
        Self::Models,
        Self::Tools,
        Self::Tasks,
        Self::Workflows,
        Self::Steps,
        Self::Files,
        Self::Databases,
        Self::Mcp,
    ];

    /// What functions of this kind bring.
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Agent => Self::Agents,
            Kind::Tool => Self::Tools,
            Kind::Llm | Kind::Embedding | Kind::Retrieval => Self::Models,
            Kind::Workflow => Self::Workflows,
            Kind::Plan | Kind::Step | Kind::Guardrail | Kind::Evaluator => Self::Steps,
            Kind::Mcp => Self::Mcp,
            Kind::Db => Self::Databases,
            Kind::File => Self::Files,
            Kind::Task => Self::Tasks,
        }
    }
}

/// An observed function, as a dashboard shows it.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) module: String,
    pub(crate) name: String,
    /// `agent`, `tool`, .., `function`.
    pub(crate) kind: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    /// Where that line can be read.
    pub(crate) source: Option<String>,
    /// Of an SLO, in seconds.
    pub(crate) threshold: Option<f64>,
}

/// A metric that the program declared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    pub(crate) name: &'static str,
    /// One sentence.
    pub(crate) help: &'static str,
    pub(crate) kind: snapshot::Kind,
    pub(crate) unit: Option<&'static str>,
    pub(crate) labels: &'static [&'static str],
}

/// A program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    parts: Vec<Part>,
    /// Days of the periods of its SLOs, ascending.
    periods: Vec<u32>,
    /// Its functions by module and name; of a program that nothing is known of, none.
    pub(crate) functions: Vec<Function>,
    /// Metrics of its own, by name; of a program that nothing is known of, none.
    pub(crate) own: Vec<Own>,
}

impl Program {
    /// One of which nothing is known: it may have everything.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(crate) fn any() -> Self {
        Self {
            parts: Part::ALL.to_vec(),
            periods: PERIODS.to_vec(),
            functions: Vec::new(),
            own: Vec::new(),
        }
    }

    /// The one with the functions of `listing`, and `more` parts than these bring.
    pub(crate) fn of(listing: &Listing, more: &[Part]) -> Self {
        let mut program = Self {
            parts: vec![Part::Calls],
            periods: Vec::new(),
            functions: Vec::new(),
            own: Vec::new(),
        };
        program.parts.extend(more);
        for function in &listing.functions {
            let metadata = function.callsite.metadata();
            let wished = &function.callsite.wishes().slo;
            if let Some(slo) = wished {
                program.parts.push(Part::Promises);
                program.periods.push(slo.days);
            }
            if let Some(kind) = function.callsite.nature().map(|nature| nature.kind) {
                program.parts.push(Part::of(kind));
            }
            program.functions.push(Function {
                module: metadata.module.path.to_owned(),
                name: function.name.to_string(),
                kind: function.callsite.kind(),
                file: metadata.module.file,
                line: metadata.line,
                source: None,
                threshold: function.callsite.wishes().latency(),
            });
        }
        program.parts.sort_unstable();
        program.parts.dedup();
        program.periods.sort_unstable();
        program.periods.dedup();
        program
    }

    pub(crate) fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    pub(crate) fn periods(&self) -> &[u32] {
        &self.periods
    }
}
