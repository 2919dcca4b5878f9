//! What this room shows, by name: standard names where there are some. Pure data.
//!
//! `process_*`: "Writing client libraries", docs of Prometheus, and the semantic conventions for processes where that has
//! none. `system_*`: semantic conventions of OpenTelemetry for system metrics (v1.41), as Prometheus writes them; load and
//! pressure, which these lack, in their manner. `cgroup_*` and `tokio_*` have no convention.

use crate::snapshot::{Family, Kind};

const fn counter(
    name: &'static str,
    help: &'static str,
    unit: Option<&'static str>,
) -> Family<'static> {
    Family::new(name, help, Kind::Counter, unit)
}

const fn gauge(
    name: &'static str,
    help: &'static str,
    unit: Option<&'static str>,
) -> Family<'static> {
    Family::new(name, help, Kind::Gauge, unit)
}

const SECONDS: Option<&str> = Some("seconds");
const BYTES: Option<&str> = Some("bytes");

/// What was not read, and why.
pub(super) const LEFT_OUT: &str = "observant_system_left_out_total";

/// In order of names.
pub(crate) static FAMILIES: [Family<'static>; 61] = [
    gauge(
        "cgroup_cpu_limit_cores",
        "Cores that the cgroup may use, the least of it and those around it.",
        None,
    ),
    counter(
        "cgroup_cpu_periods_total",
        "Periods in which the cgroup's limit of CPU was enforced.",
        None,
    ),
    counter("cgroup_cpu_seconds_total", "CPU time of the cgroup, by mode.", SECONDS),
    counter(
        "cgroup_cpu_throttled_periods_total",
        "Periods in which the cgroup was held back by its limit of CPU.",
        None,
    ),
    counter(
        "cgroup_cpu_throttled_seconds_total",
        "Time that the cgroup was held back by its limit of CPU.",
        SECONDS,
    ),
    counter(
        "cgroup_memory_events_total",
        "Memory events of the cgroup: low, high, max, oom, oom_kill.",
        None,
    ),
    gauge(
        "cgroup_memory_limit_bytes",
        "Memory that the cgroup may use, the least of it and those around it.",
        BYTES,
    ),
    gauge("cgroup_memory_usage_bytes", "Memory of the cgroup, caches of files included.", BYTES),
    gauge(
        "cgroup_memory_working_set_bytes",
        "Memory of the cgroup without inactive caches of files: what it is killed by.",
        BYTES,
    ),
    counter(
        "cgroup_pressure_stall_seconds_total",
        "Time that some or all tasks of the cgroup waited for a resource.",
        SECONDS,
    ),
    gauge("cgroup_tasks", "Processes and threads of the cgroup.", None),
    gauge("cgroup_tasks_limit", "Processes and threads that the cgroup may have.", None),
    counter(
        LEFT_OUT,
        "What of the system was not read: sources that failed, panicked or were late, and devices past the cap.",
        None,
    ),
    counter(
        "process_context_switches_total",
        "Context switches of the process's main thread, by type.",
        None,
    ),
    gauge(
        "process_cpu_limit_cores",
        "Cores that the process may use: by its cgroup, or all there are.",
        None,
    ),
    counter("process_cpu_seconds_total", "User and system CPU time of the process.", SECONDS),
    counter(
        "process_disk_io_bytes_total",
        "Bytes that the process had read from or written to storage.",
        BYTES,
    ),
    gauge("process_max_fds", "File descriptors that the process may have open.", None),
    gauge("process_open_fds", "File descriptors that the process has open.", None),
    counter(
        "process_paging_faults_total",
        "Page faults of the process; major ones waited for storage.",
        None,
    ),
    gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.", BYTES),
    gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since 1970.",
        SECONDS,
    ),
    gauge("process_swap_memory_bytes", "Memory of the process that is swapped out.", BYTES),
    gauge("process_threads", "Threads of the process.", None),
    gauge("process_virtual_memory_bytes", "Address space of the process.", BYTES),
    gauge(
        "system_cpu_load_average_15m",
        "Tasks that ran or waited, on average of 15 minutes.",
        None,
    ),
    gauge("system_cpu_load_average_1m", "Tasks that ran or waited, on average of a minute.", None),
    gauge("system_cpu_load_average_5m", "Tasks that ran or waited, on average of 5 minutes.", None),
    gauge("system_cpu_logical_cores", "Logical cores of the machine.", None),
    counter("system_cpu_time_seconds_total", "CPU time of the machine, by mode.", SECONDS),
    gauge(
        "system_cpu_utilization_ratio",
        "Share of the machine's CPU time that was used lately.",
        Some("ratio"),
    ),
    counter("system_disk_io_bytes_total", "Bytes read from and written to a disk.", BYTES),
    counter("system_disk_io_time_seconds_total", "Time that a disk was busy.", SECONDS),
    counter(
        "system_disk_operation_time_seconds_total",
        "Time that operations of a disk took, added up.",
        SECONDS,
    ),
    counter("system_disk_operations_total", "Operations of a disk.", None),
    gauge("system_filesystem_limit_bytes", "Size of a filesystem.", BYTES),
    gauge("system_filesystem_usage_bytes", "Space of a filesystem, by state.", BYTES),
    gauge(
        "system_linux_memory_available_bytes",
        "Memory of the machine that programs can have without swapping.",
        BYTES,
    ),
    gauge("system_memory_limit_bytes", "Memory of the machine.", BYTES),
    counter(
        "system_memory_oom_kills_total",
        "Processes of the machine that were killed for want of memory.",
        None,
    ),
    gauge("system_memory_usage_bytes", "Memory of the machine, by state.", BYTES),
    counter("system_network_dropped_total", "Packets that an interface dropped.", None),
    counter("system_network_errors_total", "Errors of an interface.", None),
    counter(
        "system_network_io_bytes_total",
        "Bytes that an interface received and transmitted.",
        BYTES,
    ),
    counter(
        "system_network_packets_total",
        "Packets that an interface received and transmitted.",
        None,
    ),
    counter(
        "system_paging_faults_total",
        "Page faults of the machine; major ones waited for storage.",
        None,
    ),
    counter("system_paging_operations_total", "Pages swapped in and out.", None),
    gauge("system_paging_usage_bytes", "Swap space of the machine, by state.", BYTES),
    counter(
        "system_pressure_stall_seconds_total",
        "Time that some or all tasks of the machine waited for a resource.",
        SECONDS,
    ),
    gauge(
        "system_processes",
        "Processes and threads of the machine that can run, and that wait for storage.",
        None,
    ),
    gauge("system_uptime_seconds", "Time since the machine started.", SECONDS),
    gauge("tokio_alive_tasks", "Tasks of the async runtime that have not ended.", None),
    gauge(
        "tokio_blocking_queue_tasks",
        "Tasks that wait for a blocking thread; only with `tokio_unstable`.",
        None,
    ),
    counter(
        "tokio_budget_yields_total",
        "Tasks that had used up their budget and were made to yield; only with `tokio_unstable`.",
        None,
    ),
    gauge(
        "tokio_busy_ratio",
        "Share of the workers' time that they were busy lately.",
        Some("ratio"),
    ),
    gauge("tokio_global_queue_tasks", "Tasks that wait for any worker.", None),
    counter("tokio_polls_total", "Polls of tasks; only with `tokio_unstable`.", None),
    counter("tokio_worker_busy_seconds_total", "Time that a worker was busy.", SECONDS),
    gauge(
        "tokio_worker_mean_poll_seconds",
        "How long polls of a worker take, on a moving average; only with `tokio_unstable`.",
        SECONDS,
    ),
    counter("tokio_worker_parks_total", "How often a worker had nothing to do.", None),
    gauge("tokio_workers", "Worker threads of the async runtime.", None),
];

/// The place of a family.
pub(super) fn place(name: &str) -> Option<usize> {
    FAMILIES.binary_search_by(|family| family.name.cmp(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_in_order_and_end_in_their_units() {
        for two in FAMILIES.windows(2) {
            assert!(two[0].name < two[1].name, "{} {}", two[0].name, two[1].name);
        }
        for family in &FAMILIES {
            assert_eq!(
                family.kind == Kind::Counter,
                family.name.ends_with("_total"),
                "{}",
                family.name
            );
            let unit = ["seconds", "bytes", "ratio"]
                .into_iter()
                .find(|unit| family.stem().ends_with(unit));
            assert_eq!(family.unit, unit, "{}", family.name);
        }
    }
}
