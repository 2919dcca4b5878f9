//! Two metrics of one name: one is shown, and a warning says where both are.

#![allow(clippy::float_cmp)] // Whole numbers.

use super::HERE;
use observant_tests::http;

mod one {
    observant::metrics! {
        /// The one that is shown.
        pub(super) static SEEN: Counter = "twins_seen_total";
    }
}

mod other {
    observant::metrics! {
        /// The one that is not.
        pub(super) static SEEN: Gauge = "twins_seen";
    }
    observant::metrics! {
        /// Neither is this.
        pub(super) static SAME: Counter = "twins_seen_total";
    }
}

#[test]
fn of_two_with_one_name_the_first_is_shown_and_both_are_told() {
    let address = HERE.observant.local_addr().unwrap();
    one::SEEN.inc();
    other::SEEN.set(5.0);
    other::SAME.add(7);
    let shown = observant::snapshot();
    let named: Vec<_> =
        shown.families.iter().filter(|family| family.name.starts_with("twins_")).collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!((&*named[0].name, &*named[0].help), ("twins_seen_total", "The one that is shown."));
    assert_eq!(shown.sum("twins_seen_total", &[]), 1.0);
    let status = http::get(address, "/status");
    let told: Vec<&str> =
        status.text().lines().filter(|line| line.contains("twins_seen")).collect();
    let told = told.join("\n");
    assert!(
        told.contains("the metrics `twins_seen_total` and `twins_seen` are one to OpenMetrics: at"),
        "{told}"
    );
    assert!(told.contains("two metrics are called `twins_seen_total`: at"), "{told}");
    assert_eq!(told.matches("twins.rs:").count(), 4, "{told}");
}
