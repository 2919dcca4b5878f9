//! *Resource usage*: what is used, what waits for it, and when does it run out? (Utilisation, saturation, errors.)

use super::{
    super::{
        grafana::{Board, Panel, R, Row, Shape, Unit},
        program::Part,
    },
    of, ourselves, rate, share, with,
};

pub(super) fn board() -> Board {
    Board {
        name: "resource-usage",
        title: "Observant / Resource usage",
        description: "CPU, memory, storage, network and async runtime: how much is used, what waits, when it runs out.",
        rows: vec![cpu(), memory(), storage(), network(), runtime(), efficiency(), observing()],
        variables: vec![],
    }
}

fn by_instance(name: &str) -> String {
    format!("sum by (instance) ({})", of(name))
}

fn cpu() -> Row {
    let idle = with("system_cpu_time_seconds_total", "cpu_mode=~\"idle|iowait|steal\"");
    Row { title: "CPU", needs: Part::System, panels: vec![
        Panel::new(Shape::Stat, Unit::Ratio, "CPU", "Of the cores that a process may use, those in use by the busiest one.")
            .query("", format!("max({}\n  / {})", rate("instance", &of("process_cpu_seconds_total")), by_instance("process_cpu_limit_cores"))).limits(0.8, 0.95),
        Panel::new(Shape::Stat, Unit::Ratio, "Memory", "Of the limit of the cgroup, that of the fullest process; without a limit, of the machine.")
            .query("", format!("max({} / {})\nor max({} / {})", of("cgroup_memory_working_set_bytes"), of("cgroup_memory_limit_bytes"), of("process_resident_memory_bytes"), of("system_memory_limit_bytes"))).limits(0.8, 0.9),
        Panel::new(Shape::Stat, Unit::Ratio, "Storage", "How full the fullest filesystem is.")
            .query("", format!("max(1 - {} / ignoring (system_filesystem_state) {})", with("system_filesystem_usage_bytes", "system_filesystem_state=\"free\""), of("system_filesystem_limit_bytes"))).limits(0.8, 0.9),
        Panel::new(Shape::Stat, Unit::Count, "Alerts of resources", "Alerts of `rules.yaml` that fire, of all instances: memory, storage, descriptors, CPU time.")
            .query("", "count(ALERTS{alertname=~\"Observant(Memory|OutOfMemory|Cpu|File|Storage|Runtime).*\",alertstate=\"firing\",job=~\"$job\"}) or vector(0)").limits(1.0, 3.0),
        Panel::new(Shape::Lines, Unit::Ratio, "CPU of the process", "Of the cores that it may use.")
            .query("{{instance}}", format!("{}\n  / {}", rate("instance", &of("process_cpu_seconds_total")), by_instance("process_cpu_limit_cores"))).limits(0.8, 0.95),
        Panel::new(Shape::Lines, Unit::Ratio, "CPU of the machine", "All modes but idle, waiting for storage, and taken by other machines.")
            .query("{{instance}}", format!("1 - {}\n  / ({} > 0)\nor max by (instance) ({})", rate("instance", &idle), rate("instance", &of("system_cpu_time_seconds_total")), of("system_cpu_utilization_ratio"))),
        Panel::new(Shape::Lines, Unit::Ratio, "Held back", "Of the periods of the cgroup's limit, those in which it was used up.")
            .query("{{instance}}", share("instance", &of("cgroup_cpu_throttled_periods_total"), &of("cgroup_cpu_periods_total"))).line(0.25),
        Panel::new(Shape::Lines, Unit::Count, "Load", "Tasks that ran or waited on average of a minute, for each core.")
            .query("{{instance}}", format!("{} / {}", by_instance("system_cpu_load_average_1m"), by_instance("system_cpu_logical_cores"))),
        Panel::new(Shape::Lines, Unit::Ratio, "Waiting", "Share of the time that some tasks waited for a resource; processes of one machine show the same.")
            .query("{{instance}} cgroup {{resource}}", rate("instance, resource", &with("cgroup_pressure_stall_seconds_total", "kind=\"some\"")))
            .query("{{instance}} machine {{resource}}", rate("instance, resource", &with("system_pressure_stall_seconds_total", "kind=\"some\""))),
        Panel::new(Shape::Lines, Unit::Count, "Threads", "Threads of each process.")
            .query("{{instance}}", by_instance("process_threads")),
        Panel::new(Shape::Lines, Unit::PerSecond, "Context switches", "Of the main thread, by type.")
            .query("{{process_context_switch_type}}", rate("process_context_switch_type", &of("process_context_switches_total"))),
    ] }
}

