//! All SLOs of the program with their histories: sampled now and then, shown whenever somebody asks.

use super::{
    burn::{self, Factor, TIERS, Urgency, WINDOWS},
    objective::{Counts, FINISHED, Sli, Slo, Twin, slos},
    rolling::Rolling,
};
use crate::{
    cell::Work,
    lock::Lock,
    registry::{self, Listing},
};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// How often there is anything new to sample, at the longest of the periods.
pub(crate) const STEP: Duration = Duration::from_secs(15);

/// Readings within the longest window that one ring is for. Three rings, each twelve times as coarse as the one before,
/// cover all windows; the shortest window of each has 20 readings.
const READINGS: u32 = 120;
const COARSER: u32 = 12;

/// Every SLO.
pub(crate) struct Board {
    /// When the counters began: no call is older than the process, and nearly none is as old as this.
    start: Instant,
    listing: Box<dyn Fn() -> Arc<Listing> + Send + Sync>,
    known: Lock<Known>,
}

struct Known {
    listing: Arc<Listing>,
    watched: Vec<Watched>,
    twins: Vec<Twin>,
}

/// An SLO and what its calls were.
pub(super) struct Watched {
    pub(super) slo: Slo,
    rings: [Rolling<3>; 3],
    /// Of each objective and each pair of windows; worked out once, for it takes longer than all the rest of a look.
    factors: [[Factor; TIERS.len()]; Sli::ALL.len()],
}

impl Watched {
    fn new(slo: Slo, start: Instant) -> Self {
        let mut step = burn::scaled(STEP, slo.days);
        let rings = std::array::from_fn(|_| {
            let ring = Rolling::new(start, step, step * READINGS);
            step *= COARSER;
            ring
        });
        let factors = factors(&slo);
        Self { slo, rings, factors }
    }

    /// How many readings there are.
    #[cfg(test)]
    pub(super) fn readings(&self) -> usize {
        self.rings.iter().map(Rolling::len).sum()
    }

    /// Remembers what the counters say.
    pub(super) fn record(&mut self, now: Instant, counts: Counts) {
        self.rings.iter_mut().for_each(|ring| ring.record(now, counts));
    }

    /// What happened in a window of a period of 30 days, as long as that is in this SLO's.
    fn since(&self, now: Instant, counts: Counts, window: Duration) -> Counts {
        let finest = |ring: u32| STEP * COARSER.pow(ring) * READINGS >= window;
        let ring = (0..3).find(|ring| finest(*ring)).unwrap_or(2);
        self.rings[ring as usize].since(now, counts, burn::scaled(window, self.slo.days)).counts
    }

    fn rate(
        &self,
        now: Instant,
        counts: Counts,
        sli: Sli,
        objective: f64,
        window: Duration,
    ) -> f64 {
        let happened = self.since(now, counts, window);
        burn::rate(sli.bad(happened), happened[FINISHED], objective)
    }

    /// How fast an objective's budget was spent in each of the [`WINDOWS`].
    pub(super) fn rates(&self, now: Instant, counts: Counts, sli: Sli) -> [f64; WINDOWS.len()] {
        let objective = self.slo.objective(sli).unwrap_or_default();
        WINDOWS.map(|window| self.rate(now, counts, sli, objective, window))
    }
}

/// One objective for people.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) slo: String,
    pub(crate) sli: &'static str,
    pub(crate) objective: f64,
    pub(crate) days: u32,
    /// Module, function and, of a latency, its threshold in seconds.
    pub(crate) functions: Vec<(&'static str, String, Option<f64>)>,
    pub(crate) events: u64,
    pub(crate) bad: u64,
    /// Windows and how fast the budget was spent in each.
    pub(crate) rates: Vec<(String, f64)>,
    pub(crate) alerts: Vec<Alert>,
}

/// One pair of windows and whether it is spent too fast over both.
#[derive(Clone, Debug)]
pub(crate) struct Alert {
    pub(crate) severity: &'static str,
    /// The longer window.
    pub(crate) window: String,
    pub(crate) factor: Factor,
    pub(crate) firing: bool,
}

/// A budget that is spent too fast to wait.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    pub(crate) slo: String,
    pub(crate) sli: &'static str,
    /// The longer window.
    pub(crate) window: String,
    pub(crate) factor: Factor,
    /// How fast it is spent over that.
    pub(crate) rate: f64,
}

impl Board {
    /// Those of the functions linked in so far, and of those that come.
    pub(crate) fn new(start: Instant) -> Self {
        Self::of(start, registry::listing)
    }

    /// Those of the functions that are in `listing` at any time.
    pub(super) fn of(
        start: Instant,
        listing: impl Fn() -> Arc<Listing> + Send + Sync + 'static,
    ) -> Self {
        let known = Known { listing: Arc::default(), watched: Vec::new(), twins: Vec::new() };
        let board = Self { start, listing: Box::new(listing), known: Lock::new(known) };
        board.each_slo(|_| {});
        board
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        let mut empty = true;
        self.each_slo(|_| empty = false);
        empty
    }

