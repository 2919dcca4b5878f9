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
            stuck(),
            "Calls of a function begin and do not end.",
            "{{ $value }} calls of {{ $labels.module }}::{{ $labels.function }} on {{ $labels.instance }} are under way, and \
             none ended for 30 min, or for longer where calls usually take longer or none ever ended.",
        ),
    ];
    Group { name: "observant-calls", interval: None, rules }
}

/// For how long no call has ended, and the mean in seconds up to which that is too long: ten times as long as a call at least.
const SLOW: [(&str, u32); 3] = [("1d", 8640), ("6h", 2160), ("2h", 720)];

/// Functions with calls under way of which none has ended for as long as their mean allows. Windows of hours are two looks, at
/// their ends: what lies between would cost too much at each evaluation, and the count that is the same says it all.
fn stuck() -> String {
    let function = format!("{INSTANCE}, module, function");
    let sum = |of: &str| format!("sum by ({function}) ({of})");
    let under_way = sum("min_over_time(observe_calls_in_flight[30m])");
    let ended = sum("last_over_time(observe_calls_total[5m])");
    let same = |window: &str| {
        let before = sum(&format!("last_over_time(observe_calls_total[15m] offset {window})"));
        format!("{ended}\n  == {before}\n  and {}", under_way_before(&function, window))
    };
    let quick = sum("increase(observe_calls_total[30m])");
    let mean = format!(
        "({}\n  / ({} > 0)\nor {}\n  / ({} > 0))",
        sum("observe_call_duration_seconds_sum"),
        sum("observe_call_duration_seconds_count"),
        sum("histogram_sum(observe_call_duration_seconds)"),
        sum("histogram_count(observe_call_duration_seconds)"),
    );
    let slow = SLOW.map(|(window, limit)| format!("({}) * 0 + {limit}\nor ", same(window)));
    let limit = format!("{}({under_way}\n  unless {quick} > 0) * 0 + 180", slow.concat());
    // What never ended a call has no mean. A function without a kind may be meant to run as long as the program.
    let first = format!(
        "{under_way} > 0\nand {}\nand {ended} == 0\n\
         and count by ({function}) (observe_function_info{{kind!=\"function\"}})",
        under_way_before(&function, "1h")
    );
    format!("{under_way} > 0\nand {mean}\n< ({limit})\nor {first}")
}

fn under_way_before(function: &str, window: &str) -> String {
    format!(
        "sum by ({function}) (last_over_time(observe_calls_in_flight[15m] offset {window})) > 0"
    )
}