fn memory() -> Row {
    let used = of("cgroup_memory_working_set_bytes");
    Row { title: "Memory", needs: Part::System, panels: vec![
        Panel::new(Shape::Lines, Unit::Bytes, "Memory of the process", "Memory that is in RAM, that the cgroup uses without inactive caches, and its limit.")
            .query("{{instance}} in RAM", by_instance("process_resident_memory_bytes"))
            .query("{{instance}} cgroup", format!("sum by (instance) ({used})"))
            .query("{{instance}} limit", by_instance("cgroup_memory_limit_bytes")),
        Panel::new(Shape::Lines, Unit::Bytes, "Memory in 4 h", "At the pace of the last hour; compare with the limit.")
            .query("{{instance}}", format!("max by (instance) (predict_linear({used}[1h], 4 * 3600))"))
            .query("{{instance}} limit", by_instance("cgroup_memory_limit_bytes")),
        Panel::new(Shape::Lines, Unit::BytesPerSecond, "Growth of memory", "At the pace of the last hour; below 0 it shrinks, which is not drawn.")
            .query("{{instance}}", format!("sum by (instance) (deriv({}[1h]))", of("process_resident_memory_bytes"))),
        Panel::new(Shape::Stacked, Unit::Bytes, "Memory of the machine", "What the memory of the machine of each process holds; not to be added up where several share one.")
            .query("{{instance}} {{system_memory_state}}", format!("sum by (instance, system_memory_state) ({})", of("system_memory_usage_bytes"))),
        Panel::new(Shape::Lines, Unit::PerSecond, "Page faults that waited for storage", "How often each process had to wait.")
            .query("{{instance}}", rate("instance", &with("process_paging_faults_total", "process_paging_fault_type=\"major\""))),
        Panel::new(Shape::Lines, Unit::PerSecond, "Killed for want of memory", "Events of the cgroup.")
            .query("{{instance}} {{event}}", rate("instance, event", &with("cgroup_memory_events_total", "event=~\"oom|oom_kill|max\""))),
    ] }
}

