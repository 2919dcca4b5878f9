//! Trees of files as machines have them, and what is read of each.

#![allow(clippy::float_cmp)] // Whole numbers.

use super::{LONGEST, Roots, SOURCES, read_if_there};
use crate::system::{
    collector::System,
    samples::{MOST_DEVICES, Samples},
    sources::Source,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

/// A folder that goes with the test.
struct Tree(PathBuf);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Relaxed);
        let tree =
            Self(std::env::temp_dir().join(format!("observant-system-{}-{number}", process::id())));
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn roots(&self) -> Roots {
        Roots { proc: self.0.join("proc"), sys: self.0.join("sys") }
    }

    fn read(&self, source: &str) -> Samples {
        let (_, read) = SOURCES.iter().find(|(name, _)| *name == source).unwrap();
        read(&self.roots()).unwrap()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const STAT: &str = "cpu  1000 200 300 4000 50 6 7 8 900 0\ncpu0 500 100 150 2000 25 3 3 4 450 0\n\
                    cpu1 500 100 150 2000 25 3 4 4 450 0\nintr 12 3\nctxt 99\nbtime 1700000000\nprocesses 5\n\
                    procs_running 3\nprocs_blocked 1\n";

#[test]
fn the_process_is_read() {
    let tree = Tree::new(&[
        ("proc/stat", STAT),
        // The name has whatever it likes in it; 52 fields in all, of which the first come here.
        (
            "proc/self/stat",
            "42 (a ) b (c) S 1 42 42 0 -1 4194560 1111 0 22 0 350 150 0 0 20 0 17 0 5000 123456789 2000 1844 1 1",
        ),
        (
            "proc/self/status",
            "Name:\ta\nVmPeak:\t  300 kB\nVmRSS:\t    2048 kB\nVmSwap:\t      4 kB\nThreads:\t17\n\
             voluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t34\n",
        ),
        (
            "proc/self/limits",
            "Limit                     Soft Limit           Hard Limit           Units     \n\
             Max cpu time              unlimited            unlimited            seconds   \n\
             Max open files            1024                 4096                 files     \n",
        ),
        ("proc/self/io", "rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 8192\n"),
    ]);
    for number in 0..5 {
        tree.write(&format!("proc/self/fd/{number}"), "");
    }
    let samples = tree.read("process");
    for (name, labels, value) in [
        ("process_cpu_seconds_total", &[][..], 5.0),
        ("process_threads", &[], 17.0),
        ("process_virtual_memory_bytes", &[], 123_456_789.0),
        ("process_resident_memory_bytes", &[], 2_097_152.0),
        ("process_swap_memory_bytes", &[], 4_096.0),
        ("process_start_time_seconds", &[], 1_700_000_050.0),
        ("process_max_fds", &[], 1_024.0),
        ("process_open_fds", &[], 4.0),
        ("process_paging_faults_total", &[("process_paging_fault_type", "minor")], 1_111.0),
        ("process_paging_faults_total", &[("process_paging_fault_type", "major")], 22.0),
        ("process_context_switches_total", &[("process_context_switch_type", "voluntary")], 12.0),
        ("process_context_switches_total", &[("process_context_switch_type", "involuntary")], 34.0),
        ("process_disk_io_bytes_total", &[("disk_io_direction", "read")], 4_096.0),
        ("process_disk_io_bytes_total", &[("disk_io_direction", "write")], 8_192.0),
    ] {
        assert_eq!(samples.value(name, labels), Some(value), "{name} {labels:?}");
    }
}

#[test]
fn what_is_not_known_of_a_process_is_left_out() {
    let tree = Tree::new(&[
        ("proc/stat", "cpu 1\n"),
        ("proc/self/stat", "42 (a) S 1"),
        ("proc/self/status", "Name: a\n"),
        (
            "proc/self/limits",
            "Max open files            unlimited            unlimited            files\n",
        ),
    ]);
    assert_eq!(tree.read("process").value("process_threads", &[]), None);
    // Linux says a number there; a sandbox may not.
    assert_eq!(tree.read("process").value("process_max_fds", &[]), None);
}

/// A cgroup of a container, below one whose limits are less in part.
fn cgroups() -> Tree {
    let tree = Tree::new(&[
        ("proc/self/cgroup", "0::/kubepods/pod7\n"),
        ("sys/fs/cgroup/cgroup.controllers", "cpu io memory pids\n"),
    ]);
    for (file, text) in [
        ("cpu.max", "150000 100000\n"),
        ("memory.max", "max\n"),
        ("pids.max", "max\n"),
        ("memory.current", "1000000\n"),
        ("memory.stat", "anon 1\ninactive_file 250000\nactive_file 3\n"),
        ("memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\nlater 7\n"),
        ("pids.current", "12\n"),
        (
            "cpu.stat",
            "usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\nnr_periods 10\nnr_throttled 4\n\
             throttled_usec 500000\n",
        ),
        (
            "memory.pressure",
            "some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 total=500000\n",
        ),
    ] {
        tree.write(&format!("sys/fs/cgroup/kubepods/pod7/{file}"), text);
    }
    tree.write("sys/fs/cgroup/kubepods/cpu.max", "max 100000\n");
    tree.write("sys/fs/cgroup/kubepods/memory.max", "2000000\n");
    tree
}

#[test]
fn the_cgroup_is_read() {
    let samples = cgroups().read("cgroup");
    for (name, labels, value) in [
        ("cgroup_cpu_limit_cores", &[][..], 1.5),
        ("cgroup_memory_limit_bytes", &[], 2_000_000.0),
        ("cgroup_memory_usage_bytes", &[], 1_000_000.0),
        ("cgroup_memory_working_set_bytes", &[], 750_000.0),
        ("cgroup_tasks", &[], 12.0),
        ("cgroup_cpu_periods_total", &[], 10.0),
        ("cgroup_cpu_throttled_periods_total", &[], 4.0),
        ("cgroup_cpu_throttled_seconds_total", &[], 0.5),
        ("cgroup_cpu_seconds_total", &[("cpu_mode", "user")], 2.0),
        ("cgroup_cpu_seconds_total", &[("cpu_mode", "system")], 1.0),
        ("cgroup_memory_events_total", &[("event", "oom_kill")], 5.0),
        ("cgroup_memory_events_total", &[("event", "oom")], 4.0),
        ("cgroup_pressure_stall_seconds_total", &[("kind", "some"), ("resource", "memory")], 2.5),
        ("cgroup_pressure_stall_seconds_total", &[("kind", "full"), ("resource", "memory")], 0.5),
    ] {
        assert_eq!(samples.value(name, labels), Some(value), "{name} {labels:?}");
    }
    assert_eq!(samples.value("cgroup_tasks_limit", &[]), None, "it is `max`");
    assert_eq!(samples.value("cgroup_memory_events_total", &[("event", "later")]), None);
    assert!(samples.value("process_cpu_limit_cores", &[]).unwrap() <= 1.5);
}

#[test]
fn in_a_namespace_of_its_own_a_cgroup_is_where_it_is_mounted() {
    for path in ["/../../kubepods/pod7", "/elsewhere", "/"] {
        let tree = Tree::new(&[
            ("proc/self/cgroup", &format!("12:cpuset:/\n0::{path}\n")),
            ("sys/fs/cgroup/cgroup.controllers", ""),
            ("sys/fs/cgroup/memory.max", "4096\n"),
            ("sys/fs/cgroup/memory.current", "1024\n"),
        ]);
        let samples = tree.read("cgroup");
        assert_eq!(samples.value("cgroup_memory_limit_bytes", &[]), Some(4_096.0), "{path}");
        assert_eq!(samples.value("cgroup_memory_usage_bytes", &[]), Some(1_024.0), "{path}");
    }
}

#[test]
fn without_version_2_there_is_nothing_but_the_machines_cores() {
    let tree = Tree::new(&[
        ("proc/self/cgroup", "4:memory:/a\n0::/\n"),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "7\n"),
    ]);
    let samples = tree.read("cgroup");
    assert_eq!(samples.value("cgroup_memory_limit_bytes", &[]), None);
    assert!(samples.value("process_cpu_limit_cores", &[]).unwrap() >= 1.0);
}

