//! How long requests took: the family `http_server_request_duration_seconds`, its series and their bound.

use super::conventions::{Failure, METHODS, OTHER};
use crate::{
    cell::{self, CellSet, Durations, Ended, Ladder},
    clock,
    metric::{self, NONE, Names, PAST},
    registry::{self, Collector, Registered},
    snapshot::{Family, Histogram, Kind, Value, Visitor},
};
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// `http.server.request.duration` as Prometheus writes it.
pub(crate) const DURATION: &str = "http_server_request_duration_seconds";

static FAMILIES: [Family<'static>; 1] = [Family {
    name: DURATION,
    help: "How long requests took, from their head to the end of the response's body.",
    kind: Kind::Histogram,
    unit: Some("seconds"),
}];

/// The bounds that the conventions advise (`http.server.request.duration`), in seconds.
const BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Routes that are told apart.
const MOST_ROUTES: usize = 1_000;
/// Types of errors that are told apart, besides statuses.
const MOST_ERROR_TYPES: usize = 64;

/// Schemes that are told apart.
const SCHEMES: [&str; 3] = ["http", "https", OTHER];

static ROUTES: Names = Names::new(MOST_ROUTES);
static ERROR_TYPES: Names = Names::new(MOST_ERROR_TYPES);

/// The error is the status itself.
const BY_STATUS: u16 = PAST - 1;

/// Requests whose labels were past a bound.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// How many requests lost a label to a bound.
pub(crate) fn refused() -> u64 {
    REFUSED.load(Relaxed)
}

/// The labels of a request that has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Labels<'r> {
    /// Place in [`METHODS`].
    pub(super) method: usize,
    pub(super) scheme: &'r str,
    pub(super) route: Option<&'r str>,
    pub(super) status: Option<u16>,
    pub(super) failure: Option<Failure>,
}

/// The same as numbers: what tells series apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    method: u8,
    scheme: u8,
    /// 0 where there was none.
    status: u16,
    route: u16,
    error: u16,
}

impl Key {
    /// All that is past the bound of series.
    #[allow(clippy::cast_possible_truncation)] // Fewer than twenty of each.
    const OTHER: Self = Self {
        method: METHODS.len() as u8 - 1,
        scheme: SCHEMES.len() as u8 - 1,
        status: 0,
        route: PAST,
        error: NONE,
    };

    /// The key of these labels, and whether it has them all.
    #[allow(clippy::cast_possible_truncation)] // Fewer than twenty of each.
    fn of(labels: &Labels<'_>) -> (Self, bool) {
        let mut whole = true;
        let mut number = |names: &Names, text: &str| {
            names.number(text).unwrap_or_else(|| {
                whole = false;
                PAST
            })
        };
        // An empty label is none.
        let route = labels.route.filter(|route| !route.is_empty());
        let route = route.map_or(NONE, |route| number(&ROUTES, route));
        let error = match labels.failure {
            None => NONE,
            Some(Failure::Status(_)) => BY_STATUS,
            Some(Failure::Type(name)) => number(&ERROR_TYPES, name),
        };
        let scheme = SCHEMES.iter().position(|scheme| *scheme == labels.scheme);
        let scheme = scheme.unwrap_or(SCHEMES.len() - 1) as u8;
        let status = labels.status.unwrap_or(0);
        (Self { method: labels.method as u8, scheme, status, route, error }, whole)
    }

