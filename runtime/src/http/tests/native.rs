//! Native histograms in a real Prometheus, against what a few lines compute of the raw durations.

use std::{collections::BTreeMap, f64::consts::LN_2, sync::Arc, thread};

use serde_json::Value as Json;

use super::{Limits, pages, scraper::Prometheus, serve_with};
use crate::{
    cell::{CellSet, Durations, Ended, Ladder, current},
    clock,
    snapshot::{Family, Histogram, Kind, Value, Visitor},
};

/// Durations as the cells count them: in parts of a second.
const SECOND: f64 = 4_294_967_296.0;

/// Durations between two powers of two of a second, powers themselves among them, which are inclusive upper bounds.
fn durations(from: i32, to: i32) -> Vec<u64> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let octaves = (from + 32..to + 32).map(|power| 1_u64 << power);
    octaves
        .flat_map(|power| {
            (0..40).map(|_| power + random() % power).chain([power]).collect::<Vec<_>>()
        })
        .collect()
}

/// Calls that took so long, on several threads.
fn recorded(ladder: &'static Ladder, durations: &[u64]) -> &'static CellSet {
    let set = CellSet::new(ladder).expect("there is memory");
    thread::scope(|scope| {
        for part in durations.chunks(durations.len() / 3) {
            scope.spawn(move || {
                for duration in part.iter().copied() {
                    let shard = current(set);
                    shard.start();
                    shard.end(Ended { outcome: 0, duration, busy: duration, own: duration });
                }
            });
        }
    });
    set
}

/// Observations by bucket: `i` holds what is above `2^((i - 1) / 2^schema)` seconds and not above `2^(i / 2^schema)`.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Some hundreds of buckets.
fn reference(durations: &[u64], schema: i32) -> BTreeMap<i64, u64> {
    let mut buckets = BTreeMap::new();
    for duration in durations {
        let index = (*duration as f64 / SECOND).log2() * f64::from(1 << schema);
        *buckets.entry(index.ceil() as i64).or_default() += 1;
    }
    buckets
}

/// The same as Prometheus tells it, which names bounds and no schema.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn stored(histogram: &Json, schema: i32) -> BTreeMap<i64, u64> {
    let number = |value: &Json| value.as_str().unwrap().parse::<f64>().unwrap();
    let buckets = histogram["buckets"].as_array().unwrap().iter();
    buckets
        .map(|bucket| {
            let (lower, upper) = (number(&bucket[1]), number(&bucket[2]));
            let width = (upper / lower).ln() / LN_2 * f64::from(1 << schema);
            assert!((width - 1.0).abs() < 1e-9, "{bucket} is not of schema {schema}");
            let index = (upper.log2() * f64::from(1 << schema)).round() as i64;
            (index, number(&bucket[3]) as u64)
        })
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn visit(visitor: &mut dyn Visitor, sets: [(&str, &CellSet); 2]) {
    let (help, unit) = ("", Some("seconds"));
    visitor.family(&Family { name: "took_seconds", help, kind: Kind::Histogram, unit });
    let mut durations = Durations::new(visitor.wants_native());
    for (range, set) in sets {
        set.durations(0, &mut durations);
        let sum = clock::seconds(durations.sum);
        let mut histogram = Histogram::new(set.ladder().bounds(), &durations.buckets, sum);
        histogram.native = durations.native();
        visitor.series(&[("range", range)], &Value::Histogram(histogram));
    }
}

#[test]
#[allow(clippy::cast_precision_loss)] // Far below 2^53.
fn what_prometheus_stores_is_what_the_raw_durations_say() {
    let ladder: &'static Ladder = Box::leak(Box::new(Ladder::new(&[0.01, 1.0])));
    // The second has more octaves than 160 buckets of the finest schema are for.
    let ranges = [("narrow", durations(-10, 2), 3), ("wide", durations(-20, 8), 2)];
    let sets = [0, 1].map(|at| (ranges[at].0, recorded(ladder, &ranges[at].1)));
    let metrics = move |visitor: &mut dyn Visitor, _: &super::super::Scrape<'_>| {
        visit(visitor, sets);
    };
    let server =
        serve_with(Limits::default(), super::Pages { metrics: Arc::new(metrics), ..pages() });
    let Some(prometheus) = Prometheus::scraping_native(&[server.local_addr()]) else { return };
    prometheus.scraped();

    for (range, durations, schema) in ranges {
        let series = format!("took_seconds{{range=\"{range}\"}}");
        let found = prometheus.query_until_found(&series);
        let histogram = &found[0]["histogram"][1];
        let expected = reference(&durations, schema);
        assert_eq!(stored(histogram, schema), expected, "{range}");
        assert!((90..=160).contains(&expected.len()), "{range}: {} buckets", expected.len());
        let count = durations.len();
        assert_eq!(histogram["count"], count.to_string());
        let sum: f64 = durations.iter().map(|duration| *duration as f64 / SECOND).sum();

        let answer = |query: String| {
            let found = prometheus.query(&query);
            found[0]["value"][1].as_str().unwrap().parse::<f64>().unwrap()
        };
        let close = |one: f64, other: f64| (one - other).abs() <= other.abs() * 1e-12;
        assert!(close(answer(format!("histogram_count({series})")), count as f64));
        assert!(close(answer(format!("histogram_sum({series})")), sum));
        // At the bounds of buckets nothing is interpolated.
        for power in [-4, 0, 1] {
            let bound = f64::from(power).exp2();
            let below = durations.iter().filter(|duration| **duration as f64 / SECOND <= bound);
            let share = below.count() as f64 / count as f64;
            let fraction = answer(format!("histogram_fraction(0, {bound}, {series})"));
            assert!((fraction - share).abs() < 1e-9, "{range} {bound}: {fraction} for {share}");
        }
        // A quantile lies in the bucket of the duration that has its rank.
        let mut sorted = durations.clone();
        sorted.sort_unstable();
        for quantile in [0.1, 0.5, 0.95, 0.99] {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let rank = (quantile * count as f64).ceil() as usize - 1;
            let exact = sorted[rank] as f64 / SECOND;
            let told = answer(format!("histogram_quantile({quantile}, {series})"));
            let width = f64::from(1 << schema).recip().exp2() * 1.000_001;
            assert!(
                told / exact < width && exact / told < width,
                "{range} {quantile}: {told} for {exact}"
            );
        }
    }
}
