//! Alerts on what runs out: memory, file descriptors, storage, CPU time. Where it is used up little by little, by when.

use super::{Group, INSTANCE, Part, Program, Severity, alert};

pub(super) fn group(program: &Program) -> Group {
    let storage = "system_filesystem_usage_bytes{system_filesystem_state=\"free\"}";
    let mount = format!("{INSTANCE}, system_device, system_filesystem_mountpoint");
    let fills = |share: &str, history: &str, ahead: &str| {
        format!(
            "min by ({mount}) (predict_linear({storage}[{history}], {ahead})) < 0\n\
             and min by ({mount}) ({storage})\n  / (max by ({mount}) (system_filesystem_limit_bytes) > 0)\n  < {share}"
        )
    };
    let mut rules = vec![
        alert(
            "ObservantMemoryRunsOut",
            Severity::Warning,
            "15m",
            "predict_linear(cgroup_memory_working_set_bytes[1h], 4 * 3600) > cgroup_memory_limit_bytes\n\
             and cgroup_memory_working_set_bytes / cgroup_memory_limit_bytes > 0.5",
            "Memory will be used up within hours.",
            "At the pace of the last hour, {{ $labels.instance }} has {{ $value | humanize1024 }}B in 4 h, which is more than its \
             limit; it will be killed.",
        ),
        alert(
            "ObservantMemoryFull",
            Severity::Warning,
            "10m",
            "cgroup_memory_working_set_bytes / cgroup_memory_limit_bytes > 0.9",
            "Memory is almost used up.",
            "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its limit of memory.",
        ),
        alert(
            "ObservantOutOfMemory",
            Severity::Warning,
            "",
            format!(
                "sum by ({INSTANCE}) (increase(cgroup_memory_events_total{{event=\"oom_kill\"}}[30m])) > 0.5"
            ),
            "Processes are killed for want of memory.",
            "{{ $value | printf \"%.0f\" }} processes in the cgroup of {{ $labels.instance }} were killed within 30 min.",
        ),
        alert(
            "ObservantCpuThrottled",
            Severity::Info,
            "15m",
            format!(
                "sum by ({INSTANCE}) (rate(cgroup_cpu_throttled_periods_total[5m]))\n  \
                 / (sum by ({INSTANCE}) (rate(cgroup_cpu_periods_total[5m])) > 0)\n> 0.25"
            ),
            "A limit of CPU time holds a process back.",
            "{{ $labels.instance }} is held back in {{ $value | humanizePercentage }} of the periods of its limit.",
        ),
        alert(
            "ObservantFileDescriptorsRunOut",
            Severity::Warning,
            "15m",
            "predict_linear(process_open_fds[1h], 4 * 3600) > process_max_fds\n\
             and process_open_fds / process_max_fds > 0.25\n\
             or process_open_fds / process_max_fds > 0.9",
            "File descriptors will be used up within hours, or almost are.",
            "{{ $labels.instance }} will have no file descriptor left, at the pace of the last hour or already.",
        ),
        alert(
            "ObservantStorageFills",
            Severity::Warning,
            "1h",
            fills("0.4", "6h", "24 * 3600"),
            "A filesystem will be full within a day.",
            "{{ $labels.system_filesystem_mountpoint }} of {{ $labels.instance }} will be full within 24 h, at the pace of the \
             last 6 h.",
        ),
        alert(
            "ObservantStorageFillsFast",
            Severity::Critical,
            "15m",
            fills("0.2", "1h", "4 * 3600"),
            "A filesystem will be full within hours.",
            "{{ $labels.system_filesystem_mountpoint }} of {{ $labels.instance }} will be full within 4 h, at the pace of the \
             last hour.",
        ),
    ];
    if program.has(Part::Runtime) {
        rules.push(alert(
            "ObservantRuntimeBusy",
            Severity::Warning,
            "15m",
            format!("min by ({INSTANCE}) (min_over_time(tokio_busy_ratio[5m])) > 0.95"),
            "The workers of the async runtime have no time left.",
            "The workers on {{ $labels.instance }} were busy for {{ $value | humanizePercentage }} of the time or more: tasks wait.",
        ));
    }
    Group { name: "observant-resources", interval: None, rules }
}