    fn hash(self) -> u64 {
        let number = u64::from(self.method) << 56
            ^ u64::from(self.scheme) << 48
            ^ u64::from(self.status) << 32
            ^ u64::from(self.route) << 16
            ^ u64::from(self.error);
        // 2^64 over the golden ratio: spreads numbers that differ in few bits.
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Names and values, in order of names; a label without a value is left out.
    fn labels(self, status: &str) -> Vec<(&'static str, &str)> {
        let error = match self.error {
            BY_STATUS => Some(status),
            error => ERROR_TYPES.text(error),
        };
        let labels = [
            ("error_type", error),
            ("http_request_method", Some(METHODS[usize::from(self.method)])),
            ("http_response_status_code", (!status.is_empty()).then_some(status)),
            ("http_route", ROUTES.text(self.route)),
            ("url_scheme", Some(SCHEMES[usize::from(self.scheme)])),
        ];
        labels.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// A series, which has no cells only where a process has used up all there can be.
type Known = (Key, Option<&'static CellSet>);

/// The series, in a table that only grows and is read without a lock.
struct Series {
    ladder: Ladder,
    places: Box<[OnceLock<Known>]>,
    admitted: AtomicUsize,
    most: usize,
    other: OnceLock<Option<&'static CellSet>>,
}

static SERIES: OnceLock<Series> = OnceLock::new();

impl Series {
    /// Those of this process, seen by every scrape from the first request on.
    fn all() -> &'static Self {
        static SEEN: OnceLock<Registered> = OnceLock::new();
        let series = SERIES.get_or_init(|| Self::new(metric::most_series()));
        SEEN.get_or_init(|| registry::register(Arc::new(Requests)));
        series
    }

    fn new(most: usize) -> Self {
        Self {
            ladder: Ladder::new(&BOUNDS),
            places: (0..most * 2).map(|_| OnceLock::new()).collect(),
            admitted: AtomicUsize::new(0),
            most,
            other: OnceLock::new(),
        }
    }

    /// The cells of a series; `None` when there is no room for it.
    #[allow(clippy::cast_possible_truncation)] // Less than the number of places.
    fn cells(&'static self, key: Key) -> Option<&'static CellSet> {
        let start = (key.hash() >> 32) as usize % self.places.len();
        let (before, from) = self.places.split_at(start);
        for place in from.iter().chain(before) {
            let known = match place.get() {
                Some(known) => known,
                None if !self.admit() => return None,
                None => {
                    let mut new = false;
                    let known = place.get_or_init(|| {
                        new = true;
                        (key, CellSet::new(&self.ladder))
                    });
                    if !new {
                        self.admitted.fetch_sub(1, Relaxed);
                    }
                    known
                }
            };
            if known.0 == key {
                return known.1;
            }
        }
        None
    }

    fn admit(&self) -> bool {
        let more = |admitted| (admitted < self.most).then_some(admitted + 1);
        self.admitted.fetch_update(Relaxed, Relaxed, more).is_ok()
    }

    fn count(&'static self, labels: &Labels<'_>, duration: u64) {
        let (key, whole) = Key::of(labels);
        let found = if key == Key::OTHER { None } else { self.cells(key) };
        if found.is_none() || !whole {
            REFUSED.fetch_add(1, Relaxed);
        }
        let other = || *self.other.get_or_init(|| CellSet::new(&self.ladder));
        if let Some(cells) = found.or_else(other) {
            let shard = cell::current(cells);
            shard.start();
            shard.end(Ended { outcome: 0, duration, busy: duration, own: duration });
        }
    }
}

/// Counts a request that took `duration` units of the clock.
pub(super) fn count(labels: &Labels<'_>, duration: u64) {
    Series::all().count(labels, duration);
}

/// The collector of the family.
struct Requests;

impl Collector for Requests {
    fn families(&self) -> &[Family<'static>] {
        &FAMILIES
    }

    fn series(&self, _: &Family<'_>, visitor: &mut dyn Visitor) {
        let Some(series) = SERIES.get() else { return };
        let status =
            |key: Key| if key.status == 0 { String::new() } else { key.status.to_string() };
        let found = series.places.iter().filter_map(|place| place.get().copied());
        let other = series.other.get().map(|cells| (Key::OTHER, *cells));
        let found: Vec<_> = found
            .chain(other)
            .filter_map(|(key, cells)| Some((key, status(key), cells?)))
            .collect();
        let mut sorted: Vec<_> =
            found.iter().map(|(key, status, cells)| (key.labels(status), *cells)).collect();
        sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut durations = Durations::new(visitor.wants_native());
        for (labels, cells) in sorted {
            cells.durations(0, &mut durations);
            let sum = clock::seconds(durations.sum);
            let mut histogram = Histogram::new(cells.ladder().bounds(), &durations.buckets, sum);
            histogram.native = durations.native();
            visitor.series(&labels, &Value::Histogram(histogram));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(status: u16) -> Labels<'static> {
        Labels { method: 2, scheme: "http", route: None, status: Some(status), failure: None }
    }

    #[test]
    fn series_are_bounded_and_what_is_past_is_counted_once() {
        let series: &'static Series = Box::leak(Box::new(Series::new(10)));
        let before = refused();
        for status in (200..210).chain(200..210) {
            series.count(&labels(status), 1);
        }
        assert_eq!(refused(), before);
        for status in 300..305 {
            series.count(&labels(status), 1);
        }
        // Others of this process may run as well; they lose no labels.
        assert_eq!(refused(), before + 5);
        let known: u64 =
            series.places.iter().filter_map(|place| place.get()?.1).map(CellSet::started).sum();
        assert_eq!(known, 20);
        assert_eq!(series.other.get().unwrap().unwrap().started(), 5);
    }

    #[test]
    fn every_label_tells_series_apart() {
        let one = labels(200);
        let all = [
            one,
            Labels { method: 3, ..one },
            Labels { scheme: "https", ..one },
            Labels { scheme: "ws", ..one },
            Labels { route: Some("/"), ..one },
            Labels { status: None, ..one },
            Labels { status: Some(201), ..one },
            Labels { failure: Some(Failure::Type("timeout")), ..one },
            Labels { failure: Some(Failure::Status(::http::StatusCode::OK)), ..one },
        ];
        let keys: Vec<_> = all.iter().map(|labels| Key::of(labels).0).collect();
        for (place, key) in keys.iter().enumerate() {
            assert!(!keys[..place].contains(key), "{key:?}");
        }
    }
}
