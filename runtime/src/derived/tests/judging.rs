//! What is beyond its limit, against whole numbers alone.

use super::super::{
    figures::Figures,
    judge::{Level, judge},
};
use crate::callsite::{Health, Latency, Limits, Severity, Slo, Wishes};
use proptest::prelude::*;
use std::time::Duration;

const NOTHING: Limits = Limits {
    error_ratio: None,
    consecutive_failures: None,
    p95: false,
    p99: false,
    since_success: None,
    panics: None,
};

fn seconds(seconds: u64) -> u64 {
    seconds * 1_000_000_000
}

fn health(min_calls: u64, degraded: Limits, failing: Limits) -> Wishes {
    let health =
        Health { window: seconds(300), min_calls, severity: Severity::Degraded, degraded, failing };
    Wishes { health: Some(health), ..Wishes::NONE }
}

fn promising(wishes: Wishes) -> Wishes {
    let latency = Some(Latency { seconds: 30.0, percent: 95.0 });
    Wishes { slo: Some(Slo { name: None, success: None, latency, days: 30 }), ..wishes }
}

/// Limits as whole numbers: thousandths, calls, seconds.
#[derive(Clone, Copy, Debug)]
struct Whole {
    thousandths: Option<u64>,
    consecutive: Option<u64>,
    p95: bool,
    p99: bool,
    since: Option<u64>,
    panics: Option<u64>,
}

impl Whole {
    fn limits(self) -> Limits {
        Limits {
            // Divided once, as a literal would be.
            #[allow(clippy::cast_precision_loss, reason = "below a thousand")]
            error_ratio: self.thousandths.map(|thousandths| thousandths as f64 / 1_000.0),
            consecutive_failures: self.consecutive,
            p95: self.p95,
            p99: self.p99,
            since_success: self.since.map(seconds),
            panics: self.panics,
        }
    }

    /// Which figure is the first beyond its limit.
    fn broken(self, figures: &Figures, min_calls: u64) -> Option<&'static str> {
        let Figures { calls, failed, slow, panicked, consecutive, since_success, .. } = *figures;
        let enough = calls >= min_calls && calls > 0;
        let found = [
            ("panics", self.panics.is_some_and(|limit| panicked >= limit)),
            ("consecutive_failures", self.consecutive.is_some_and(|limit| consecutive >= limit)),
            (
                "error_ratio",
                enough && self.thousandths.is_some_and(|limit| failed * 1_000 > limit * calls),
            ),
            ("p99", enough && self.p99 && slow * 100 > calls),
            ("p95", enough && self.p95 && slow * 20 > calls),
            (
                "since_success",
                self.since.is_some_and(|limit| since_success > Duration::from_secs(limit)),
            ),
        ];
        found.into_iter().find(|(_, broken)| *broken).map(|(figure, _)| figure)
    }
}

fn whole() -> impl Strategy<Value = Whole> {
    let limit = || prop::option::of(1_u64..20);
    (prop::option::of(0_u64..1_000), limit(), any::<bool>(), any::<bool>(), limit(), limit())
        .prop_map(|(thousandths, consecutive, p95, p99, since, panics)| Whole {
            thousandths,
            consecutive,
            p95,
            p99,
            since,
            panics,
        })
}

