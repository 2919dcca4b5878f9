//! The process, the machine it runs on, its cgroup, and the program's async runtime, as metrics (feature `system`).
//!
//! All is read when somebody looks, on threads of ours, each source for itself and against a deadline: one that fails, hangs
//! or panics leaves the rest, is counted in `observant_system_left_out_total` and warned of once. Devices are capped.

// Uses `threads`, `snapshot` and `registry`.
//
// | file | what lives there |
// |---|---|
// | `families` | the names, and where they are from |
// | `samples` | what was read at one time |
// | `sources` | reading: what, on which threads, for how long |
// | `collector` | what was read, shown |
// | `linux/` | `/proc` and `/sys` |
// | `other` | other systems, and filesystems on Linux: what `sysinfo` gives |
// | `runtime` | tokio |

mod collector;
mod families;
#[cfg(target_os = "linux")]
mod linux;
mod other;
#[cfg(feature = "tokio")]
mod runtime;
mod samples;
mod sources;

pub(crate) use collector::System;
#[cfg(any(feature = "http", all(test, feature = "artifacts")))]
pub(crate) use families::FAMILIES;
