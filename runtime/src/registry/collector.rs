//! Families that do not belong to functions: whoever has some registers a collector.

use crate::snapshot::{Family, Visitor};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A source of families.
pub(crate) trait Collector: Send + Sync {
    /// All families it ever has.
    fn families(&self) -> &[Family<'_>];

    /// Visits the series of one of them, in order of labels.
    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor);
}

static COLLECTORS: Mutex<Vec<Arc<dyn Collector>>> = Mutex::new(Vec::new());

fn collectors() -> MutexGuard<'static, Vec<Arc<dyn Collector>>> {
    COLLECTORS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The collectors of this moment.
pub(super) fn all() -> Vec<Arc<dyn Collector>> {
    collectors().clone()
}

/// Adds a collector to every visit until what is returned is dropped.
pub(crate) fn register(collector: Arc<dyn Collector>) -> Registered {
    collectors().push(Arc::clone(&collector));
    Registered(collector)
}

/// Keeps a collector registered.
pub(crate) struct Registered(Arc<dyn Collector>);

impl Drop for Registered {
    fn drop(&mut self) {
        collectors().retain(|collector| !Arc::ptr_eq(collector, &self.0));
    }
}
