//! One call of a kind while it lasts: what its annotation says of it, what its code says, and what it adds up to.
//!
//! A run knows the run around it, so that what calls of models and tools use reaches every agent and task that they are a part of,
//! whatever thread they end on and however.

use super::{
    Scope, Sums, Told, Totals, Usage, families, figures,
    live::{self, LiveRun},
    price,
};
use crate::{
    callsite::{Callsite, Given, Kind, Nature, Outcome},
    clock::{self, Stamp},
    lock::Lock,
    span::{Measured, Rider},
};
use std::sync::Arc;

/// What the options of a call say, as far as they are no constants.
pub(crate) type GivenValues = Option<Box<Vec<(Given, String)>>>;

/// A call of some kind.
#[derive(Debug)]
pub(crate) struct Run {
    nature: &'static Nature,
    given: GivenValues,
    name: Arc<str>,
    around: Option<Arc<Run>>,
    scope: Option<Arc<Scope>>,
    start: Stamp,
    told: Lock<Told>,
    totals: Totals,
    step: Lock<Option<Arc<str>>>,
}

/// What what runs is a part of: the run around it, and whom it is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    pub(crate) run: Option<Arc<Run>>,
    pub(crate) scope: Option<Arc<Scope>>,
}

impl Around {
    /// What a context or a call keeps.
    pub(crate) fn of(rider: Option<Rider>) -> Self {
        let Some(rider) = rider else { return Self::default() };
        match rider.downcast::<Run>() {
            Ok(run) => Self { scope: run.scope.clone(), run: Some(run) },
            Err(rider) => rider.downcast_ref::<Self>().cloned().unwrap_or_default(),
        }
    }

    /// For a context to keep.
    pub(crate) fn into_rider(self) -> Rider {
        Arc::new(self)
    }
}

impl Run {
    /// A call begins.
    pub(crate) fn begin(
        callsite: &'static Callsite,
        nature: &'static Nature,
        given: GivenValues,
        around: Around,
        start: Stamp,
    ) -> Arc<Self> {
        let mut run = Self {
            nature,
            given,
            name: Arc::from(""),
            around: around.run,
            scope: around.scope,
            start,
            told: Lock::new(Told::default()),
            totals: Totals::default(),
            step: Lock::new(None),
        };
        run.name = run.text(Given::Name).unwrap_or(callsite.metadata().function).into();
        let run = Arc::new(run);
        figures::begins(&run);
        if run.is_listed() {
            live::begins(&run);
        }
        for outer in run.outer().filter(|outer| outer.is_listed()) {
            if let Some(mut step) = outer.step.lock() {
                *step = Some(Arc::clone(&run.name));
            }
        }
        run
    }

    pub(crate) fn kind(&self) -> Kind {
        self.nature.kind
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn scope(&self) -> Option<&Scope> {
        self.scope.as_deref()
    }

    /// What an option says.
    pub(crate) fn text(&self, option: Given) -> Option<&str> {
        let given = self.given.iter().flat_map(|given| given.iter());
        let mut given = given.map(|(known, value)| (*known, value.as_str()));
        let constants = self.nature.given.iter().copied();
        given
            .find(|(known, _)| *known == option)
            .or_else(|| constants.into_iter().find(|(known, _)| *known == option))
            .map(|(_, value)| value)
    }

    pub(super) fn is(&self, option: Given) -> bool {
        self.text(option) == Some("true")
    }

    /// The runs around it, from the inside out.
    pub(super) fn outer(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.around.as_deref(), |run| run.around.as_deref())
    }

    /// The nearest agent around it.
    pub(super) fn agent(&self) -> Option<&Self> {
        self.outer().find(|run| run.kind() == Kind::Agent)
    }

    /// What it is called, or the agent it is a part of.
    pub(crate) fn agent_name(&self) -> &str {
        match self.text(Given::Agent) {
            Some(name) => name,
            None if self.kind() == Kind::Agent => self.name(),
            None => self.agent().map_or("", Self::name),
        }
    }

    /// Whether `/status` lists it, where there is one.
    fn is_listed(&self) -> bool {
        cfg!(feature = "http") && matches!(self.kind(), Kind::Agent | Kind::Workflow | Kind::Task)
    }

    /// Whether it is a call of a model.
    pub(crate) fn is_model(&self) -> bool {
        matches!(self.kind(), Kind::Llm | Kind::Embedding)
    }

    /// Says something of the call.
    pub(crate) fn tell(&self, tell: impl FnOnce(&mut Told)) {
        if let Some(mut told) = self.told.lock() {
            tell(&mut told);
        }
    }

    /// Looks at what was said.
    pub(super) fn look<R>(&self, look: impl FnOnce(&Told) -> R) -> Option<R> {
        self.told.lock().map(|told| look(&told))
    }

    pub(crate) fn usage(&self, usage: Usage) {
        self.tell(|told| told.usage(usage));
    }

    pub(crate) fn sums(&self) -> Sums {
        self.totals.sums()
    }

