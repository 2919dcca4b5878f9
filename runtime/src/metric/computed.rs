//! Gauges that are computed when somebody looks.

use super::{
    declared::Family,
    family::{Description, Shown},
};
use crate::snapshot::{self, Kind, Value, Visitor};
use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

/// A gauge that [`metrics!`](macro@crate::metrics) declared with `value = ..`: its function is asked at every scrape, on
/// a thread of ours, and must not block. Where it panics the gauge is left out.
///
/// # Example
///
/// ```
/// use std::sync::Mutex;
///
/// static QUEUE: Mutex<Vec<u32>> = Mutex::new(Vec::new());
///
/// observant::metrics! {
///     /// Jobs that wait.
///     static WAITING: Gauge = "example_queue_jobs", value = || QUEUE.lock().map_or(0, |queue| queue.len());
/// }
///
/// QUEUE.lock().unwrap().extend([1, 2]);
/// assert_eq!(observant::snapshot().sum("example_queue_jobs", &[]), 2.0);
/// ```
pub struct Computed {
    description: &'static Description,
    value: fn() -> f64,
    panicked: AtomicBool,
}

impl Computed {
    /// A gauge that is what `value` says.
    #[doc(hidden)]
    pub const fn new(description: &'static Description, value: fn() -> f64) -> Self {
        Self { description, value, panicked: AtomicBool::new(false) }
    }
}

/// A number as a gauge shows it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a gauge can be",
    label = "not a number",
    note = "`value` is a function of nothing that returns an integer or a float of up to 64 bits"
)]
pub trait Number {
    /// The nearest float.
    #[doc(hidden)]
    fn number(self) -> f64;
}

/// What the function of a gauge says.
#[doc(hidden)]
pub fn compute<N: Number>(value: impl Fn() -> N) -> f64 {
    value().number()
}

macro_rules! numbers {
    ($($type:ty)*) => {
        $(impl Number for $type {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless)] // As near as a float is.
            fn number(self) -> f64 {
                self as f64
            }
        })*
    };
}

numbers!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl Family for Computed {
    fn description(&self) -> &'static Description {
        self.description
    }

    fn prepared(&'static self) -> &'static dyn Shown {
        self
    }
}

impl Shown for Computed {
    fn family(&self) -> snapshot::Family<'static> {
        let Description { name, help, unit, .. } = *self.description;
        snapshot::Family::new(name, help, Kind::Gauge, unit)
    }

    fn series(&self, visitor: &mut dyn Visitor) {
        match catch_unwind(AssertUnwindSafe(self.value)) {
            Ok(value) => visitor.series(&[], &Value::Float(value)),
            Err(_) if self.panicked.swap(true, Relaxed) => {}
            Err(_) => tracing::warn!(
                metric = self.description.name,
                "the function of a gauge panicked, so that it is not shown"
            ),
        }
    }

    fn refused(&self) -> Option<u64> {
        None
    }
}

impl fmt::Debug for Computed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Computed").field(&self.description.name).finish()
    }
}
