//! The cgroup that this process is in, and its limits: version 2 ("Control Group v2", docs of Linux).

use super::{Roots, number_of, put_pressure, read_if_there};
use crate::system::samples::Samples;
use std::{
    io,
    path::{Path, PathBuf},
    thread,
};

const MICROSECONDS: f64 = 1e6;

/// Events of memory that are shown, of those that a kernel may add to.
const EVENTS: [&str; 6] = ["high", "low", "max", "oom", "oom_group_kill", "oom_kill"];

pub(super) fn read(roots: &Roots) -> io::Result<Samples> {
    let mut samples = Samples::default();
    let groups = groups(roots)?;
    let cores = least(&groups, "cpu.max", cores)?;
    samples.put("cgroup_cpu_limit_cores", &[], cores);
    #[allow(clippy::cast_precision_loss)] // Some thousands.
    let all = thread::available_parallelism().ok().map(|all| all.get() as f64);
    let fewer = |cores: f64| all.map_or(cores, |all| cores.min(all));
    samples.put("process_cpu_limit_cores", &[], cores.map(fewer).or(all));
    samples.put("cgroup_memory_limit_bytes", &[], least(&groups, "memory.max", number)?);
    samples.put("cgroup_tasks_limit", &[], least(&groups, "pids.max", number)?);
    let Some(own) = groups.first() else { return Ok(samples) };
    let text = |file: &str| Ok::<_, io::Error>(read_if_there(&own.join(file))?.unwrap_or_default());

    let cpu = text("cpu.stat")?;
    let seconds = |key| number_of(&cpu, key).map(|microseconds| microseconds / MICROSECONDS);
    for (key, mode) in [("system_usec", "system"), ("user_usec", "user")] {
        samples.put("cgroup_cpu_seconds_total", &[("cpu_mode", mode)], seconds(key));
    }
    samples.put("cgroup_cpu_periods_total", &[], number_of(&cpu, "nr_periods"));
    samples.put("cgroup_cpu_throttled_periods_total", &[], number_of(&cpu, "nr_throttled"));
    samples.put("cgroup_cpu_throttled_seconds_total", &[], seconds("throttled_usec"));

    let usage = number(&text("memory.current")?);
    samples.put("cgroup_memory_usage_bytes", &[], usage);
    let inactive = number_of(&text("memory.stat")?, "inactive_file");
    let set = usage.zip(inactive).map(|(usage, inactive)| (usage - inactive).max(0.0));
    samples.put("cgroup_memory_working_set_bytes", &[], set);
    let events = text("memory.events")?;
    for event in EVENTS {
        let labels = [("event", event)];
        samples.put("cgroup_memory_events_total", &labels, number_of(&events, event));
    }
    samples.put("cgroup_tasks", &[], number(&text("pids.current")?));
    for resource in ["cpu", "io", "memory"] {
        let pressure = text(&format!("{resource}.pressure"))?;
        put_pressure(&mut samples, "cgroup_pressure_stall_seconds_total", resource, &pressure);
    }
    Ok(samples)
}

/// The folders of the cgroup and of those around it, itself first; none where there is no version 2.
fn groups(roots: &Roots) -> io::Result<Vec<PathBuf>> {
    let text = read_if_there(&roots.proc.join("self/cgroup"))?.unwrap_or_default();
    let Some(path) = text.lines().find_map(|line| line.strip_prefix("0::/")) else {
        return Ok(Vec::new());
    };
    let mount = roots.sys.join("fs/cgroup");
    // Beside version 1 it is mounted elsewhere, and has no controllers.
    if !mount.join("cgroup.controllers").exists() {
        return Ok(Vec::new());
    }
    let own = mount.join(path);
    // In a namespace of its own the path may lead out of what is mounted.
    let inside = !path.split('/').any(|part| part == "..") && own.is_dir();
    let own = if inside { own } else { mount.clone() };
    let groups = own.ancestors().take_while(|group| group.starts_with(&mount));
    Ok(groups.map(Path::to_owned).collect())
}

/// The least limit of a cgroup and those around it; the root has no such files.
fn least(
    groups: &[PathBuf],
    file: &str,
    limit: fn(&str) -> Option<f64>,
) -> io::Result<Option<f64>> {
    let mut least: Option<f64> = None;
    for group in groups {
        let text = read_if_there(&group.join(file))?.unwrap_or_default();
        if let Some(limit) = limit(&text) {
            least = Some(least.map_or(limit, |least| least.min(limit)));
        }
    }
    Ok(least)
}

/// A whole file that is a number, and not `max`.
fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// `quota period` in microseconds, as cores.
fn cores(text: &str) -> Option<f64> {
    let (quota, period) = text.trim().split_once(' ')?;
    Some(number(quota)? / number(period).filter(|period| *period > 0.0)?)
}
