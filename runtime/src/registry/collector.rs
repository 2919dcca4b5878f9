//! Families that do not belong to functions: whoever has some registers a collector.

use crate::{
    lock::Lock,
    snapshot::{Family, Visitor},
};
use std::sync::Arc;

/// A source of families.
pub(crate) trait Collector: Send + Sync {
    /// All families it ever has.
    fn families(&self) -> &[Family<'_>];

    /// Looks at what it shows, for a visit that begins: as of then all its families are. Not called where none is wanted.
    fn refresh(&self) {}

    /// Visits the series of one of them, in order of labels.
    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor);
}

/// Lost, there are none: then this is a forked child, which has no server either.
static COLLECTORS: Lock<Vec<Arc<dyn Collector>>> = Lock::new(Vec::new());

/// The collectors of this moment.
pub(super) fn all() -> Vec<Arc<dyn Collector>> {
    COLLECTORS.lock().map_or_else(Vec::new, |all| all.clone())
}

/// Adds a collector to every visit until what is returned is dropped.
pub(crate) fn register(collector: Arc<dyn Collector>) -> Registered {
    if let Some(mut all) = COLLECTORS.lock() {
        all.push(Arc::clone(&collector));
    }
    Registered(collector)
}

/// Keeps a collector registered.
pub(crate) struct Registered(Arc<dyn Collector>);

impl Drop for Registered {
    fn drop(&mut self) {
        if let Some(mut all) = COLLECTORS.lock() {
            all.retain(|collector| !Arc::ptr_eq(collector, &self.0));
        }
    }
}
