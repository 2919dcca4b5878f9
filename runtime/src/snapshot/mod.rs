//! What a scrape sees, as plain data: families, series and their values.
//!
//! [`snapshot()`](fn@crate::snapshot) makes one, for tests and for programs that show their own figures.
//! A scrape makes none: it visits the families in order of their names and gets one series at a time.

// Uses nothing of the crate. What visits lives here because `Snapshot` is one that collects; `canonical`,
// because whoever builds a bound and whoever writes a number must spell it alike.

mod number;

pub use number::canonical;
pub(crate) use number::write_canonical;

/// What kind of numbers a family holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Only grows. The family's name ends in `_total`, but for some of the crate `prometheus`, which
    /// OpenMetrics takes for [`Unknown`](Self::Unknown) for that reason.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations or sizes counted in buckets.
    Histogram,
    /// Always 1; its labels carry the information. The family's name ends in `_info`.
    Info,
    /// Quantiles that somebody else computed. No family of ours is one.
    Summary,
    /// Nothing is known. No family of ours is one.
    Unknown,
}

/// One metric family: everything its series share.
///
/// `name` is the name samples carry in the text format 0.0.4: a counter's with `_total`, an info's
/// with `_info`, a histogram's without `_bucket`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Family<'a> {
    /// Name of the family, in the legacy character set `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    pub name: &'a str,
    /// One sentence for people.
    pub help: &'a str,
    /// What kind of numbers.
    pub kind: Kind,
    /// Base unit, a suffix of the name without `_total` (`seconds`, `bytes`, `ratio`).
    pub unit: Option<&'a str>,
}

impl<'a> Family<'a> {
    pub(crate) const fn new(
        name: &'a str,
        help: &'a str,
        kind: Kind,
        unit: Option<&'a str>,
    ) -> Self {
        Self { name, help, kind, unit }
    }

    /// The name without the suffix its kind adds: what OpenMetrics 1.0 calls the metric family name.
    pub(crate) fn stem(&self) -> &'a str {
        let suffix = match self.kind {
            Kind::Counter => "_total",
            Kind::Info => "_info",
            Kind::Gauge | Kind::Histogram | Kind::Summary | Kind::Unknown => "",
        };
        self.name.strip_suffix(suffix).unwrap_or(self.name)
    }
}

/// Labels of one series: names and values, in the order they are written.
pub(crate) type Labels<'a> = &'a [(&'a str, &'a str)];

/// The value of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub(crate) enum Value<'a> {
    /// A whole number: events counted, calls in flight.
    Unsigned(u64),
    /// Any number: seconds, ratios.
    Float(f64),
    /// A distribution.
    Histogram(Histogram<'a>),
    /// Quantiles of a distribution.
    #[cfg_attr(not(feature = "prometheus"), allow(dead_code))]
    Summary(Summary<'a>),
}

impl Value<'_> {
    /// Whether a family of this kind has such values.
    pub(crate) fn is_of(&self, kind: Kind) -> bool {
        match self {
            Self::Histogram(_) => kind == Kind::Histogram,
            Self::Summary(_) => kind == Kind::Summary,
            Self::Unsigned(_) | Self::Float(_) => !matches!(kind, Kind::Histogram | Kind::Summary),
        }
    }
}

/// Quantiles as somebody computed them, over a time only they know.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub(crate) struct Summary<'a> {
    /// Pairs of a quantile, 0 to 1, and its value, ascending.
    pub quantiles: &'a [(f64, f64)],
    /// Sum of the observations in the family's unit.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
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
pub(crate) struct Histogram<'a> {
    /// Ascending upper bounds, without `+Inf`.
    pub bounds: &'a [Bound],
    /// Observations per bucket; `bounds.len() + 1` of them.
    pub counts: &'a [u64],
    /// Sum of the observations in the family's unit.
    pub sum: f64,
    /// The same observations in exponential buckets, where the visitor wants them.
    pub native: Option<Native<'a>>,
    /// An observation of each bucket, where one is known and the visitor wants it: as many as `counts`, or
    /// none.
    pub exemplars: &'a [Option<Exemplar>],
}

impl<'a> Histogram<'a> {
    /// A distribution over `bounds`.
    ///
    /// # Panics
    ///
    /// When `counts` is not one longer than `bounds`.
    pub(crate) fn new(bounds: &'a [Bound], counts: &'a [u64], sum: f64) -> Self {
        assert_eq!(counts.len(), bounds.len() + 1, "one count per bound and one above them all");
        Self { bounds, counts, sum, native: None, exemplars: &[] }
    }
}

/// One of the observations that a bucket counts, and the span that shows it (OpenMetrics 1.0, "Exemplars").
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exemplar {
    /// Not 0.
    pub trace_id: u128,
    /// Not 0.
    pub span_id: u64,
    /// What was observed, in the family's unit.
    pub value: f64,
    /// When, in nanoseconds since 1970.
    pub unix_nanos: u64,
}

