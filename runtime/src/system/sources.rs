//! Reading: each source on a thread of ours, one after the other, for as long as it may take.

use super::samples::Samples;
use crate::threads::{Failure, SharedWork, Workers};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// How long one source may take: files of the kernel take microseconds, a filesystem whose server is gone takes for ever.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long all of them may take.
const DEADLINE: Duration = Duration::from_secs(2);

/// Why something is missing, as it is shown.
pub(super) const REASONS: [&str; 4] = ["cap", "error", "panic", "timeout"];

/// Something that is read by itself.
pub(super) struct Source {
    pub(super) name: &'static str,
    work: Arc<SharedWork<io::Result<Samples>>>,
    /// By the place of their reason in [`REASONS`].
    left_out: [AtomicU64; REASONS.len()],
    warned: AtomicBool,
}

impl Source {
    pub(super) fn new(
        name: &'static str,
        read: impl Fn() -> io::Result<Samples> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            work: SharedWork::new(read),
            left_out: [const { AtomicU64::new(0) }; REASONS.len()],
            warned: AtomicBool::new(false),
        }
    }

    /// How often something was left out for each of [`REASONS`].
    pub(super) fn left_out(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        REASONS.into_iter().zip(self.left_out.iter().map(|count| count.load(Relaxed)))
    }

    /// What it has, unless it fails.
    fn read(&self, workers: &Workers, deadline: Instant) -> Option<Arc<io::Result<Samples>>> {
        let (reason, why) = match self.work.begin(workers).wait(deadline) {
            Ok(read) => match &*read {
                Ok(samples) => {
                    self.left_out[0].fetch_add(samples.left_out as u64, Relaxed);
                    return Some(read);
                }
                Err(error) => (1, error.to_string()),
            },
            Err(Failure::Panic) => (2, "reading panicked".to_owned()),
            Err(Failure::Timeout) => (3, format!("reading took longer than {PATIENCE:?}")),
        };
        self.left_out[reason].fetch_add(1, Relaxed);
        if !self.warned.swap(true, Relaxed) {
            tracing::warn!(
                source = self.name,
                "figures of the system are missing: {why}; observant_system_left_out_total counts how often"
            );
        }
        None
    }
}

/// What all have that do not fail.
pub(super) fn read_all(sources: &[Source], workers: &Workers) -> Samples {
    let end = Instant::now() + DEADLINE;
    let mut all = Samples::default();
    for source in sources {
        let deadline = end.min(Instant::now() + PATIENCE);
        if let Some(read) = source.read(workers, deadline)
            && let Ok(samples) = &*read
        {
            all.extend(samples);
        }
    }
    all.sort();
    all
}
