//! Alerts on observing itself: what it costs, what it loses, and that it is off.

use super::{Group, INSTANCE, Part, Program, Severity, alert};

pub(super) fn group(program: &Program) -> Group {
    let mut rules = vec![
        alert(
            "ObservantOverheadHigh",
            Severity::Warning,
            "15m",
            // Of functions that run for a hundredth of a core at least; of less, a share says nothing.
            format!(
                "sum by ({INSTANCE}) (rate(observant_overhead_seconds_total[15m]))\n  \
                 / (sum by ({INSTANCE}) (rate(observe_call_self_seconds_total[15m])) > 0.01)\n> 0.05"
            ),
            "Observing costs more than 5 % of the time that observed functions run.",
            "On {{ $labels.instance }} observing took {{ $value | humanizePercentage }} of the time that observed functions \
             ran themselves.",
        ),
        alert(
            "ObservantSeriesOverflow",
            Severity::Info,
            "",
            format!(
                "sum by ({INSTANCE}, metric) (increase(observant_series_overflow_total[1h])) > 0.5"
            ),
            "Labels of a metric are past their bound.",
            "On {{ $labels.instance }} {{ $value | printf \"%.0f\" }} values of {{ $labels.metric }} within 1 h count as \
             _OTHER.",
        ),
        alert(
            "ObservantSwitchedOff",
            Severity::Info,
            "1h",
            format!("max by ({INSTANCE}) (observant_switch_off{{scope=\"global\"}}) > 0"),
            "A process records nothing.",
            "Everything has been switched off on {{ $labels.instance }} for 1 h: its calls are not counted, and no other alert on \
             them can fire.",
        ),
    ];
    if program.has(Part::Export) {
        rules.push(alert(
            "ObservantExportFails",
            Severity::Warning,
            "10m",
            format!(
                "sum by ({INSTANCE}, signal) (increase(observant_export_failures_total[10m])) > 0.5"
            ),
            "A collector does not take what is sent to it.",
            "{{ $value | printf \"%.0f\" }} requests with {{ $labels.signal }} of {{ $labels.instance }} failed within 10 min.",
        ));
        rules.push(alert(
            "ObservantSpansLost",
            Severity::Warning,
            "10m",
            format!(
                "sum by ({INSTANCE}, reason) (increase(observant_spans_dropped_total[10m])) > 0.5"
            ),
            "Spans are lost.",
            "{{ $value | printf \"%.0f\" }} spans of {{ $labels.instance }} were lost within 10 min: {{ $labels.reason }}.",
        ));
    }
    Group { name: "observant-ourselves", interval: None, rules }
}
