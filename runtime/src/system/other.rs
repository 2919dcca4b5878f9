//! What `sysinfo` gives: the sizes of filesystems everywhere, and all else on systems that are not Linux.

use super::{samples::Samples, sources::Source};
use sysinfo::{DiskRefreshKind, Disks};

/// The filesystems that are mounted, those without a size left out.
pub(super) fn filesystems() -> Source {
    Source::new("filesystems", || {
        let refresh = DiskRefreshKind::nothing().with_storage();
        Ok(read_filesystems(&Disks::new_with_refreshed_list_specifics(refresh)))
    })
}

#[allow(clippy::cast_precision_loss)] // 53 bits are plenty.
fn read_filesystems(disks: &Disks) -> Samples {
    let mut samples = Samples::default();
    let texts: Vec<_> = disks
        .list()
        .iter()
        .filter(|disk| disk.total_space() > 0)
        .map(|disk| {
            let text = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
            let mount = disk.mount_point().to_string_lossy().into_owned();
            (mount, (text(disk.name()), text(disk.file_system()), disk))
        })
        .collect();
    let all = texts.iter().map(|(mount, disk)| (mount.as_str(), disk)).collect();
    for (mount, (device, kind, disk)) in samples.capped(all) {
        let labels = [
            ("system_device", device.as_str()),
            ("system_filesystem_mountpoint", mount),
            ("system_filesystem_type", kind.as_str()),
        ];
        let (all, free) = (disk.total_space() as f64, disk.available_space() as f64);
        samples.put("system_filesystem_limit_bytes", &labels, Some(all));
        for (state, bytes) in [("free", free), ("used", all - free)] {
            let mut labels = labels.to_vec();
            labels.insert(2, ("system_filesystem_state", state));
            samples.put("system_filesystem_usage_bytes", &labels, Some(bytes));
        }
    }
    samples
}

/// The process, the machine and its network. `sysinfo` has no faults of files, so that these do not fail.
#[cfg(any(not(target_os = "linux"), test))]
#[cfg_attr(target_os = "linux", allow(dead_code))]
pub(super) fn sources() -> [Source; 3] {
    use std::sync::{Mutex, PoisonError};
    let system = Mutex::new(sysinfo::System::new());
    [
        Source::new("process", || Ok(full::process())),
        Source::new("host", move || {
            Ok(full::host(&mut system.lock().unwrap_or_else(PoisonError::into_inner)))
        }),
        Source::new("network", || Ok(full::network())),
    ]
}

#[cfg(any(not(target_os = "linux"), test))]
#[allow(clippy::cast_precision_loss)] // 53 bits are plenty.
mod full {
    use super::Samples;
    use std::thread;
    use sysinfo::{
        CpuRefreshKind, MemoryRefreshKind, Networks, ProcessRefreshKind, ProcessesToUpdate, System,
    };

    const MILLISECONDS: f64 = 1e3;

