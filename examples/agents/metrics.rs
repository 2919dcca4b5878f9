//! Metrics of the program's own, for what no function's calls tell. `aet_` is how they begin: agents, an example team.

use std::{
    env::consts::{ARCH, OS},
    fs,
    path::Path,
};

use observant::Label;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What takes room on a disk.
#[derive(Debug, Clone, Copy, Label)]
pub enum Area {
    /// The team's memory: the store, what SQLite keeps beside it, and the event log.
    Memory,
    /// The report.
    Report,
}

observant::metrics! {
    /// How long it took to put together what a model is asked about a document.
    pub static CONTEXT_ASSEMBLY: Histogram = "aet_context_assembly_seconds", buckets = micro;
    /// Files in the registry.
    pub static REGISTERED_FILES: Gauge = "aet_registered_files";
    /// Documents whose words can be searched for.
    pub static KNOWLEDGE_ITEMS: Gauge = "aet_knowledge_items";
    /// Size of the database that holds both.
    pub static DATABASE_SIZE: Gauge = "aet_km_database_size_bytes";
    /// Size of the event log.
    pub static EVENT_LOG_SIZE: Gauge = "aet_event_log_size_bytes";
    /// What the program has on disks.
    pub static DISK_USAGE: Gauge<{ area: Area }> = "aet_disk_usage_bytes";
    /// Findings in accepted reviews, by whether they were of a model that was asked this time.
    pub static FINDINGS: Counter<{ fresh: bool }> = "aet_findings_total";
    /// This program.
    #[allow(dead_code)] // It says all it has to say by being there.
    static SYSTEM: Info<{ version = VERSION, os = OS, arch = ARCH }> = "aet_system_info";
}

/// Looks how large the files of an area are: `path` is one, or a folder of them.
#[allow(clippy::cast_precision_loss)] // Exact up to 8 PiB.
pub fn measure(area: Area, path: &Path) {
    let size = |path: &Path| fs::metadata(path).map_or(0, |data| data.len());
    let bytes = match fs::read_dir(path) {
        Ok(files) => files.flatten().map(|file| size(&file.path())).sum(),
        Err(_) => size(path),
    };
    DISK_USAGE.with(area).set(bytes as f64);
}
