//! Alerts on functions that promise nothing: how their calls end, and whether they do.

use super::{FUNCTION, Group, INSTANCE, SERVICE, Severity, alert};

pub(super) fn group() -> Group {
    let ended = |outcome: &str, window: &str| {
        format!("sum by ({FUNCTION}) (increase(observe_calls_total{{{outcome}}}[{window}]))")
    };
    let finished = ended("outcome!=\"cancelled\"", "15m");
    let failed = ended("outcome=~\"error|panic\"", "15m");
    let cancelled = ended("outcome=\"cancelled\"", "15m");
    let all = ended("", "15m");
    let panics = ended("outcome=\"panic\"", "15m");
    let function = format!("{INSTANCE}, module, function");
    let rules = vec![
        alert(
            "ObservantJobGone",
            Severity::Critical,
            "5m",
            format!(
                "count by ({SERVICE}) (max_over_time(observant_build_info[6h]))\n\
                 unless count by ({SERVICE}) (observant_build_info)"
            ),
            "No process of a job answers scrapes any more.",
            "{{ $labels.job }} had processes within the last 6 h, and has none now.",
        ),
        alert(
            "ObservantErrorRatioHigh",
            Severity::Warning,
            "5m",
            format!("{failed}\n  / ({finished} >= 10)\n> 0.25"),
            "More than a quarter of a function's calls fail.",
            "Of the calls of {{ $labels.module }}::{{ $labels.function }} of {{ $labels.job }} within 15 min, \
             {{ $value | humanizePercentage }} were errors or panics.",
        ),
        alert(
            "ObservantPanics",
            Severity::Warning,
            "",
            format!("{panics} > 0.5"),
            "A function panics.",
            "{{ $labels.module }}::{{ $labels.function }} of {{ $labels.job }} panicked {{ $value | printf \"%.0f\" }} times \
             within 15 min.",
        ),
        alert(
            "ObservantCallsCancelled",
            Severity::Info,
            "15m",
            format!("{cancelled}\n  / ({all} >= 10)\n> 0.25"),
            "More than a quarter of a function's calls are cancelled.",
            "Of the calls of {{ $labels.module }}::{{ $labels.function }} of {{ $labels.job }} within 15 min, \
             {{ $value | humanizePercentage }} were dropped before their end.",
        ),
        alert(
            "ObservantCallsStuck",
            Severity::Warning,
            "5m",
            // Of functions whose calls usually take less than three minutes; what runs as long as the program never ended.
            format!(
                "sum by ({function}) (min_over_time(observe_calls_in_flight[30m])) > 0\n\
                 unless sum by ({function}) (increase(observe_calls_total[30m])) > 0\n\
                 and (sum by ({function}) (observe_call_duration_seconds_sum)\n  \
                 / (sum by ({function}) (observe_call_duration_seconds_count) > 0)\n\
                 or sum by ({function}) (histogram_sum(observe_call_duration_seconds))\n  \
                 / (sum by ({function}) (histogram_count(observe_call_duration_seconds)) > 0))\n  < 180"
            ),
            "Calls of a function begin and do not end.",
            "{{ $value }} calls of {{ $labels.module }}::{{ $labels.function }} on {{ $labels.instance }} are under way, and \
             none ended within 30 min.",
        ),
    ];
    Group { name: "observant-calls", interval: None, rules }
}