    pub(super) fn process() -> Samples {
        let mut samples = Samples::default();
        let Ok(own) = sysinfo::get_current_pid() else { return samples };
        let mut system = System::new();
        let refresh = ProcessRefreshKind::nothing().with_cpu().with_memory().with_disk_usage();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[own]), true, refresh);
        let Some(process) = system.process(own) else { return samples };
        let cpu = process.accumulated_cpu_time() as f64 / MILLISECONDS;
        samples.put("process_cpu_seconds_total", &[], Some(cpu));
        samples.put("process_resident_memory_bytes", &[], Some(process.memory() as f64));
        samples.put("process_virtual_memory_bytes", &[], Some(process.virtual_memory() as f64));
        samples.put("process_start_time_seconds", &[], Some(process.start_time() as f64));
        let files = process.open_files().map(|files| files as f64);
        samples.put("process_open_fds", &[], files);
        let limit = process.open_files_limit().map(|limit| limit as f64);
        samples.put("process_max_fds", &[], limit);
        let usage = process.disk_usage();
        for (direction, bytes) in
            [("read", usage.total_read_bytes), ("write", usage.total_written_bytes)]
        {
            let labels = [("disk_io_direction", direction)];
            samples.put("process_disk_io_bytes_total", &labels, Some(bytes as f64));
        }
        let cores = thread::available_parallelism().ok().map(|cores| cores.get() as f64);
        samples.put("process_cpu_limit_cores", &[], cores);
        samples
    }

    /// Of CPU the share since the last look, which is all that there is.
    pub(super) fn host(system: &mut System) -> Samples {
        let mut samples = Samples::default();
        let first = system.cpus().is_empty();
        system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_cpu_usage());
        system.refresh_memory_specifics(MemoryRefreshKind::everything());
        let used = (!first).then(|| f64::from(system.global_cpu_usage()) / 100.0);
        samples.put("system_cpu_utilization_ratio", &[], used);
        samples.put("system_cpu_logical_cores", &[], Some(system.cpus().len() as f64));
        let (all, used) = (system.total_memory() as f64, system.used_memory() as f64);
        samples.put("system_memory_limit_bytes", &[], Some(all));
        for (state, bytes) in [("free", all - used), ("used", used)] {
            samples.put(
                "system_memory_usage_bytes",
                &[("system_memory_state", state)],
                Some(bytes),
            );
        }
        let (free, used) = (system.free_swap() as f64, system.used_swap() as f64);
        for (state, bytes) in [("free", free), ("used", used)] {
            samples.put(
                "system_paging_usage_bytes",
                &[("system_paging_state", state)],
                Some(bytes),
            );
        }
        let load = System::load_average();
        for (name, average) in [("1m", load.one), ("5m", load.five), ("15m", load.fifteen)] {
            // Windows has none, and says 0.
            if !cfg!(windows) {
                let name = format!("system_cpu_load_average_{name}");
                samples.put(&name, &[], Some(average));
            }
        }
        samples.put("system_uptime_seconds", &[], Some(System::uptime() as f64));
        samples
    }

    pub(super) fn network() -> Samples {
        let mut samples = Samples::default();
        let networks = Networks::new_with_refreshed_list();
        let all = networks.list().iter().map(|(name, data)| (name.as_str(), data)).collect();
        for (interface, data) in samples.capped(all) {
            for (direction, [bytes, packets, errors]) in [
                (
                    "receive",
                    [
                        data.total_received(),
                        data.total_packets_received(),
                        data.total_errors_on_received(),
                    ],
                ),
                (
                    "transmit",
                    [
                        data.total_transmitted(),
                        data.total_packets_transmitted(),
                        data.total_errors_on_transmitted(),
                    ],
                ),
            ] {
                let labels =
                    [("network_interface_name", interface), ("network_io_direction", direction)];
                samples.put("system_network_io_bytes_total", &labels, Some(bytes as f64));
                samples.put("system_network_packets_total", &labels, Some(packets as f64));
                samples.put("system_network_errors_total", &labels, Some(errors as f64));
            }
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_systems_show_the_process_and_the_machine() {
        let process = full::process();
        assert!(process.value("process_resident_memory_bytes", &[]).unwrap() > 1e6);
        assert!(process.value("process_start_time_seconds", &[]).unwrap() > 1.6e9);
        let mut system = sysinfo::System::new();
        let host = full::host(&mut system);
        assert!(host.value("system_memory_limit_bytes", &[]).unwrap() > 1e8);
        assert!(host.value("system_cpu_logical_cores", &[]).unwrap() >= 1.0);
        assert_eq!(
            host.value("system_cpu_utilization_ratio", &[]),
            None,
            "there was no look before"
        );
        let again = full::host(&mut system);
        assert!((0.0..=1.01).contains(&again.value("system_cpu_utilization_ratio", &[]).unwrap()));
        let labels = [("network_interface_name", "lo"), ("network_io_direction", "receive")];
        assert!(full::network().value("system_network_io_bytes_total", &labels).is_some());
    }
}
