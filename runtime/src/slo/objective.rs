//! SLOs as functions wish them: those of one name and one promise are one.

use super::burn::ratio;
use crate::{
    callsite::{self, Callsite, Outcome},
    cell::Tally,
    registry::{Function, Listing},
};
use std::{collections::HashMap, fmt};

/// What calls are good for: going well, or being fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sli {
    Latency,
    Success,
}

impl Sli {
    /// In order of their texts.
    pub(crate) const ALL: [Self; 2] = [Self::Latency, Self::Success];

    /// The value of the label `sli`.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Success => "success",
        }
    }

    /// Bad ones among the calls.
    pub(crate) fn bad(self, counts: Counts) -> u64 {
        match self {
            Self::Latency => counts[SLOW],
            Self::Success => counts[FAILED],
        }
    }
}

/// Of an SLO's calls: those that finished, and of these those that failed and those that were slow.
pub(crate) type Counts = [u64; 3];
pub(crate) const FINISHED: usize = 0;
const FAILED: usize = 1;
const SLOW: usize = 2;

/// What is promised.
#[derive(Clone, Debug)]
pub(crate) struct Slo {
    /// Unique.
    pub(crate) name: String,
    /// Days over which it holds.
    pub(crate) days: u32,
    success: Option<f64>,
    latency: Option<f64>,
    /// Whose calls count.
    pub(crate) members: Vec<Function>,
}

impl Slo {
    /// The share of calls that must be good.
    pub(crate) fn objective(&self, sli: Sli) -> Option<f64> {
        match sli {
            Sli::Latency => self.latency,
            Sli::Success => self.success,
        }
    }

    /// Its objectives, in order of their texts.
    pub(crate) fn objectives(&self) -> impl Iterator<Item = (Sli, f64)> {
        Sli::ALL.into_iter().filter_map(|sli| Some((sli, self.objective(sli)?)))
    }

    /// The calls of all its functions.
    pub(crate) fn counts(&self) -> Counts {
        self.members.iter().map(|member| counts(member.callsite)).fold([0; 3], |mut sum, own| {
            sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            sum
        })
    }

    /// Whether functions that promise this belong to it.
    fn is(&self, wished: &callsite::Slo) -> bool {
        self.days == wished.days
            && self.success == wished.success.map(ratio)
            && self.latency == wished.latency.map(|latency| ratio(latency.percent))
    }
}

/// What has become of a function's calls; slow are those above its SLO's latency.
pub(crate) fn tally(callsite: &Callsite) -> Tally {
    let mut tally = Tally::default();
    let bound = callsite.latency_bound();
    for set in callsite.sets() {
        set.tally(bound, &mut tally);
    }
    tally
}

/// The calls of one function.
pub(crate) fn counts(callsite: &Callsite) -> Counts {
    let tally = tally(callsite);
    let [ok, failed, panicked] =
        [Outcome::Ok, Outcome::Error, Outcome::Panic].map(|outcome| tally.calls[outcome as usize]);
    [ok + failed + panicked, failed + panicked, tally.slow]
}

/// Two SLOs of one name that promise different things.
#[derive(Clone, Debug)]
pub(crate) struct Twin {
    first: &'static Callsite,
    other: &'static Callsite,
    wished: String,
    name: String,
}

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, other) = (self.first.metadata(), self.other.metadata());
        let Self { wished, name, .. } = self;
        write!(
            f,
            "two SLOs are called `{wished}` and promise different things: at {}:{} and at {}:{}; the second is shown \
             as `{name}`; give one of them another name with `slo(name = \"..\")`, or both the same objectives and \
             window",
            first.module.file, first.line, other.module.file, other.line
        )
    }
}

/// The SLOs of a listing in order of their names, and which of them wished for another name.
pub(crate) fn slos(listing: &Listing) -> (Vec<Slo>, Vec<Twin>) {
    let (mut slos, mut twins) = (Vec::<Slo>::new(), Vec::new());
    // Places among `slos` by the name wished for.
    let mut by_name = HashMap::<String, Vec<usize>>::new();
    for function in &listing.functions {
        let Some(wished) = &function.callsite.wishes().slo else { continue };
        let name = match wished.name {
            Some(name) => name.to_owned(),
            None => format!("{}::{}", function.module(), function.name),
        };
        let places = by_name.entry(name.clone()).or_default();
        if let Some(place) = places.iter().find(|place| slos[**place].is(wished)) {
            slos[*place].members.push(function.clone());
            continue;
        }
        places.push(slos.len());
        slos.push(Slo {
            name,
            days: wished.days,
            success: wished.success.map(ratio),
            latency: wished.latency.map(|latency| ratio(latency.percent)),
            members: vec![function.clone()],
        });
    }
    for (wished, places) in &by_name {
        let names = (2_u32..).map(|number| format!("{wished}#{number}"));
        // Somebody may have called an SLO `name#2`.
        let free = names.filter(|name| !by_name.contains_key(name));
        for (place, name) in places[1..].iter().zip(free) {
            twins.push(Twin {
                first: slos[places[0]].members[0].callsite,
                other: slos[*place].members[0].callsite,
                wished: wished.clone(),
                name: name.clone(),
            });
            slos[*place].name = name;
        }
    }
    slos.sort_by(|one, other| one.name.cmp(&other.name));
    twins.sort_by(|one, other| one.name.cmp(&other.name));
    (slos, twins)
}
