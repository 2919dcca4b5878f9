//! Factors, ratios and rates against integers and against the published table.

use super::super::burn::{DAYS, Factor, TIERS, WINDOWS, factor, rate, ratio, scaled, text};
use proptest::prelude::*;
use std::time::Duration;

#[test]
fn factors_are_those_of_the_workbook() {
    let of = |objective| TIERS.map(|tier| factor(&tier, objective));
    let table = [14.4, 6.0, 3.0, 1.0];
    assert_eq!(of(0.995), table.map(|value| Factor { value, lowered: false }));
    // With 90 %, all calls bad spend the budget ten times as fast as it may be: 14.4 is never reached.
    let ninety = of(0.9);
    assert_eq!(ninety[0], Factor { value: 8.0, lowered: true });
    assert_eq!(ninety[1..], of(0.995)[1..]);
    // With 50 %, twice as fast is all there is: of the four, three cannot be reached.
    let half = [(1.6, true), (1.6, true), (1.6, true), (1.0, false)];
    assert_eq!(of(0.5), half.map(|(value, lowered)| Factor { value, lowered }));
}

#[test]
fn windows_scale_with_the_period_and_are_written_as_prometheus_does() {
    let written = |days| WINDOWS.map(|window| text(scaled(window, days)));
    assert_eq!(written(30), ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]);
    assert_eq!(written(7), ["1m10s", "7m", "14m", "28m", "1h24m", "5h36m", "16h48m"]);
    assert_eq!(written(28), ["4m40s", "28m", "56m", "1h52m", "5h36m", "22h24m", "2d19h12m"]);
    assert!(WINDOWS.is_sorted(), "from the shortest to the longest");
}

/// The share of the budget that a window may spend stays as it is, whatever the period.
#[test]
fn budget_shares_stay() {
    for days in [7, 28, 30] {
        for tier in &TIERS {
            let period = f64::from(days) * 86_400.0;
            let share = factor(tier, 0.999).value * scaled(tier.long, days).as_secs_f64() / period;
            assert!((share - tier.budget).abs() < 1e-12, "{share} of {days} days");
        }
    }
    assert_eq!(DAYS, 30);
}

#[test]
fn percent_become_the_ratio_that_people_would_write() {
    for (percent, written) in
        [(99.9, 0.999), (99.5, 0.995), (99.99, 0.9999), (95.0, 0.95), (50.0, 0.5)]
    {
        assert_eq!(ratio(percent).to_bits(), f64::to_bits(written));
    }
    assert_ne!((99.9_f64 / 100.0).to_bits(), 0.999_f64.to_bits(), "dividing does not do");
}

proptest! {
    /// Against whole numbers: of `thousandths` of calls that may be bad.
    #[test]
    fn a_rate_is_the_share_of_bad_calls_over_the_share_that_may_be(
        events in 1_u64..1_000_000_000,
        share in 0.0_f64..=1.0,
        thousandths in 1_u32..=500,
    ) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "any number")]
        let bad = ((events as f64) * share) as u64;
        let objective = ratio(100.0 - f64::from(thousandths) / 10.0);
        let found = rate(bad, events, objective);
        // bad / events / (thousandths / 1000), in millionths.
        let exact = u128::from(bad) * 1_000 * 1_000_000 / (u128::from(events) * u128::from(thousandths));
        #[allow(clippy::cast_precision_loss, reason = "small enough")]
        let exact = exact as f64 / 1e6;
        prop_assert!((found - exact).abs() <= 2e-6 + exact * 1e-9, "{} is {}", found, exact);
    }

    /// Whatever the objective, calls that are all bad set off every alert.
    #[test]
    fn every_alert_can_fire(tenths in 500_u32..=999) {
        let objective = ratio(f64::from(tenths) / 10.0);
        for tier in &TIERS {
            let Factor { value, lowered } = factor(tier, objective);
            prop_assert!(rate(100, 100, objective) > value);
            prop_assert!(value > 0.0);
            let table = tier.budget * 30.0 * 86_400.0 / tier.long.as_secs_f64();
            prop_assert_eq!(lowered, table * (1.0 - objective) >= 1.0);
        }
    }
}

#[test]
fn without_calls_nothing_is_spent() {
    assert_eq!(rate(0, 0, 0.99).to_bits(), 0.0_f64.to_bits());
    assert_eq!(text(Duration::ZERO), "");
}