    /// Names that were wished for twice.
    pub(crate) fn twins(&self) -> Vec<Twin> {
        self.known.lock().map_or_else(Vec::new, |known| known.twins.clone())
    }

    /// Remembers what the counters say, so that windows can begin here; and of the budgets that are spent so fast that
    /// somebody has to look now, the one that is spent fastest.
    pub(crate) fn sample(&self, now: Instant) -> Option<Paging> {
        let mut worst: Option<Paging> = None;
        self.each(|watched, counts| {
            watched.record(now, counts);
            for (sli, objective) in watched.slo.objectives() {
                let pairs = TIERS.iter().zip(watched.factors[sli as usize]);
                for (tier, factor) in pairs.filter(|(tier, _)| tier.urgency == Urgency::Page) {
                    let rate = |window| watched.rate(now, counts, sli, objective, window);
                    if rate(tier.short) <= factor.value || rate(tier.long) <= factor.value {
                        continue;
                    }
                    let rate = rate(tier.long);
                    if worst.as_ref().is_none_or(|worst| rate > worst.rate) {
                        let window = burn::text(burn::scaled(tier.long, watched.slo.days));
                        let slo = watched.slo.name.clone();
                        worst = Some(Paging { slo, sli: sli.text(), window, factor, rate });
                    }
                }
            }
        });
        worst
    }

    /// Looks at every SLO and its calls, in order of names.
    pub(super) fn each(&self, mut look: impl FnMut(&mut Watched, Counts)) {
        self.each_slo(|watched| {
            let counts = watched.slo.counts();
            look(watched, counts);
        });
    }

    /// Looks at every SLO, in order of names.
    pub(super) fn each_slo(&self, look: impl FnMut(&mut Watched)) {
        // An observed allocator would come back for the lock.
        let _work = Work::begin();
        let Some(mut known) = self.known.lock() else { return };
        known.refresh((self.listing)(), self.start);
        known.watched.iter_mut().for_each(look);
    }

    /// What is known of every objective at `now`.
    pub(crate) fn states(&self, now: Instant) -> Vec<State> {
        let mut states = Vec::new();
        self.each(|watched, counts| {
            for (sli, objective) in watched.slo.objectives() {
                let rates = watched.rates(now, counts, sli);
                states.push(state(&watched.slo, sli, objective, counts, &rates));
            }
        });
        states
    }
}

impl Known {
    /// Follows the functions that are linked in. An SLO whose promise stays keeps its history.
    fn refresh(&mut self, listing: Arc<Listing>, start: Instant) {
        if Arc::ptr_eq(&self.listing, &listing) {
            return;
        }
        let (slos, twins) = slos(&listing);
        let mut before: HashMap<String, Watched> =
            self.watched.drain(..).map(|watched| (watched.slo.name.clone(), watched)).collect();
        self.watched.extend(slos.into_iter().map(|slo| match before.remove(&slo.name) {
            Some(known) if known.slo.days == slo.days => {
                Watched { factors: factors(&slo), slo, ..known }
            }
            _ => Watched::new(slo, start),
        }));
        (self.listing, self.twins) = (listing, twins);
    }
}

fn factors(slo: &Slo) -> [[Factor; TIERS.len()]; Sli::ALL.len()] {
    Sli::ALL.map(|sli| {
        let objective = slo.objective(sli).unwrap_or_default();
        TIERS.map(|tier| burn::factor(&tier, objective))
    })
}

fn state(slo: &Slo, sli: Sli, objective: f64, counts: Counts, rates: &[f64]) -> State {
    let rate = |window: Duration| {
        WINDOWS
            .iter()
            .zip(rates)
            .find(|(known, _)| **known == window)
            .map_or(0.0, |(_, rate)| *rate)
    };
    let alerts = TIERS.iter().map(|tier| {
        let factor = burn::factor(tier, objective);
        let long = rate(tier.long);
        Alert {
            severity: tier.urgency.text(),
            window: burn::text(burn::scaled(tier.long, slo.days)),
            factor,
            firing: long > factor.value && rate(tier.short) > factor.value,
        }
    });
    let functions = slo.members.iter().map(|member| {
        let threshold = member.callsite.wishes().latency().filter(|_| sli == Sli::Latency);
        (member.module(), member.name.clone().into_owned(), threshold)
    });
    let windows = WINDOWS.iter().map(|window| burn::text(burn::scaled(*window, slo.days)));
    State {
        slo: slo.name.clone(),
        sli: sli.text(),
        objective,
        days: slo.days,
        functions: functions.collect(),
        events: counts[FINISHED],
        bad: sli.bad(counts),
        rates: windows.zip(rates.iter().copied()).collect(),
        alerts: alerts.collect(),
    }
}
