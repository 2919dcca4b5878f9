//! Disks: `/proc/diskstats` ("I/O statistics fields", docs of Linux), of whole devices that are not made of memory or files.

use super::{Roots, read_if_there};
use crate::system::samples::Samples;
use std::io;

/// What the kernel counts in, whatever the device's own are.
const SECTOR_BYTES: f64 = 512.0;
const MILLISECONDS: f64 = 1e3;

pub(super) fn read(roots: &Roots) -> io::Result<Samples> {
    let mut samples = Samples::default();
    let text = read_if_there(&roots.proc.join("diskstats"))?.unwrap_or_default();
    let disks: Vec<(&str, Vec<&str>)> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().skip(2);
            Some((words.next()?, words.collect()))
        })
        // A partition is no device of its own there.
        .filter(|(name, _)| roots.sys.join("block").join(name.replace('/', "!")).exists())
        .filter(|(name, _)| !["loop", "ram", "zram"].iter().any(|kind| name.starts_with(kind)))
        .collect();
    for (disk, fields) in samples.capped(disks) {
        let field = |number: usize| fields.get(number - 1)?.parse::<f64>().ok();
        for (direction, operations, sectors, time) in [("read", 1, 3, 4), ("write", 5, 7, 8)] {
            let labels = [("disk_io_direction", direction), ("system_device", disk)];
            let bytes = field(sectors).map(|sectors| sectors * SECTOR_BYTES);
            samples.put("system_disk_operations_total", &labels, field(operations));
            samples.put("system_disk_io_bytes_total", &labels, bytes);
            let seconds = field(time).map(|time| time / MILLISECONDS);
            samples.put("system_disk_operation_time_seconds_total", &labels, seconds);
        }
        let busy = field(10).map(|time| time / MILLISECONDS);
        samples.put("system_disk_io_time_seconds_total", &[("system_device", disk)], busy);
    }
    Ok(samples)
}
