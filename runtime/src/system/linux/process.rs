//! This process: `/proc/self` (`proc_pid_stat(5)`, `proc_pid_status(5)`, `proc_pid_io(5)`).

use super::{self as linux, Roots, TICKS_PER_SECOND, bytes_of, number_of, read_if_there};
use crate::system::samples::Samples;
use std::{fs, io};

pub(super) fn read(roots: &Roots) -> io::Result<Samples> {
    let own = roots.proc.join("self");
    let mut samples = Samples::default();
    let stat = linux::read(&own.join("stat"))?;
    // The name is in parentheses and may have any in it.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let fields: Vec<&str> = after.split_whitespace().collect();
    // Fields are numbered from 1, and the third is the first here.
    let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
    let seconds = |number| field(number).map(|ticks| ticks / TICKS_PER_SECOND);
    let sum = |one: Option<f64>, other: Option<f64>| Some(one? + other?);
    samples.put("process_cpu_seconds_total", &[], sum(seconds(14), seconds(15)));
    samples.put("process_threads", &[], field(20));
    samples.put("process_virtual_memory_bytes", &[], field(23));
    for (number, kind) in [(10, "minor"), (12, "major")] {
        let labels = [("process_paging_fault_type", kind)];
        samples.put("process_paging_faults_total", &labels, field(number));
    }
    let started = number_of(&linux::read(&roots.proc.join("stat"))?, "btime");
    samples.put("process_start_time_seconds", &[], sum(started, seconds(22)));

    let status = linux::read(&own.join("status"))?;
    samples.put("process_resident_memory_bytes", &[], bytes_of(&status, "VmRSS"));
    samples.put("process_swap_memory_bytes", &[], bytes_of(&status, "VmSwap"));
    for (key, kind) in
        [("voluntary_ctxt_switches", "voluntary"), ("nonvoluntary_ctxt_switches", "involuntary")]
    {
        let labels = [("process_context_switch_type", kind)];
        samples.put("process_context_switches_total", &labels, number_of(&status, key));
    }

    let limits = read_if_there(&own.join("limits"))?.unwrap_or_default();
    samples.put("process_max_fds", &[], number_of(&limits, "Max open files"));
    samples.put("process_open_fds", &[], open_files(&own.join("fd")));
    let io = read_if_there(&own.join("io"))?.unwrap_or_default();
    for (key, direction) in [("read_bytes", "read"), ("write_bytes", "write")] {
        let labels = [("disk_io_direction", direction)];
        samples.put("process_disk_io_bytes_total", &labels, number_of(&io, key));
    }
    Ok(samples)
}

/// How many there are, but for the one by which that is looked at.
#[allow(clippy::cast_precision_loss)] // Some thousands.
fn open_files(folder: &std::path::Path) -> Option<f64> {
    let files = fs::read_dir(folder).ok()?.count();
    Some(files.saturating_sub(1) as f64)
}
