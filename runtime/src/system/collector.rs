//! What was read, as families of a scrape.

use super::{
    families::{FAMILIES, LEFT_OUT, place},
    samples::Samples,
    sources::{Source, read_all},
};
use crate::{
    registry::Collector,
    snapshot::{Family, Value, Visitor},
    threads::Workers,
};
use std::{
    process,
    sync::{Arc, Mutex, PoisonError},
};

/// Counters of the kernel that now and then step back, and by how much at the most: it takes the time of a core that waits
/// for storage back ("`proc_stat(5)`"), and adds up faults while they happen. Readers would take that for a restart. More
/// is one.
const MAY_STEP_BACK: [(&str, f64); 2] =
    [("system_cpu_time_seconds_total", 3.0), ("system_paging_faults_total", 1_000.0)];

/// Reads when a visit begins, and shows that to it.
pub(crate) struct System {
    sources: Vec<Source>,
    workers: Workers,
    read: Mutex<Arc<Samples>>,
    /// A forked child has none of the threads.
    process: u32,
}

impl System {
    /// The process and its machine, and with the feature `tokio` the runtime that this is called in.
    pub(crate) fn here() -> Arc<Self> {
        let mut sources = Vec::new();
        #[cfg(target_os = "linux")]
        {
            let roots = super::linux::Roots::default();
            for (name, read) in super::linux::SOURCES {
                let roots = roots.clone();
                sources.push(Source::new(name, move || read(&roots)));
            }
        }
        #[cfg(not(target_os = "linux"))]
        sources.extend(super::other::sources());
        sources.push(super::other::filesystems());
        #[cfg(feature = "tokio")]
        sources.extend(super::runtime::source());
        Self::of(sources)
    }

    pub(super) fn of(sources: Vec<Source>) -> Arc<Self> {
        let workers = Workers::new("observant-read");
        Arc::new(Self { sources, workers, read: Mutex::default(), process: process::id() })
    }

    fn left_out(&self, visitor: &mut dyn Visitor) {
        let mut sources: Vec<&Source> = self.sources.iter().collect();
        sources.sort_by_key(|source| source.name);
        for source in sources {
            for (reason, count) in source.left_out() {
                let labels = [("source", source.name), ("reason", reason)];
                visitor.series(&labels, &Value::Unsigned(count));
            }
        }
    }
}

impl Collector for System {
    fn families(&self) -> &[Family<'_>] {
        &FAMILIES
    }

    fn refresh(&self) {
        if process::id() != self.process {
            return;
        }
        let mut read = read_all(&self.sources, &self.workers);
        let mut last = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        for (family, most) in MAY_STEP_BACK {
            read.steady(family, most, &last);
        }
        *last = Arc::new(read);
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        if family.name == LEFT_OUT {
            return self.left_out(visitor);
        }
        let read = Arc::clone(&self.read.lock().unwrap_or_else(PoisonError::into_inner));
        let mut labels = Vec::with_capacity(4);
        for sample in place(family.name).map_or(&[][..], |place| read.of(place)) {
            labels.clear();
            labels.extend(sample.labels.iter().map(|(name, value)| (*name, &**value)));
            visitor.series(&labels, &Value::Float(sample.value));
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // Whole numbers.
mod tests {
    use super::*;
    use crate::snapshot::{OwnedValue, Snapshot};
    use std::{
        io,
        sync::{Mutex, mpsc},
        time::{Duration, Instant},
    };

    fn look(system: &System) -> Snapshot {
        let mut snapshot = Snapshot::default();
        system.refresh();
        for family in system.families() {
            snapshot.family(family);
            system.series(family, &mut snapshot);
        }
        snapshot
    }

    #[allow(clippy::unnecessary_wraps)] // As sources read.
    fn fine() -> io::Result<Samples> {
        let mut samples = Samples::default();
        samples.put("process_threads", &[], Some(3.0));
        samples.put("process_open_fds", &[], Some(f64::NAN));
        Ok(samples)
    }

    #[test]
    fn a_source_that_fails_panics_or_hangs_leaves_the_rest() {
        let (end, ended) = mpsc::channel::<()>();
        let ended = Mutex::new(ended);
        let system = System::of(vec![
            Source::new("fails", || Err(io::Error::other("as told"))),
            Source::new("panics", || panic!("as told")),
            Source::new("hangs", move || {
                let _ = ended.lock().unwrap().recv();
                fine()
            }),
            Source::new("works", fine),
        ]);
        let mut took = Vec::new();
        for times in 1..=3_u64 {
            let start = Instant::now();
            let shown = look(&system);
            took.push(start.elapsed());
            assert_eq!(shown.find("process_threads", &[]).unwrap().value, OwnedValue::Float(3.0));
            assert!(shown.find("process_open_fds", &[]).is_none(), "it is no number");
            for (source, reason) in [("fails", "error"), ("panics", "panic"), ("hangs", "timeout")]
            {
                let labels = [("source", source), ("reason", reason)];
                let left_out = shown.find(LEFT_OUT, &labels).unwrap();
                assert_eq!(left_out.value, OwnedValue::Unsigned(times), "{source}");
            }
            assert_eq!(shown.sum(LEFT_OUT, &[("source", "works")]), 0.0);
        }
        let quick = took[1..].iter().any(|took| *took < Duration::from_millis(500));
        assert!(quick, "what hangs is waited for once: {took:?}");
        drop(end);
    }

    #[test]
    fn this_process_and_machine_are_seen() {
        let shown = look(&System::here());
        let value = |name: &str, labels: &[(&str, &str)]| {
            shown.find(name, labels).unwrap_or_else(|| panic!("no {name}")).value.as_f64()
        };
        assert!(value("process_resident_memory_bytes", &[]) > 1e6);
        assert!(value("process_start_time_seconds", &[]) > 1.6e9);
        assert!(value("system_memory_limit_bytes", &[]) > 1e8);
        assert!(value("system_cpu_logical_cores", &[]) >= 1.0);
        assert!(value("process_cpu_limit_cores", &[]) > 0.0);
        assert!(value("process_open_fds", &[]) > 2.0);
        assert!(value("process_max_fds", &[]) >= value("process_open_fds", &[]));
        assert!(value("process_threads", &[]) >= 2.0);
        assert!(value("system_filesystem_limit_bytes", &[]) > 0.0);
        assert!(value("system_cpu_time_seconds_total", &[("cpu_mode", "user")]) > 0.0);
        let now = crate::clock::wall();
        assert!(value("process_start_time_seconds", &[]) < now + 1.0);
        assert_eq!(shown.sum(LEFT_OUT, &[]), 0.0, "{shown:?}");
    }
}