#[test]
fn the_machine_is_read() {
    let tree = Tree::new(&[
        ("proc/stat", STAT),
        (
            "proc/meminfo",
            "MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  600 kB\nBuffers:  50 kB\nCached:  200 kB\n\
             SwapCached:  9 kB\nSwapTotal:  80 kB\nSwapFree:  60 kB\nSReclaimable:  30 kB\n",
        ),
        (
            "proc/vmstat",
            "pgfault 1000\npgmajfault 10\npswpin 3\npswpout 4\noom_kill 2\noom_kill_other 9\n",
        ),
        ("proc/loadavg", "0.50 0.25 0.10 2/345 6789\n"),
        ("proc/uptime", "12345.67 23456.78\n"),
        ("proc/pressure/io", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1500000\n"),
    ]);
    let samples = tree.read("host");
    let mode = |mode| samples.value("system_cpu_time_seconds_total", &[("cpu_mode", mode)]);
    assert_eq!(
        ["user", "nice", "system", "idle", "iowait", "interrupt", "steal", "softirq"].map(mode),
        [Some(10.0), Some(2.0), Some(3.0), Some(40.0), Some(0.5), Some(0.13), Some(0.08), None]
    );
    for (name, labels, value) in [
        ("system_cpu_logical_cores", &[][..], 2.0),
        ("system_processes", &[("process_state", "running")], 3.0),
        ("system_processes", &[("process_state", "blocked")], 1.0),
        ("system_memory_limit_bytes", &[], 1_024_000.0),
        ("system_linux_memory_available_bytes", &[], 614_400.0),
        ("system_memory_usage_bytes", &[("system_memory_state", "used")], 620.0 * 1_024.0),
        ("system_memory_usage_bytes", &[("system_memory_state", "cached")], 230.0 * 1_024.0),
        ("system_memory_usage_bytes", &[("system_memory_state", "free")], 102_400.0),
        ("system_paging_usage_bytes", &[("system_paging_state", "used")], 20.0 * 1_024.0),
        ("system_paging_faults_total", &[("system_paging_fault_type", "minor")], 990.0),
        ("system_paging_faults_total", &[("system_paging_fault_type", "major")], 10.0),
        ("system_paging_operations_total", &[("system_paging_direction", "out")], 4.0),
        ("system_memory_oom_kills_total", &[], 2.0),
        ("system_cpu_load_average_1m", &[], 0.5),
        ("system_cpu_load_average_15m", &[], 0.1),
        ("system_uptime_seconds", &[], 12_345.67),
        ("system_pressure_stall_seconds_total", &[("kind", "some"), ("resource", "io")], 1.5),
    ] {
        assert_eq!(samples.value(name, labels), Some(value), "{name} {labels:?}");
    }
}

#[test]
fn disks_are_whole_devices_that_hold_something() {
    let tree = Tree::new(&[(
        "proc/diskstats",
        "   8       0 sda 10 1 200 30 40 2 800 900 0 5000 70 0 0 0 0\n   8       1 sda1 1 1 1 1 1 1 1 1 0 1 1\n\
           \x20  7       0 loop0 1 1 1 1 1 1 1 1 0 1 1\n 104       0 cciss/c0d0 7 0 0 0 0 0 0 0 0 0 0\n",
    )]);
    for disk in ["sda", "loop0", "cciss!c0d0"] {
        tree.write(&format!("sys/block/{disk}/stat"), "");
    }
    let samples = tree.read("disks");
    for (name, direction, value) in [
        ("system_disk_operations_total", "read", 10.0),
        ("system_disk_io_bytes_total", "read", 102_400.0),
        ("system_disk_io_bytes_total", "write", 409_600.0),
        ("system_disk_operation_time_seconds_total", "write", 0.9),
    ] {
        let labels = [("disk_io_direction", direction), ("system_device", "sda")];
        assert_eq!(samples.value(name, &labels), Some(value), "{name} {direction}");
    }
    assert_eq!(
        samples.value("system_disk_io_time_seconds_total", &[("system_device", "sda")]),
        Some(5.0)
    );
    for (disk, there) in [("sda1", false), ("loop0", false), ("cciss/c0d0", true)] {
        let time = samples.value("system_disk_io_time_seconds_total", &[("system_device", disk)]);
        assert_eq!(time.is_some(), there, "{disk}");
    }
}

fn interfaces(names: &[String]) -> Tree {
    let head = "Inter-|   Receive |  Transmit\n face |bytes packets errs drop |bytes\n";
    let lines: Vec<_> = names
        .iter()
        .map(|name| format!("{name:>6}: 100 2 3 4 0 0 0 0 500 6 7 8 0 0 0 0\n"))
        .collect();
    Tree::new(&[("proc/net/dev", &(head.to_owned() + &lines.concat()))])
}

#[test]
fn interfaces_are_read_and_capped() {
    let mut names: Vec<String> = (0..40).map(|n| format!("veth{n:02}")).collect();
    names.extend(["lo", "eth0", "eth0:1"].map(str::to_owned));
    let samples = interfaces(&names).read("network");
    let value = |name: &str, interface: &str, direction: &str| {
        samples.value(
            name,
            &[("network_interface_name", interface), ("network_io_direction", direction)],
        )
    };
    assert_eq!(value("system_network_io_bytes_total", "eth0", "receive"), Some(100.0));
    assert_eq!(value("system_network_io_bytes_total", "eth0:1", "transmit"), Some(500.0));
    assert_eq!(value("system_network_packets_total", "lo", "transmit"), Some(6.0));
    assert_eq!(value("system_network_errors_total", "lo", "receive"), Some(3.0));
    assert_eq!(value("system_network_dropped_total", "lo", "transmit"), Some(8.0));
    assert_eq!(samples.left_out, names.len() - MOST_DEVICES);
    assert_eq!(value("system_network_io_bytes_total", "veth39", "receive"), None);
    assert!(value("system_network_io_bytes_total", "veth00", "receive").is_some());
}

#[test]
fn a_file_that_never_answers_leaves_the_rest() {
    let tree = cgroups();
    tree.write("proc/net/nothing", "");
    let pipe = tree.0.join("proc/net/dev");
    let made = process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success(), "a pipe that nobody writes to");
    let roots = tree.roots();
    let of = |name: &'static str| {
        let (_, read) = *SOURCES.iter().find(|(known, _)| *known == name).unwrap();
        let roots = roots.clone();
        Source::new(name, move || read(&roots))
    };
    let system = System::of(vec![of("network"), of("cgroup")]);
    let shown = |system: &System| {
        use crate::{
            registry::Collector as _,
            snapshot::{Snapshot, Visitor as _},
        };
        let mut shown = Snapshot::default();
        system.refresh();
        for family in system.families() {
            shown.family(family);
            system.series(family, &mut shown);
        }
        shown
    };
    let late = [("source", "network"), ("reason", "timeout")];
    let first = shown(&system);
    assert!(first.find("cgroup_cpu_limit_cores", &[]).is_some());
    assert_eq!(first.sum("observant_system_left_out_total", &late), 1.0);
    // Whoever hangs comes back.
    fs::write(&pipe, "  eth0: 100 2 3 4 0 0 0 0 500 6 7 8 0 0 0 0\n").unwrap();
    fs::remove_file(&pipe).unwrap();
    fs::write(&pipe, "  eth0: 200 2 3 4 0 0 0 0 500 6 7 8 0 0 0 0\n").unwrap();
    while shown(&system).sum("system_network_io_bytes_total", &[]) != 700.0 {
        std::thread::yield_now();
    }
}

#[test]
fn what_is_missing_or_no_file_is_nothing_and_what_has_no_end_ends() {
    let tree = Tree::new(&[("proc/one", "1")]);
    assert_eq!(read_if_there(&tree.0.join("proc/none")).unwrap(), None);
    assert_eq!(read_if_there(&tree.0.join("proc/one/more")).unwrap(), None);
    assert!(read_if_there(&tree.0.join("proc")).is_err(), "a folder is a fault");
    let zeros = read_if_there(Path::new("/dev/zero")).unwrap().unwrap();
    assert_eq!(zeros.len() as u64, LONGEST);
}
