//! Burn rates of SLOs: one set of rules for all functions, whose objectives and factors are series of the program's.
//!
//! Google's "Site Reliability Workbook", chapter 5. Rates over five minutes are recorded once, and every longer window is a
//! sum of those: what three days of raw counters would cost at each evaluation grows with functions and processes. A
//! ratio over a window is a sum of bad calls over a sum of calls, never a mean of ratios.

use super::{Alert, Group, Rule, SERVICE, Severity};
use crate::{
    artifact::yaml::record,
    slo::{TIERS, Tier, Urgency, WINDOWS, scaled, text, usual},
};
use std::{collections::BTreeMap, time::Duration};

/// How often rates are recorded, in seconds: a sum over a window, times this, is a number of calls.
const INTERVAL: u32 = 30;

/// The shortest window of a rule. Those of a period of 7 days would begin at 70 s, in which a program that is scraped once
/// a minute has no rate. A longer short window resolves later, and finds as much.
const SHORTEST: Duration = Duration::from_secs(5 * 60);

const EVENTS: &str = "slo:observe_slo_events:rate5m";
const BAD: &str = "slo:observe_slo_bad_events:rate5m";
const OBJECTIVE: &str = "slo:observe_slo_objective:ratio";
const FACTOR: &str = "slo:observe_slo_burn_factor:max";
const PERIOD: &str = "slo:observe_slo_period:days";
const SPENT: &str = "slo:observe_slo_bad_events:sum_of_period";
const REMAINING: &str = "slo:observe_slo_error_budget_remaining:ratio";

/// A window of a period as rules have it.
fn window(of_30_days: Duration, days: u32) -> Duration {
    scaled(of_30_days, days).max(SHORTEST)
}

/// The series of the burn rate over a window.
fn burn(window: Duration) -> String {
    format!("slo:observe_slo_burn:rate{}", text(window))
}

/// The groups for SLOs of these periods.
pub(super) fn groups(periods: &[u32]) -> Vec<Group> {
    let mut alerts = Vec::new();
    for tier in &TIERS {
        alerts.extend(periods.iter().map(|days| Rule::Alert(burns(tier, *days))));
    }
    let mut burns = recorded();
    burns.push(record(PERIOD, period(periods)));
    burns.extend(rates(periods));
    burns.extend(alerts);
    vec![
        // Sums over windows count on this interval.
        Group { name: "observant-slo", interval: Some("30s"), rules: burns },
        Group { name: "observant-slo-budget", interval: Some("5m"), rules: budgets(periods) },
    ]
}

/// What all else is made of.
fn recorded() -> Vec<Rule> {
    let sum = |name| format!("sum by ({SERVICE}, slo, sli) (rate({name}[5m]))");
    vec![
        record(EVENTS, sum("observe_slo_events_total")),
        record(BAD, sum("observe_slo_bad_events_total")),
        // While a version with another objective is rolled out, the stricter one holds.
        record(OBJECTIVE, format!("max by ({SERVICE}, slo, sli) (observe_slo_objective_ratio)")),
        record(
            FACTOR,
            format!("max by ({SERVICE}, slo, sli, severity, window) (observe_slo_burn_factor)"),
        ),
    ]
}

/// How long the period of an SLO is: its factors name windows that no other period has with that severity.
fn period(periods: &[u32]) -> String {
    let of = |days: &u32| {
        let window = text(scaled(TIERS[0].long, *days));
        let severity = TIERS[0].urgency.text();
        format!(
            "sum without (severity, window) ({FACTOR}{{severity=\"{severity}\",window=\"{window}\"}}) * 0 + {days}"
        )
    };
    periods.iter().map(of).collect::<Vec<_>>().join("\nor ")
}