impl Exemplar {
    /// Its labels as the text formats write them: 63 of at most 128 characters, names and values.
    pub(crate) fn labels(&self) -> [(&'static str, String); 2] {
        [
            ("trace_id", format!("{:032x}", self.trace_id)),
            ("span_id", format!("{:016x}", self.span_id)),
        ]
    }
}

/// A distribution in the buckets of a Prometheus native histogram ("Native Histograms", docs of
/// Prometheus): bucket `i` holds what lies above `2^((i - 1) / 2^schema)` and not above
/// `2^(i / 2^schema)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Native<'a> {
    pub schema: i32,
    /// Observations up to here are in the zero bucket.
    pub zero_threshold: f64,
    pub zero_count: u64,
    /// The index of the first of `counts`.
    pub offset: i32,
    /// Observations per bucket, one bucket after the other.
    pub counts: &'a [u64],
}

/// Receives a snapshot: each family once, in order of names, followed by its series in order of labels.
pub(crate) trait Visitor {
    /// Whether histograms come with their [`Native`] buckets.
    fn wants_native(&self) -> bool {
        false
    }
    /// Whether histograms come with their [`Exemplar`]s.
    fn wants_exemplars(&self) -> bool {
        false
    }
    /// Counters and histograms that follow began to count at this time, in seconds since 1970; 0 when nobody knows.
    fn counting_since(&mut self, _seconds: f64) {}
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
    /// Name of the family: a counter's with `_total`, an info's with `_info`, a histogram's without `_bucket`.
    pub name: String,
    /// One sentence for people.
    pub help: String,
    /// What kind of numbers.
    pub kind: Kind,
    /// Base unit, a suffix of the name without `_total` (`seconds`, `bytes`, `ratio`).
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
    /// A whole number: events counted, calls in flight.
    Unsigned(u64),
    /// Any number: seconds, ratios.
    Float(f64),
    /// A distribution.
    Histogram {
        /// Ascending upper bounds, without `+Inf`.
        bounds: Vec<Bound>,
        /// Observations per bucket, not cumulative; one more than bounds, the last above them all.
        counts: Vec<u64>,
        /// Sum of the observations in the family's unit.
        sum: f64,
    },
    /// Quantiles of a distribution.
    Summary {
        /// Pairs of a quantile, 0 to 1, and its value, ascending.
        quantiles: Vec<(f64, f64)>,
        /// Sum of the observations in the family's unit.
        sum: f64,
        /// How many there were.
        count: u64,
    },
}

impl Snapshot {
    /// The first series of family `name` whose labels include all of `labels`.
    pub fn find(&self, name: &str, labels: &[(&str, &str)]) -> Option<&OwnedSeries> {
        self.families.iter().find(|family| family.name == name)?.matching(labels).next()
    }

    /// The sum of all series of family `name` whose labels include all of `labels`; of histograms, how
    /// many observations they have. 0 when there is none.
    ///
    /// # Example
    ///
    /// ```
    /// #[observant::observe]
    /// fn halve(number: u8) -> Option<u8> {
    ///     number.is_multiple_of(2).then_some(number / 2)
    /// }
    ///
    /// (halve(2), halve(3));
    /// let snapshot = observant::snapshot();
    /// let calls = snapshot.sum("observe_calls_total", &[("function", "halve")]);
    /// assert_eq!(calls, 2.0);
    /// assert_eq!(snapshot.sum("no_such_family", &[]).to_string(), "0");
    /// ```
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let families = self.families.iter().filter(|family| family.name == name);
        families
            .flat_map(|family| family.matching(labels))
            .map(|series| series.value.as_f64())
            // Not `sum`, which is -0.0 of none.
            .fold(0.0, |sum, value| sum + value)
    }
}

impl OwnedFamily {
    /// The series whose labels include all of `labels`.
    pub fn matching(&self, labels: &[(&str, &str)]) -> impl Iterator<Item = &OwnedSeries> {
        self.series.iter().filter(move |series| {
            labels.iter().all(|(name, value)| series.label(name) == Some(value))
        })
    }
}

impl OwnedSeries {
    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

impl OwnedValue {
    /// The number; of a histogram or summary, how many observations it has.
    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53, as every number Prometheus stores.
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Float(number) => *number,
            Self::Histogram { counts, .. } => counts.iter().sum::<u64>() as f64,
            Self::Unsigned(count) | Self::Summary { count, .. } => *count as f64,
        }
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
            Value::Summary(s) => {
                OwnedValue::Summary { quantiles: s.quantiles.to_vec(), sum: s.sum, count: s.count }
            }
        };
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        if let Some(family) = self.families.last_mut() {
            family.series.push(OwnedSeries { labels, value });
        }
    }
}
