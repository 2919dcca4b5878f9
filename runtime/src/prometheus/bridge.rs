//! The visit of ours and theirs together.

use super::{
    families::Theirs,
    figures::Figures,
    gather::{Gathered, Source, source},
    names::Names,
};
use crate::{
    registry::{self, Registered},
    snapshot::{Family, Visitor},
    threads::Workers,
};
use ::prometheus::Registry;
use serde_json::Value as Json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// The registries that are served beside ours.
pub(crate) struct Bridge {
    sources: Vec<Arc<Source>>,
    figures: Arc<Figures>,
    workers: Workers,
}

impl Bridge {
    /// Of two families with one name, that of the earlier registry is shown.
    pub(crate) fn new(registries: Vec<Registry>) -> Self {
        Self {
            sources: registries.into_iter().map(source).collect(),
            figures: Arc::default(),
            workers: Workers::new("observant-visit"),
        }
    }

    /// Shows in every scrape what was left out, until what is returned is dropped.
    pub(crate) fn register(&self) -> Registered {
        registry::register(Arc::<Figures>::clone(&self.figures))
    }

    /// Visits all families whose names `wanted` accepts, ours and theirs, for a scrape that has `left`.
    pub(crate) fn visit(
        &self,
        visitor: &mut dyn Visitor,
        wanted: &dyn Fn(&Family<'_>) -> bool,
        left: Duration,
    ) {
        // The rest is for writing, ours above all.
        let gathered = self.gather(Instant::now() + left / 4 * 3);
        let mut taken = Names::default();
        registry::each_family(&mut |family| {
            taken.take(family);
        });
        let theirs = Theirs::new(&gathered, &mut taken, &self.figures);
        registry::visit(visitor, wanted, &[&theirs]);
    }

    /// What the registries have that end in time.
    fn gather(&self, deadline: Instant) -> Vec<Gathered> {
        let gatherings: Vec<_> =
            self.sources.iter().map(|source| source.begin(&self.workers)).collect();
        let outcomes = gatherings.iter().map(|gathering| gathering.wait(deadline));
        outcomes
            .filter_map(|outcome| outcome.map_err(|why| self.figures.failed(why)).ok())
            .collect()
    }

    /// What `/status` shows of them.
    pub(crate) fn status(&self) -> Json {
        let mut status = self.figures.to_json();
        status["registries"] = self.sources.len().into();
        status
    }
}