fn storage() -> Row {
    let free = with("system_filesystem_usage_bytes", "system_filesystem_state=\"free\"");
    let mount = "instance, system_filesystem_mountpoint";
    Row {
        title: "Storage and descriptors",
        needs: Part::System,
        panels: vec![
            Panel::new(Shape::Lines, Unit::Ratio, "Filesystems", "How full each filesystem is.")
                .query(
                    "{{instance}} {{system_filesystem_mountpoint}}",
                    format!(
                        "1 - min by ({mount}) ({free})\n  / (max by ({mount}) ({}) > 0)",
                        of("system_filesystem_limit_bytes")
                    ),
                )
                .limits(0.8, 0.9),
            Panel::new(
                Shape::Lines,
                Unit::Bytes,
                "Free in a day",
                "At the pace of the last 6 h; at 0 it is full.",
            )
            .query(
                "{{instance}} {{system_filesystem_mountpoint}}",
                format!("clamp_min(min by ({mount}) (predict_linear({free}[6h], 24 * 3600)), 0)"),
            ),
            Panel::new(
                Shape::Lines,
                Unit::BytesPerSecond,
                "Storage read and written",
                "Bytes of storage by the process.",
            )
            .query(
                "{{instance}} {{disk_io_direction}}",
                rate("instance, disk_io_direction", &of("process_disk_io_bytes_total")),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Disks busy",
                "Share of the time that each disk was; processes of one machine show the same.",
            )
            .query(
                "{{instance}} {{system_device}}",
                rate("instance, system_device", &of("system_disk_io_time_seconds_total")),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long disks take",
                "Mean of an operation of each disk; processes of one machine show the same.",
            )
            .query(
                "{{instance}} {{system_device}} {{disk_io_direction}}",
                share(
                    "instance, system_device, disk_io_direction",
                    &of("system_disk_operation_time_seconds_total"),
                    &of("system_disk_operations_total"),
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "File descriptors",
                "Of those that a process may have.",
            )
            .query(
                "{{instance}}",
                format!("{} / {}", by_instance("process_open_fds"), by_instance("process_max_fds")),
            )
            .limits(0.8, 0.9),
        ],
    }
}

fn network() -> Row {
    let by = "instance, network_interface_name, network_io_direction";
    let real = "network_interface_name!=\"lo\"";
    Row {
        title: "Network of the machine",
        needs: Part::System,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::BytesPerSecond,
                "Bytes",
                "By interface and direction, without loopback; processes of one machine show the same.",
            )
            .query(
                "{{instance}} {{network_interface_name}} {{network_io_direction}}",
                rate(by, &with("system_network_io_bytes_total", real)),
            ),
            Panel::new(
                Shape::Lines,
                Unit::PerSecond,
                "Dropped",
                "Packets that an interface dropped; processes of one machine show the same.",
            )
            .query(
                "{{instance}} {{network_interface_name}} {{network_io_direction}}",
                rate(by, &with("system_network_dropped_total", real)),
            ),
            Panel::new(Shape::Lines, Unit::PerSecond, "Errors", "Errors of each interface; processes of one machine show the same.").query(
                "{{instance}} {{network_interface_name}} {{network_io_direction}}",
                rate(by, &with("system_network_errors_total", real)),
            ),
        ],
    }
}

fn runtime() -> Row {
    Row {
        title: "Async runtime",
        needs: Part::Runtime,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Workers busy",
                "Share of the time that workers were busy.",
            )
            .query("{{instance}}", format!("max by (instance) ({})", of("tokio_busy_ratio")))
            .limits(0.8, 0.95),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Tasks",
                "Tasks that have not ended, and those that wait for any worker.",
            )
            .query("{{instance}} alive", by_instance("tokio_alive_tasks"))
            .query("{{instance}} waiting", by_instance("tokio_global_queue_tasks")),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Each worker",
                "Share of its time that it was busy: one alone at the top is blocked.",
            )
            .query(
                "{{instance}} {{worker}}",
                rate("instance, worker", &of("tokio_worker_busy_seconds_total")),
            ),
        ],
    }
}

fn efficiency() -> Row {
    let cpu = of("process_cpu_seconds_total");
    let tasks = of("observe_tasks_total");
    let memory = of("process_resident_memory_bytes");
    Row {
        title: "What comes of it",
        needs: Part::Tasks,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Tasks for a second of CPU",
                "Tasks that ended, over CPU time.",
            )
            .query("{{instance}}", share("instance", &tasks, &cpu)),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Tasks a minute for a gigabyte",
                "Tasks that ended, over memory in RAM.",
            )
            .query(
                "{{instance}}",
                format!(
                    "{} * 60\n  / (sum by (instance) ({memory}) / 1e9)",
                    rate("instance", &tasks)
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Load and throughput",
                "Tasks a minute beside the cores in use.",
            )
            .query("tasks a minute", format!("sum(rate({tasks}{R})) * 60"))
            .query("cores", rate("", &cpu)),
        ],
    }
}

fn observing() -> Row {
    Row {
        title: "Observing itself",
        needs: Part::Calls,
        panels: vec![
            ourselves::overhead(),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Cores for observing",
                "What observing takes, as cores.",
            )
            .query("{{instance}}", rate("instance", &of("observant_overhead_seconds_total"))),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Cores of functions",
                "Ten functions by time running, less that of the observed functions they call.",
            )
            .query(
                "{{module}}::{{function}}",
                format!(
                    "topk(10, {})",
                    rate("module, function", &of("observe_call_self_seconds_total"))
                ),
            ),
        ],
    }
}
