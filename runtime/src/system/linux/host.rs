//! The machine: CPU, memory, swap, load, pressure (`proc_stat(5)`, `proc_meminfo(5)`, `proc_vmstat(5)`, `proc_loadavg(5)`).

use super::{
    self as linux, Roots, TICKS_PER_SECOND, bytes_of, number_of, put_pressure, read_if_there,
};
use crate::system::samples::Samples;
use std::io;

/// Columns of `cpu` lines, by the semantic conventions' names of them. Guests' time is a part of `user` and `nice`.
const MODES: [&str; 8] =
    ["user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal"];

pub(super) fn read(roots: &Roots) -> io::Result<Samples> {
    let file = |name: &str| linux::read(&roots.proc.join(name));
    let if_there =
        |name: &str| Ok::<_, io::Error>(read_if_there(&roots.proc.join(name))?.unwrap_or_default());
    let mut samples = Samples::default();
    put_cpu(&mut samples, &file("stat")?);
    put_memory(&mut samples, &file("meminfo")?);
    put_paging(&mut samples, &if_there("vmstat")?);
    let load = if_there("loadavg")?;
    let averages = ["1m", "5m", "15m"].into_iter().zip(load.split_whitespace());
    for (time, average) in averages {
        let name = format!("system_cpu_load_average_{time}");
        samples.put(&name, &[], average.parse().ok());
    }
    let uptime = if_there("uptime")?;
    let uptime = uptime.split_whitespace().next().and_then(|seconds| seconds.parse().ok());
    samples.put("system_uptime_seconds", &[], uptime);
    for resource in ["cpu", "io", "memory"] {
        let pressure = if_there(&format!("pressure/{resource}"))?;
        put_pressure(&mut samples, "system_pressure_stall_seconds_total", resource, &pressure);
    }
    Ok(samples)
}

#[allow(clippy::cast_precision_loss)] // Some thousands.
fn put_cpu(samples: &mut Samples, stat: &str) {
    let all = stat.lines().find_map(|line| line.strip_prefix("cpu ")).unwrap_or_default();
    let mut interrupt = 0.0;
    for (mode, ticks) in MODES.into_iter().zip(all.split_whitespace()) {
        let seconds = ticks.parse::<f64>().ok().map(|ticks| ticks / TICKS_PER_SECOND);
        match mode {
            "interrupt" => interrupt = seconds.unwrap_or(0.0),
            // One mode to the conventions.
            "softirq" => {
                let both = seconds.map(|seconds| seconds + interrupt);
                samples.put("system_cpu_time_seconds_total", &[("cpu_mode", "interrupt")], both);
            }
            mode => samples.put("system_cpu_time_seconds_total", &[("cpu_mode", mode)], seconds),
        }
    }
    let is_core = |line: &&str| {
        line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let cores = stat.lines().filter(is_core).count();
    samples.put("system_cpu_logical_cores", &[], (cores > 0).then_some(cores as f64));
    for (key, state) in [("procs_running", "running"), ("procs_blocked", "blocked")] {
        samples.put("system_processes", &[("process_state", state)], number_of(stat, key));
    }
}

fn put_memory(samples: &mut Samples, info: &str) {
    let all = bytes_of(info, "MemTotal");
    samples.put("system_memory_limit_bytes", &[], all);
    samples.put("system_linux_memory_available_bytes", &[], bytes_of(info, "MemAvailable"));
    let free = bytes_of(info, "MemFree");
    let buffers = bytes_of(info, "Buffers");
    let cached = bytes_of(info, "Cached")
        .map(|cached| cached + bytes_of(info, "SReclaimable").unwrap_or(0.0));
    let rest = [free, buffers, cached].into_iter().map(|part| part.unwrap_or(0.0)).sum::<f64>();
    let used = all.map(|all| (all - rest).max(0.0));
    for (state, bytes) in [("used", used), ("free", free), ("buffers", buffers), ("cached", cached)]
    {
        samples.put("system_memory_usage_bytes", &[("system_memory_state", state)], bytes);
    }
    let free = bytes_of(info, "SwapFree");
    let used = bytes_of(info, "SwapTotal").zip(free).map(|(all, free)| all - free);
    for (state, bytes) in [("used", used), ("free", free)] {
        samples.put("system_paging_usage_bytes", &[("system_paging_state", state)], bytes);
    }
}

fn put_paging(samples: &mut Samples, vmstat: &str) {
    let major = number_of(vmstat, "pgmajfault");
    let minor = number_of(vmstat, "pgfault").zip(major).map(|(all, major)| all - major);
    for (kind, faults) in [("minor", minor), ("major", major)] {
        let labels = [("system_paging_fault_type", kind)];
        samples.put("system_paging_faults_total", &labels, faults);
    }
    for (key, direction) in [("pswpin", "in"), ("pswpout", "out")] {
        let labels = [("system_paging_direction", direction)];
        samples.put("system_paging_operations_total", &labels, number_of(vmstat, key));
    }
    samples.put("system_memory_oom_kills_total", &[], number_of(vmstat, "oom_kill"));
}
