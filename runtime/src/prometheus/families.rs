//! What was gathered as families of a visit: equal ones of several registries merged, those that cannot be shown left out.

use super::{
    figures::{Figures, Reason},
    gather::Gathered,
    names::{Names, is_metric},
    series::Series,
};
use crate::{
    registry::Collector,
    snapshot::{Family, Kind, Visitor},
};
use ::prometheus::proto::{LabelPair, Metric, MetricFamily, MetricType};
use std::collections::BTreeMap;

/// The families of one scrape.
pub(super) struct Theirs<'g> {
    /// In order of names.
    families: Vec<Family<'g>>,
    /// What each is made of, in the same order: a message of every registry that has it.
    parts: Vec<Vec<&'g MetricFamily>>,
    figures: &'g Figures,
}

impl<'g> Theirs<'g> {
    /// Those of `gathered` whose names are not `taken`. Of two with one name the earlier registry has the better right.
    pub(super) fn new(gathered: &'g [Gathered], taken: &mut Names, figures: &'g Figures) -> Self {
        let mut by_name = BTreeMap::<&str, Vec<&MetricFamily>>::new();
        for family in gathered.iter().flat_map(|gathered| gathered.iter()) {
            if !family.get_metric().is_empty() {
                by_name.entry(family.name()).or_default().push(family);
            }
        }
        let mut theirs = Self { families: Vec::new(), parts: Vec::new(), figures };
        for (name, mut parts) in by_name {
            let first = parts[0];
            parts.retain(|part| {
                let same = part.get_field_type() == first.get_field_type();
                if !same {
                    figures.dropped(name, Reason::Clash, 1);
                }
                same
            });
            match judge(name, first, taken) {
                Ok(family) => {
                    theirs.families.push(family);
                    theirs.parts.push(parts);
                }
                Err(reason) => figures.dropped(name, reason, 1),
            }
        }
        theirs
    }
}

/// The family as it is shown, if it can be.
fn judge<'g>(
    name: &'g str,
    message: &'g MetricFamily,
    taken: &mut Names,
) -> Result<Family<'g>, Reason> {
    if !is_metric(name) {
        return Err(Reason::Invalid);
    }
    let kind = match message.get_field_type() {
        MetricType::COUNTER => Kind::Counter,
        MetricType::GAUGE => Kind::Gauge,
        MetricType::SUMMARY => Kind::Summary,
        MetricType::HISTOGRAM => Kind::Histogram,
        MetricType::UNTYPED => return Err(Reason::Untyped),
    };
    let family = Family { name, help: message.help(), kind, unit: None };
    if taken.take(&family) {
        return Ok(family);
    }
    // A counter `jobs_total` beside a gauge `jobs` is common, and only OpenMetrics takes offence at the counter.
    let unknown = Family { kind: Kind::Unknown, ..family };
    if kind == Kind::Counter && taken.take(&unknown) {
        return Ok(unknown);
    }
    Err(Reason::Clash)
}

impl Collector for Theirs<'_> {
    fn families(&self) -> &[Family<'_>] {
        &self.families
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        let place = self.families.binary_search_by_key(&family.name, |family| family.name);
        let Ok(place) = place else { return };
        // Nobody knows when they began to count.
        visitor.counting_since(0.0);
        let mut series = Series::new(family.kind);
        let mut dropped = 0;
        let mut visit = |metric| dropped += u64::from(!series.visit(metric, visitor));
        match &*self.parts[place] {
            // The registry has sorted them.
            [only] => only.get_metric().iter().for_each(&mut visit),
            parts => {
                let mut all: Vec<&Metric> =
                    parts.iter().flat_map(|part| part.get_metric()).collect();
                all.sort_by(|one, other| values(one).cmp(values(other)));
                all.into_iter().for_each(&mut visit);
            }
        }
        if dropped > 0 {
            self.figures.dropped(self.families[place].name, Reason::Invalid, dropped);
        }
    }
}

fn values(metric: &Metric) -> impl Iterator<Item = (&str, &str)> {
    metric.get_label().iter().map(|pair: &LabelPair| (pair.value(), pair.name()))
}
