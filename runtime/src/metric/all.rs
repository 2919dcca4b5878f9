//! Families of our own that were used or asked for.

use super::family::Shown;
use crate::lock::Lock;

/// Lost, there are none: then this is a forked child, which has no server either.
static ALL: Lock<Vec<&'static dyn Shown>> = Lock::new(Vec::new());

/// Adds one that is not there.
pub(super) fn enter(family: &'static dyn Shown) {
    if let Some(mut all) = ALL.lock() {
        all.push(family);
    }
}

/// Those of this moment.
pub(super) fn entered() -> Vec<&'static dyn Shown> {
    ALL.lock().map_or_else(Vec::new, |all| all.clone())
}
