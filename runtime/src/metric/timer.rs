//! How long something takes, as an observation of a histogram. Of the crate it uses `clock`.

use super::histogram::Histogram;
use crate::clock::{self, Stamp};

/// Counts the seconds since it was [started](Histogram::start) when it is dropped, by a panic too.
///
/// # Example
///
/// ```
/// observant::metrics! {
///     /// How long requests waited.
///     static WAITED: Histogram = "example_waited_seconds";
/// }
///
/// fn take(queue: &mut Vec<u32>) -> Option<u32> {
///     let timer = WAITED.start();
///     let Some(job) = queue.pop() else {
///         timer.discard(); // nothing was waited for
///         return None;
///     };
///     Some(job)
/// }
///
/// assert_eq!(take(&mut vec![7]), Some(7));
/// assert_eq!(take(&mut vec![]), None);
/// assert_eq!(observant::snapshot().sum("example_waited_seconds", &[]), 1.0);
/// ```
#[derive(Debug)]
#[must_use = "it counts when it is dropped, which is at once"]
pub struct Timer {
    /// `None` when it is not to count.
    histogram: Option<Histogram>,
    start: Stamp,
}

impl Timer {
    pub(super) fn new(histogram: Histogram) -> Self {
        Self { histogram: Some(histogram), start: clock::now() }
    }

    /// Counts nothing.
    pub fn discard(mut self) {
        self.histogram = None;
    }
}

impl Drop for Timer {
    #[allow(clippy::cast_precision_loss)] // 53 bits of a duration are plenty.
    fn drop(&mut self) {
        if let Some(histogram) = self.histogram {
            let units = clock::between(self.start, clock::now());
            histogram.record(clock::seconds(units as f64));
        }
    }
}
