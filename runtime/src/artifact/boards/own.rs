//! Metrics that a program declares itself, each as what its kind has to say.

use super::{
    super::{
        grafana::{Panel, Row, Shape, Unit},
        program::{Own, Part, Program},
    },
    of, quantile, rate,
};
use crate::snapshot::Kind;

/// Metrics that have a panel each; the others are named.
const MOST: usize = 30;

pub(super) fn metrics(program: &Program) -> Row {
    let shown: Vec<_> = program.own.iter().filter(|own| own.kind != Kind::Info).collect();
    let mut panels: Vec<_> = shown.iter().take(MOST).map(|own| panel(own)).collect();
    if shown.len() > MOST {
        let names: Vec<_> = shown[MOST..].iter().map(|own| format!("`{}`", own.name)).collect();
        let text = format!(
            "{} metrics more than the {MOST} that are shown: {}.",
            names.len(),
            names.join(", ")
        );
        panels.push(Panel::new(Shape::Text, Unit::Count, "And more", &text));
    }
    Row { title: "Own metrics", needs: Part::Calls, panels }
}

fn panel(own: &Own) -> Panel {
    let (unit, what) = reading(own);
    let help = own.help.trim_end_matches('.');
    let labels: Vec<_> = own.labels.iter().copied().filter(|label| *label != "instance").collect();
    let with_instance: Vec<_> = ["instance"].into_iter().chain(labels.iter().copied()).collect();
    let by = if own.kind == Kind::Gauge { with_instance } else { labels };
    let legend: Vec<_> = by.iter().map(|label| format!("{{{{{label}}}}}")).collect();
    let legend = if legend.is_empty() { "all".to_owned() } else { legend.join(" ") };
    let by = by.join(", ");
    let expr = match own.kind {
        Kind::Counter => rate(&by, &of(own.name)),
        Kind::Histogram => quantile("0.95", &by, own.name, ""),
        _ => format!("sum by ({by}) ({})", of(own.name)),
    };
    Panel::new(Shape::Lines, unit, own.name, &format!("{help}; {what}.")).query(legend, expr)
}

/// What the numbers of its panel are.
fn reading(own: &Own) -> (Unit, &'static str) {
    let unit = match own.unit {
        Some("seconds") => Unit::Seconds,
        Some("bytes") => Unit::Bytes,
        Some("ratio") => Unit::Ratio,
        Some("usd") => Unit::Dollars,
        _ => Unit::Count,
    };
    match own.kind {
        Kind::Counter => match unit {
            Unit::Seconds => (Unit::Ratio, "seconds of a second"),
            Unit::Bytes => (Unit::BytesPerSecond, "bytes a second"),
            Unit::Dollars => (Unit::Dollars, "a second"),
            _ => (Unit::PerSecond, "a second"),
        },
        Kind::Histogram => (unit, "the 95th percentile of what was observed"),
        _ => (unit, "as it is, of each process"),
    }
}
