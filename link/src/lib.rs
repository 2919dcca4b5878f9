//! How several versions of `observant` in one program notice one another: each enters itself at link
//! time in the one list that is here. For `observant` alone, and frozen: a second version of this crate
//! would be a second list.

#![forbid(unsafe_code)]
#![no_std]

#[doc(hidden)]
pub use inventory;

/// One version of `observant` in this program.
#[derive(Debug)]
pub struct Runtime {
    /// Its version.
    pub version: &'static str,
    /// How many functions it observes.
    pub functions: fn() -> usize,
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Entry(pub &'static Runtime);

inventory::collect!(Entry);

/// All that are in this program, in no particular order. Each is told by its address.
pub fn runtimes() -> impl Iterator<Item = &'static Runtime> {
    inventory::iter::<Entry>().map(|entry| entry.0)
}

/// Enters a static [`Runtime`] in the list.
#[macro_export]
macro_rules! enter {
    ($runtime:path) => {
        $crate::inventory::submit! { $crate::Entry(&$runtime) }
    };
}
