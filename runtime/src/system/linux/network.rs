//! Interfaces: `/proc/net/dev` (`proc_pid_net(5)`), those of the process's own network namespace.

use super::{Roots, read_if_there};
use crate::system::samples::Samples;
use std::io;

pub(super) fn read(roots: &Roots) -> io::Result<Samples> {
    let mut samples = Samples::default();
    let text = read_if_there(&roots.proc.join("net/dev"))?.unwrap_or_default();
    let interfaces: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.rsplit_once(':'))
        .map(|(name, fields)| (name.trim(), fields))
        .collect();
    for (interface, fields) in samples.capped(interfaces) {
        let fields: Vec<f64> =
            fields.split_whitespace().filter_map(|field| field.parse().ok()).collect();
        for (direction, first) in [("receive", 0), ("transmit", 8)] {
            let labels =
                [("network_interface_name", interface), ("network_io_direction", direction)];
            for (place, family) in [
                "system_network_io_bytes_total",
                "system_network_packets_total",
                "system_network_errors_total",
                "system_network_dropped_total",
            ]
            .into_iter()
            .enumerate()
            {
                samples.put(family, &labels, fields.get(first + place).copied());
            }
        }
    }
    Ok(samples)
}
