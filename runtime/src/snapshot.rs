//! What a scrape sees, as plain data: families, series and their values.
//!
//! A snapshot is *visited*, not built: the registry walks the families in order of their names and
//! hands one series at a time to a [`Visitor`], from buffers it reuses, so that the memory of a
//! scrape does not grow with the number of series. [`Snapshot`] collects a visit for tests and for
//! the status page. This room knows neither callsites nor formats and uses nothing of the crate.

/// What kind of numbers a family holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Only grows; the family's name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations or sizes counted in buckets.
    Histogram,
    /// Always 1; its labels carry the information. The family's name ends in `_info`.
    Info,
}

/// One metric family: everything its series share.
///
/// `name` is the name samples carry in the text format 0.0.4: a counter's with `_total`, an info's
/// with `_info`, a histogram's without `_bucket`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family<'a> {
    /// Name of the family, in the legacy character set `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    pub name: &'a str,
    /// One sentence for people.
    pub help: &'a str,
    /// Counter, gauge, histogram or info.
    pub kind: Kind,
    /// Base unit, a suffix of the name without `_total` (`seconds`, `bytes`, `ratio`).
    pub unit: Option<&'a str>,
}

impl<'a> Family<'a> {
    /// The name without the suffix its kind adds: what OpenMetrics 1.0 calls the metric family name.
    pub fn stem(&self) -> &'a str {
        let suffix = match self.kind {
            Kind::Counter => "_total",
            Kind::Info => "_info",
            Kind::Gauge | Kind::Histogram => "",
        };
        self.name.strip_suffix(suffix).unwrap_or(self.name)
    }
}

/// Labels of one series: names and values, in the order they are written.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

/// The value of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A whole number: events counted, calls in flight.
    Unsigned(u64),
    /// Any number: seconds, ratios.
    Float(f64),
    /// A distribution.
    Histogram(Histogram<'a>),
}

/// One upper bound of a classic histogram and how every text format writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Inclusive upper bound in the family's unit.
    pub upper: f64,
    /// The canonical `le` (OpenMetrics 1.0, "Considerations: Canonical Numbers"): `0.005`, `1.0`, `1e-06`.
    pub le: Box<str>,
}

/// A distribution in classic buckets.
///
/// `counts` are per bucket, not cumulative; there is one more of them than bounds, the last being
/// what lies above every bound (`le="+Inf"`). The number of observations is their sum, so buckets
/// and `_count` cannot disagree.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Histogram<'a> {
    /// Ascending upper bounds, without `+Inf`.
    pub bounds: &'a [Bound],
    /// Observations per bucket; `bounds.len() + 1` of them.
    pub counts: &'a [u64],
    /// Sum of the observations in the family's unit.
    pub sum: f64,
}

impl<'a> Histogram<'a> {
    /// A distribution over `bounds`.
    ///
    /// # Panics
    ///
    /// When `counts` is not one longer than `bounds`.
    pub fn new(bounds: &'a [Bound], counts: &'a [u64], sum: f64) -> Self {
        assert_eq!(counts.len(), bounds.len() + 1, "one count per bound and one above them all");
        Self { bounds, counts, sum }
    }

    /// How many observations there were.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Receives a snapshot: each family once, in order of names, followed by its series in order of labels.
pub trait Visitor {
    /// The series that follow belong to `family`.
    fn family(&mut self, family: &Family<'_>);
    /// One series of the family named last.
    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>);
}

/// A visit kept in memory. For tests and for pages that show a few families; a scrape never builds one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The families, in the order visited.
    pub families: Vec<OwnedFamily>,
}

/// A family of a [`Snapshot`].
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedFamily {
    /// See [`Family::name`].
    pub name: String,
    /// See [`Family::help`].
    pub help: String,
    /// See [`Family::kind`].
    pub kind: Kind,
    /// See [`Family::unit`].
    pub unit: Option<String>,
    /// The series, in the order visited.
    pub series: Vec<OwnedSeries>,
}

/// A series of a [`Snapshot`].
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedSeries {
    /// Names and values of the labels.
    pub labels: Vec<(String, String)>,
    /// The value.
    pub value: OwnedValue,
}

/// A value of a [`Snapshot`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OwnedValue {
    /// See [`Value::Unsigned`].
    Unsigned(u64),
    /// See [`Value::Float`].
    Float(f64),
    /// See [`Histogram`].
    Histogram {
        /// See [`Histogram::bounds`].
        bounds: Vec<Bound>,
        /// See [`Histogram::counts`].
        counts: Vec<u64>,
        /// See [`Histogram::sum`].
        sum: f64,
    },
}

impl Snapshot {
    /// The series of family `name` whose labels include all of `labels`.
    pub fn find(&self, name: &str, labels: Labels<'_>) -> Option<&OwnedSeries> {
        let family = self.families.iter().find(|family| family.name == name)?;
        family.series.iter().find(|series| {
            labels.iter().all(|(key, value)| {
                series.labels.iter().any(|(k, v)| k == key && v == value)
            })
        })
    }
}

impl Visitor for Snapshot {
    fn family(&mut self, family: &Family<'_>) {
        self.families.push(OwnedFamily {
            name: family.name.to_owned(),
            help: family.help.to_owned(),
            kind: family.kind,
            unit: family.unit.map(str::to_owned),
            series: Vec::new(),
        });
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        let value = match value {
            Value::Unsigned(n) => OwnedValue::Unsigned(*n),
            Value::Float(x) => OwnedValue::Float(*x),
            Value::Histogram(h) => OwnedValue::Histogram {
                bounds: h.bounds.to_vec(),
                counts: h.counts.to_vec(),
                sum: h.sum,
            },
        };
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        if let Some(family) = self.families.last_mut() {
            family.series.push(OwnedSeries { labels, value });
        }
    }
}