/// The burn rate over each window that any of the periods has, for SLOs of those periods.
fn rates(periods: &[u32]) -> Vec<Rule> {
    let mut windows = BTreeMap::<Duration, Vec<u32>>::new();
    for days in periods {
        for of_30_days in WINDOWS {
            let owners = windows.entry(window(of_30_days, *days)).or_default();
            if !owners.contains(days) {
                owners.push(*days);
            }
        }
    }
    let rule = |(window, owners): (Duration, Vec<u32>)| {
        let (bad, events) = if window == SHORTEST {
            (BAD.to_owned(), EVENTS.to_owned())
        } else {
            let sum = |name| format!("sum_over_time({name}[{}])", text(window));
            (sum(BAD), sum(EVENTS))
        };
        let mut expr = format!("{bad}\n  / ({events} > 0)\n  / (1 - {OBJECTIVE})");
        if owners.len() < periods.len() {
            let is = |days: &u32| format!("{PERIOD} == {days}");
            let owned: Vec<_> = owners.iter().map(is).collect();
            expr = format!("{expr}\nand ({})", owned.join(" or "));
        }
        record(burn(window), expr)
    };
    windows.into_iter().map(rule).collect()
}

/// Fires where the budget is spent too fast over a long window and a short one.
fn burns(tier: &Tier, days: u32) -> Alert {
    let severity = tier.urgency.text();
    let named = text(scaled(tier.long, days));
    let (long, short) = (window(tier.long, days), window(tier.short, days));
    let factor = format!("{FACTOR}{{severity=\"{severity}\",window=\"{named}\"}}");
    let beyond = |window| format!("{} > ignoring (severity, window) {factor}", burn(window));
    // One bad call alone wakes nobody up, however few calls there are. Rates are extrapolated: one call may count as 1.25.
    let guard = format!("sum_over_time({BAD}[{}]) * {INTERVAL} > 1.5", text(long));
    let expr = format!("{}\nand {}\nand {guard}", beyond(long), beyond(short));
    let usual = usual(tier);
    let (long, short) = (text(long), text(short));
    let lowered = format!(
        "{{{{ with query (printf \"{FACTOR}{{job=%q,slo=%q,sli=%q,severity=\\\"{severity}\\\",window=\\\"{named}\\\"}} < {usual}\" \
         $labels.job $labels.slo $labels.sli) }}}} The usual factor of {usual} could never be reached with so large a budget; \
         this alert has {{{{ . | first | value | printf \"%.3g\" }}}}.{{{{ end }}}}"
    );
    let (name, level, summary) = match tier.urgency {
        Urgency::Page => (
            "ObservantSloBurnsFast",
            Severity::Critical,
            "The error budget of an SLO will be gone within days.",
        ),
        Urgency::Ticket => (
            "ObservantSloBurnsSlowly",
            Severity::Warning,
            "The error budget of an SLO will not last for its period.",
        ),
    };
    Alert {
        name,
        expr,
        wait: "",
        severity: level,
        labels: vec![("window", named)],
        summary,
        description: format!(
            "{{{{ $labels.slo }}}} ({{{{ $labels.sli }}}}) of {{{{ $labels.job }}}} spends its budget \
             {{{{ $value | printf \"%.3g\" }}}} times as fast as it may over {long}, and too fast over {short}. \
             Its period is {days} d.{lowered}"
        ),
    }
}

/// What is left of the budgets, and an alert once nothing is.
fn budgets(periods: &[u32]) -> Vec<Rule> {
    let joined =
        |of: &dyn Fn(&u32) -> String| periods.iter().map(of).collect::<Vec<_>>().join("\nor\n");
    let spent = joined(&|days| {
        format!("sum_over_time({BAD}[{days}d]) * {INTERVAL}\nand {PERIOD} == {days}")
    });
    let left = joined(&|days| {
        format!(
            "1 - {SPENT}\n  / (sum_over_time({EVENTS}[{days}d]) * {INTERVAL} > 0)\n  / (1 - {OBJECTIVE})\nand {PERIOD} == {days}"
        )
    });
    vec![
        record(SPENT, spent),
        record(REMAINING, left),
        super::alert(
            "ObservantSloBudgetSpent",
            Severity::Warning,
            "10m",
            // One bad call alone, as with burn rates, but of the whole period: for so long what is spent stays spent.
            format!("{REMAINING} < 0\nand {SPENT} > 1.5"),
            "The error budget of an SLO is spent.",
            "{{ $labels.slo }} ({{ $labels.sli }}) of {{ $labels.job }} has {{ $value | humanizePercentage }} of its budget \
             left, of the calls that Prometheus knows in its period.",
        ),
    ]
}
