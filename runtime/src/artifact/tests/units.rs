//! What the numbers of a query are, by the names of what it asks for, and the units that say so.

use super::{checks::filled, promql::read};
use crate::artifact::grafana::Unit;

/// What is counted or measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    Count,
    Seconds,
    Bytes,
    Dollars,
    Share,
}

/// What a family measures. By Prometheus' conventions its name says so.
fn of_family(name: &str) -> Quantity {
    if name.ends_with("_bucket") || name.ends_with("_count") {
        return Quantity::Count;
    }
    let parts = [
        ("_seconds", Quantity::Seconds),
        ("_bytes", Quantity::Bytes),
        ("_usd", Quantity::Dollars),
        ("_operation_cost", Quantity::Dollars),
        ("_ratio", Quantity::Share),
        (":ratio", Quantity::Share),
        ("evaluation_score", Quantity::Share),
    ];
    let found = parts.iter().find(|(part, _)| name.contains(part));
    found.map_or(Quantity::Count, |(_, quantity)| *quantity)
}

/// What the numbers of an expression without a quotient are, and whether they are by second.
fn of(expr: &str) -> Option<(Quantity, bool)> {
    let query = read(expr);
    let selector = query.selectors.first()?;
    let quantile = expr.contains("histogram_quantile(");
    let mut quantity = of_family(selector.name.trim_end_matches("_bucket"));
    if !quantile && (selector.name.ends_with("_bucket") || expr.contains("histogram_count(")) {
        quantity = Quantity::Count;
    }
    if expr.contains("count(") && !expr.contains("histogram_count(") || expr.contains("count by") {
        return Some((Quantity::Count, false));
    }
    if expr.starts_with("avg(") {
        // Of what is 0 or 1.
        quantity = Quantity::Share;
    }
    if expr.contains("[1d:30s])) * 30") {
        // Steps of half a minute.
        return Some((Quantity::Seconds, false));
    }
    let is_rate = !quantile && ["rate(", "deriv("].iter().any(|word| expr.contains(word));
    Some((quantity, is_rate))
}

/// The parts of the first quotient on the way from the left; of what is put in its place where it is empty, nothing.
fn quotient(expr: &str) -> (&str, Option<&str>) {
    let first = expr.split("\nor ").next().unwrap_or(expr);
    let first = first.split(" or 0 *").next().unwrap_or(first);
    let part = expr.split_once("\n  / ").or_else(|| first.split_once(" / "));
    match part {
        Some((_, below)) => (first.split("\n  / ").next().unwrap_or(first), Some(below)),
        None => (first, None),
    }
}

/// Whether an expression is a part of something of the same kind.
pub(super) fn is_share(expr: &str) -> bool {
    let (above, below) = quotient(expr);
    match (of(above), below.and_then(of)) {
        (Some(above), Some(below)) => above == below,
        _ => false,
    }
}

/// Why a unit is not that of a query's numbers, if so.
pub(super) fn fault(unit: Unit, expr: &str) -> Option<String> {
    let expr = filled(expr);
    let (above, below) = quotient(&expr);
    let (quantity, by_second) = of(above)?;
    let allowed: Vec<Unit> = match below.and_then(of) {
        // The mean of now over that of then.
        Some(_) if expr.contains("\n  / (") && below.is_some_and(|it| it.contains(" offset ")) => {
            vec![Unit::Ratio]
        }
        // Cores in use, of those that there are.
        Some((Quantity::Count, false)) if (quantity, by_second) == (Quantity::Seconds, true) => {
            vec![Unit::Ratio]
        }
        // A share of itself, or how many there are for each.
        Some(below) if below == (quantity, by_second) => vec![Unit::Ratio, Unit::Count],
        Some((Quantity::Count, _)) => match quantity {
            Quantity::Seconds => vec![Unit::Seconds],
            Quantity::Bytes => vec![Unit::Bytes],
            Quantity::Dollars => vec![Unit::Dollars],
            Quantity::Share => vec![Unit::Ratio],
            Quantity::Count => vec![Unit::Count],
        },
        // Tasks for a second, an hour or a gigabyte.
        Some(_) => vec![Unit::Count, Unit::Ratio, Unit::Seconds],
        None => match (quantity, by_second) {
            (Quantity::Count, true) if expr.contains("* 60") => vec![Unit::PerMinute, Unit::Count],
            (Quantity::Count, true) => vec![Unit::PerSecond, Unit::Seconds],
            (Quantity::Count, false) => vec![Unit::Count],
            // Seconds of a second: a share of one, or how many at a time.
            (Quantity::Seconds, true) => vec![Unit::Ratio, Unit::Count],
            (Quantity::Seconds, false) => vec![Unit::Seconds],
            (Quantity::Bytes, true) => vec![Unit::BytesPerSecond],
            (Quantity::Bytes, false) => vec![Unit::Bytes],
            (Quantity::Dollars, _) => vec![Unit::Dollars],
            (Quantity::Share, _) => vec![Unit::Ratio],
        },
    };
    (!allowed.contains(&unit)).then(|| format!("`{unit:?}` is not what {expr} is in: {allowed:?}"))
}
