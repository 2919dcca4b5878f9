//! The listing on callsites made for it, and visits with collectors of their own.

use super::{
    collector::{Collector, register},
    listing::Listing,
    snapshot, visit,
};
use crate::{
    callsite::{Buckets, Callsite, Metadata},
    snapshot::{Family, Kind, Snapshot, Value, Visitor},
};
use std::sync::Arc;

fn callsite(function: &'static str, file: &'static str, line: u32) -> &'static Callsite {
    of_version(function, file, line, "1.0.0")
}

fn of_version(
    function: &'static str,
    file: &'static str,
    line: u32,
    crate_version: &'static str,
) -> &'static Callsite {
    let metadata = Metadata {
        module: "app::store",
        function,
        file,
        line,
        crate_name: "app",
        crate_version,
        fallible: false,
        cancellable: false,
        buckets: Buckets::Default,
        labels: &[],
    };
    Box::leak(Box::new(Callsite::new(metadata)))
}

/// Names and lines, in the order of the listing.
fn shown(listing: &Listing) -> Vec<(String, u32)> {
    let each = listing.functions.iter();
    each.map(|function| (function.name.to_string(), function.callsite.metadata().line)).collect()
}

fn rows(expected: &[(&str, u32)]) -> Vec<(String, u32)> {
    expected.iter().map(|(name, line)| ((*name).to_owned(), *line)).collect()
}

#[test]
fn of_one_name_the_first_in_the_source_keeps_it() {
    // The order in which a linker hands them over is any.
    let listing = Listing::new(vec![
        callsite("load", "b.rs", 1),
        callsite("load", "a.rs", 9),
        callsite("delete", "b.rs", 5),
        callsite("load", "a.rs", 2),
    ]);
    assert_eq!(shown(&listing), rows(&[("delete", 5), ("load", 2), ("load#2", 9), ("load#3", 1)]));
    let told: Vec<_> = listing.twins.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2);
    for part in ["`app::store::load`", "a.rs:2", "a.rs:9", "`load#2`", "#[observe(name"] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
    assert!(told[1].contains("a.rs:2") && told[1].contains("b.rs:1") && told[1].contains("load#3"));
}

#[test]
fn a_name_that_somebody_wrote_is_not_given_away() {
    let listing = Listing::new(vec![
        callsite("load", "a.rs", 1),
        callsite("load", "a.rs", 2),
        callsite("load#2", "a.rs", 3),
        callsite("load#4", "a.rs", 4),
        callsite("load", "a.rs", 5),
    ]);
    assert_eq!(
        shown(&listing),
        rows(&[("load", 1), ("load#2", 3), ("load#3", 2), ("load#4", 4), ("load#5", 5)])
    );
}

#[test]
fn two_versions_of_one_package_stay_apart() {
    let listing = Listing::new(vec![
        of_version("load", "a.rs", 1, "2.0.0"),
        of_version("load", "a.rs", 1, "1.0.0"),
    ]);
    let versions: Vec<_> =
        listing.functions.iter().map(|row| row.callsite.metadata().crate_version).collect();
    assert_eq!(
        (shown(&listing), versions),
        (rows(&[("load", 1), ("load#2", 1)]), vec!["1.0.0", "2.0.0"])
    );
}

/// One family of one series.
struct One(Family<'static>);

impl One {
    fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self(Family { name, help: "", kind: Kind::Gauge, unit: None }))
    }
}

impl Collector for One {
    fn families(&self) -> &[Family<'static>] {
        std::slice::from_ref(&self.0)
    }

    fn series(&self, _: &Family<'static>, visitor: &mut dyn Visitor) {
        visitor.series(&[], &Value::Unsigned(1));
    }
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.families.iter().map(|family| family.name.as_str()).collect()
}

#[test]
fn collectors_are_visited_in_the_order_of_names_until_they_go() {
    let later = register(One::new("zzz_of_a_test"));
    let sooner = register(One::new("aaa_of_a_test"));
    let all = snapshot();
    assert!(names(&all).is_sorted(), "{:?}", names(&all));
    assert_eq!(names(&all).first(), Some(&"aaa_of_a_test"));
    assert_eq!(names(&all).last(), Some(&"zzz_of_a_test"));
    assert!(names(&all).contains(&"observe_calls_total"), "functions are among them");

    drop(later);
    let rest = snapshot();
    assert!(!names(&rest).contains(&"zzz_of_a_test") && names(&rest).contains(&"aaa_of_a_test"));
    drop(sooner);
    assert!(!names(&snapshot()).contains(&"aaa_of_a_test"));
}

#[test]
fn families_nobody_wants_are_not_visited() {
    let _one = register(One::new("bbb_of_a_test"));
    let mut some = Snapshot::default();
    visit(&mut some, &|family| family.name == "bbb_of_a_test");
    assert_eq!(names(&some), ["bbb_of_a_test"]);
    assert_eq!(some.families[0].series.len(), 1);
}
