//! What all series have in common that are kept by those who record.

use super::family::Cells;

/// A series as it is kept: [`Counter`](super::Counter), [`Gauge`](super::Gauge), [`Histogram`](super::Histogram) or
/// [`Info`](super::Info). Of no other type.
pub trait Handle: Copy + Send + Sync + 'static {
    /// What it counts with.
    #[doc(hidden)]
    type Cells: Cells;

    /// One that counts nothing.
    #[doc(hidden)]
    const NOTHING: Self;

    /// The one that counts there.
    #[doc(hidden)]
    fn of(cells: &'static Self::Cells) -> Self;
}
