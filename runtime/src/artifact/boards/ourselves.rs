//! Rows on observing itself: what it costs, what it loses, and what is linked in.

use super::{
    super::{
        grafana::{Panel, Row, S, Shape, Unit},
        program::Part,
    },
    of, quantile, rate, share,
};

pub(super) fn export() -> Row {
    Row {
        title: "Export",
        needs: Part::Export,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::PerSecond,
                "Spans",
                "Spans that a collector took, and spans that were lost.",
            )
            .query("taken", rate("", &of("observant_spans_exported_total")))
            .query("lost: {{reason}}", rate("reason", &of("observant_spans_dropped_total"))),
            Panel::new(
                Shape::Lines,
                Unit::PerSecond,
                "Failed requests to collectors",
                "Tried again or not, by signal.",
            )
            .query("{{signal}}", rate("signal", &of("observant_export_failures_total"))),
        ],
    }
}

/// What all of it costs the program.
pub(super) fn overhead() -> Panel {
    Panel::new(
        Shape::Lines,
        Unit::Ratio,
        "Overhead",
        "What observing takes, of the time that observed functions run themselves.",
    )
    .query(
        "{{instance}}",
        share(
            "instance",
            &of("observant_overhead_seconds_total"),
            &of("observe_call_self_seconds_total"),
        ),
    )
    .line(0.05)
}

pub(super) fn ourselves() -> Row {
    Row {
        title: "Observing itself",
        needs: Part::Calls,
        panels: vec![
            overhead(),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long scrapes take, p95",
                "To visit, encode and compress.",
            )
            .query(
                "{{instance}}",
                quantile("0.95", "instance", "observant_scrape_duration_seconds", ""),
            ),
            Panel::new(
                Shape::Lines,
                Unit::PerSecond,
                "Labels past their bound",
                "Calls that count as _OTHER, by metric.",
            )
            .query("{{metric}}", rate("metric", &of("observant_series_overflow_total"))),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Switched off",
                "Functions that are switched off; `global` is 1 when all are.",
            )
            .query("{{scope}}", format!("max by (scope) ({})", of("observant_switch_off"))),
            Panel::new(
                Shape::Table,
                Unit::Count,
                "Versions",
                "Crates with observed functions, and how many functions each has.",
            )
            .query(
                "Functions",
                format!("count by (crate, version) (observe_function_info{{{S}}})"),
            ),
        ],
    }
}