    /// A part of a streamed answer has come.
    pub(crate) fn chunk(&self, now: Stamp) {
        let mut since = None;
        self.tell(|told| {
            since = told.last_chunk.replace(now);
            told.first_chunk.get_or_insert(now);
        });
        match since {
            Some(before) => figures::chunk(self, seconds(before, now)),
            None => figures::first_chunk(self, seconds(self.start, now)),
        }
    }

    /// When the first part of a streamed answer came, in seconds after the start.
    pub(crate) fn first_chunk(&self) -> Option<f64> {
        let first = self.look(|told| told.first_chunk)??;
        Some(seconds(self.start, first))
    }

    /// Somebody tried again.
    pub(crate) fn retry(&self) {
        self.with_outer().for_each(|run| run.totals.add_retry());
    }

    /// A human had to help.
    pub(crate) fn intervention(&self) {
        self.with_outer().for_each(|run| run.totals.add_intervention());
        families::INTERVENTIONS.with(&[self.agent_name()]).inc();
    }

    /// It and the runs around it, from the inside out.
    pub(crate) fn with_outer(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |run| run.around.as_deref())
    }

    /// What the call of a model used: of usages told several times, the last.
    pub(super) fn told_usage(&self) -> Option<Usage> {
        self.look(|told| told.usage).flatten()
    }

    /// What it cost, as told or by the program's prices, and which of the two.
    fn cost(&self) -> Option<(f64, &'static str)> {
        if let Some(cost) = self.look(|told| told.cost).flatten() {
            return Some((cost, "provider"));
        }
        if let Some(cost) = self.text(Given::Cost) {
            return Some((cost.parse().ok().filter(|cost: &f64| cost.is_finite())?, "local"));
        }
        let usage = self.told_usage()?;
        let answered = self.look(|told| told.response_model.clone()).flatten();
        price::cost_of([answered.as_deref(), self.text(Given::Model)], &usage)
            .map(|cost| (cost, "local"))
    }

    /// The call is over.
    pub(crate) fn end(
        &self,
        outcome: Outcome,
        error_type: Option<&'static str>,
        duration: u64,
    ) -> Ended {
        #[allow(clippy::cast_precision_loss)] // As sums of durations are.
        let seconds = clock::seconds(duration as f64);
        let measured = Measured::default();
        let mut ended = Ended { outcome, error_type, seconds, cost: self.cost(), measured };
        self.add_up(&ended);
        ended.measured = figures::ends(self, &ended);
        if self.is_listed() {
            live::ends(self);
            if outcome != Outcome::Ok {
                let error_type = error_type.unwrap_or_else(|| outcome.text());
                live::failed(self.kind().text(), Arc::clone(&self.name), error_type);
            }
        }
        ended
    }

    /// What a call of a model or tool used goes to all that it is a part of.
    fn add_up(&self, ended: &Ended) {
        let mut own = true;
        let (usage, cost) = (self.told_usage().unwrap_or_default(), ended.usd());
        for outer in self.outer() {
            match self.kind() {
                Kind::Llm => outer.totals.add_llm(&usage, cost, own),
                Kind::Tool => outer.totals.add_tool(cost, own),
                _ => return,
            }
            own &= outer.kind() != Kind::Agent;
        }
    }

    /// What `/status` says of it.
    #[cfg_attr(not(feature = "http"), allow(dead_code))]
    pub(super) fn live(&self, now: Stamp) -> LiveRun {
        let around = |run: &&Self| matches!(run.kind(), Kind::Task | Kind::Workflow);
        LiveRun {
            kind: self.kind().text(),
            name: Arc::clone(&self.name),
            task: self.outer().find(around).map(|run| Arc::clone(&run.name)),
            step: self.step.lock().and_then(|step| step.clone()),
            age_seconds: seconds(self.start, now),
            sums: self.sums(),
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(super) outcome: Outcome,
    pub(super) error_type: Option<&'static str>,
    pub(super) seconds: f64,
    /// What it cost, and who says so.
    pub(super) cost: Option<(f64, &'static str)>,
    /// What was recorded of it that its span may show.
    pub(super) measured: Measured,
}

impl Ended {
    /// What it cost, as far as that is known.
    pub(super) fn usd(&self) -> f64 {
        self.cost.map_or(0.0, |(cost, _)| cost)
    }

    /// The value of the label `error_type`; empty for what went well.
    pub(super) fn error_type(&self) -> &'static str {
        match self.outcome {
            Outcome::Ok => "",
            Outcome::Error => self.error_type.unwrap_or("_OTHER"),
            // What ended it is what is known of the error (semantic conventions, `error.type`).
            Outcome::Panic | Outcome::Cancelled => self.outcome.text(),
        }
    }

    /// The status of a unit of business.
    pub(super) fn status(&self) -> &'static str {
        match self.outcome {
            Outcome::Ok => "success",
            Outcome::Error | Outcome::Panic => "failure",
            Outcome::Cancelled => "cancelled",
        }
    }
}

#[allow(clippy::cast_precision_loss)] // As sums of durations are.
fn seconds(from: Stamp, to: Stamp) -> f64 {
    clock::seconds(clock::between(from, to) as f64)
}
