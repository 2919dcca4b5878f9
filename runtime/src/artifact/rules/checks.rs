//! Alerts on health checks.

use super::{Group, INSTANCE, Severity, alert};

pub(super) fn group() -> Group {
    let check = format!("{INSTANCE}, name, kind");
    let rules = vec![
        alert(
            "ObservantNotAlive",
            Severity::Critical,
            "2m",
            format!("min by ({check}) (observe_health_check{{kind=\"liveness\"}}) == 0"),
            "A liveness check fails.",
            "{{ $labels.name }} of {{ $labels.instance }} fails: the process cannot help itself, and has not been restarted.",
        ),
        alert(
            "ObservantHealthCheckFails",
            Severity::Warning,
            "5m",
            format!("min by ({check}) (observe_health_check{{kind!=\"liveness\"}}) == 0"),
            "A health check fails.",
            "{{ $labels.name }} ({{ $labels.kind }}) of {{ $labels.instance }} has failed for 5 min, or nothing is known of it.",
        ),
        alert(
            "ObservantHealthFlaps",
            Severity::Warning,
            "",
            format!(
                "sum by ({check}) (increase(observe_health_check_transitions_total[30m])) > 4.5"
            ),
            "A health check goes up and down.",
            "{{ $labels.name }} ({{ $labels.kind }}) of {{ $labels.instance }} changed its status \
             {{ $value | printf \"%.0f\" }} times within 30 min.",
        ),
        alert(
            "ObservantHealthCheckHangs",
            Severity::Warning,
            "5m",
            format!(
                "sum by ({check}) (increase(observe_health_checks_total{{status=\"stuck\"}}[10m])) > 0.5"
            ),
            "A run of a health check does not return.",
            "{{ $labels.name }} ({{ $labels.kind }}) of {{ $labels.instance }} is not run again, as a run of before has not \
             returned.",
        ),
    ];
    Group { name: "observant-health", interval: None, rules }
}
