//! Visits with collectors of their own.

use crate::{
    registry::{
        collector::{Collector, register},
        snapshot, visit,
    },
    snapshot::{Family, Kind, Snapshot, Value, Visitor},
};
use std::sync::Arc;

/// One family of one series.
struct One(Family<'static>);

impl One {
    fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self(Family { name, help: "", kind: Kind::Gauge, unit: None }))
    }
}

impl Collector for One {
    fn families(&self) -> &[Family<'_>] {
        std::slice::from_ref(&self.0)
    }

    fn series(&self, _: &Family<'_>, visitor: &mut dyn Visitor) {
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
    visit(&mut some, &|family| family.name == "bbb_of_a_test", &[]);
    assert_eq!(names(&some), ["bbb_of_a_test"]);
    assert_eq!(some.families[0].series.len(), 1);
}