fn figures() -> impl Strategy<Value = Figures> {
    // Shares that are exactly at a limit are among them.
    let calls = prop_oneof![0_u64..50, Just(20_u64), Just(100), Just(1_000), 1_000_u64..1_000_000];
    (calls, 0_u64..=1_000, 0_u64..=1_000, 0_u64..4, 0_u64..25, 0_u64..25).prop_map(
        |(calls, failed, slow, panicked, consecutive, since)| Figures {
            calls,
            failed: calls * failed / 1_000,
            slow: calls * slow / 1_000,
            panicked: panicked.min(calls * failed / 1_000),
            covered: Duration::from_secs(300),
            consecutive,
            since_success: Duration::from_secs(since),
            oldest: None,
            in_flight: 0,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn the_first_figure_beyond_its_limit_is_named(
        figures in figures(), min_calls in 1_u64..60, degraded in whole(), failing in whole(),
    ) {
        let wishes = promising(health(min_calls, degraded.limits(), failing.limits()));
        let found = judge(&figures, &wishes);
        let expected = match failing.broken(&figures, min_calls) {
            Some(figure) => Some((Level::Failing, figure)),
            None => degraded.broken(&figures, min_calls).map(|figure| (Level::Degraded, figure)),
        };
        prop_assert_eq!(found.as_ref().map(|broken| (broken.level, broken.figure)), expected);
        if let Some(broken) = found {
            prop_assert!(broken.sentence.starts_with(broken.figure), "{}", broken.sentence);
            prop_assert!(broken.value >= broken.limit);
        }
    }

    /// What the sentence shows is beyond the limit that it shows.
    #[test]
    fn a_ratio_never_seems_to_be_at_its_limit(calls in 1_u64..100_000_000, limit in 0_u64..1_000) {
        // The least number of failures beyond it.
        let failed = (limit * calls / 1_000) + 1;
        prop_assume!(failed <= calls);
        let figures = Figures { calls, failed, covered: Duration::from_secs(300), ..Figures::default() };
        let thousandths = Whole { thousandths: Some(limit), consecutive: None, p95: false, p99: false, since: None, panics: None };
        let sentence = judge(&figures, &health(1, NOTHING, thousandths.limits())).unwrap().sentence;
        let words: Vec<&str> = sentence.split(' ').collect();
        let (shown, of): (f64, f64) = (words[1].parse().unwrap(), words[3].parse().unwrap());
        prop_assert!(shown > of, "{}", sentence);
    }
}

#[test]
fn sentences_name_the_figure_its_limit_and_what_it_is_of() {
    let figures = Figures {
        calls: 120,
        failed: 37,
        slow: 9,
        panicked: 2,
        covered: Duration::from_secs(302),
        consecutive: 6,
        since_success: Duration::from_secs(725),
        oldest: Some(Duration::from_secs(361)),
        in_flight: 3,
    };
    let sentence = |limits: Limits| {
        judge(&figures, &promising(health(10, NOTHING, limits))).map(|broken| broken.sentence)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        sentence(Limits { error_ratio: Some(0.25), ..NOTHING }),
        some("error_ratio 0.3084 > 0.25 over 5 min, 120 calls")
    );
    assert_eq!(
        sentence(Limits { p95: true, ..NOTHING }),
        some("p95 > 30 s: 0.075 > 0.05 of calls were slower over 5 min, 120 calls")
    );
    assert_eq!(
        sentence(Limits { panics: Some(2), ..NOTHING }),
        some("panics 2 >= 2 over 5 min, 120 calls")
    );
    assert_eq!(
        sentence(Limits { consecutive_failures: Some(5), ..NOTHING }),
        some("consecutive_failures 6 >= 5")
    );
    assert_eq!(
        sentence(Limits { since_success: Some(seconds(600)), ..NOTHING }),
        some("since_success 12 min 5 s > 10 min")
    );
    assert_eq!(sentence(NOTHING), None);
    let deadline = Wishes { deadline: Some(seconds(300)), ..Wishes::NONE };
    let stuck = judge(&figures, &deadline).unwrap();
    assert_eq!((stuck.level, stuck.unit), (Level::Failing, "seconds"));
    assert_eq!(stuck.sentence, "oldest_in_flight 6 min 1 s > 5 min, 3 calls in flight");
    let young = Figures { covered: Duration::from_secs(42), ..figures };
    let limits = Limits { error_ratio: Some(0.25), ..NOTHING };
    let sentence = judge(&young, &health(10, NOTHING, limits)).unwrap().sentence;
    assert_eq!(sentence, "error_ratio 0.3084 > 0.25 over 42 s, 120 calls", "as long as there is");
}

#[test]
fn a_call_at_its_deadline_is_in_time_and_nothing_is_overdue_without_one() {
    let at = |oldest| Figures { oldest, in_flight: 1, ..Figures::default() };
    let wishes = Wishes { deadline: Some(seconds(300)), ..Wishes::NONE };
    assert_eq!(judge(&at(Some(Duration::from_secs(300))), &wishes), None);
    assert_eq!(judge(&at(None), &wishes), None);
    let beyond = Duration::from_secs(300) + Duration::from_nanos(1);
    assert!(judge(&at(Some(beyond)), &wishes).is_some());
    assert_eq!(judge(&at(Some(beyond)), &health(1, NOTHING, NOTHING)), None);
}
