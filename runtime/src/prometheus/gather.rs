//! A registry of theirs, gathered: on a thread of ours, since a collector in it may block, once for all who want it at
//! one time, and for no longer than they wait.

use super::GATHERING;
use crate::threads::SharedWork;
use ::prometheus::{Registry, proto::MetricFamily};
use std::sync::Arc;

/// What a registry had.
pub(super) type Gathered = Arc<Vec<MetricFamily>>;

/// A registry, and whoever gathers it.
pub(super) type Source = SharedWork<Vec<MetricFamily>>;

/// The thread gathers, for as long as this lives.
struct Gathering;

impl Drop for Gathering {
    fn drop(&mut self) {
        GATHERING.set(false);
    }
}

/// A registry to be gathered.
pub(super) fn source(registry: Registry) -> Arc<Source> {
    SharedWork::new(move || {
        GATHERING.set(true);
        let _gathering = Gathering;
        registry.gather()
    })
}
