//! One attribute gives a function its metrics.
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[allow(dead_code, unused_imports)]
mod callsite;
#[allow(dead_code, unused_imports)]
mod cell;
#[allow(dead_code)]
mod clock;
#[allow(dead_code, unused_imports)]
mod config;
mod error;
#[cfg(feature = "http")]
#[allow(dead_code, unused_imports)] // until `setup` uses it
mod expose;
#[cfg(feature = "http")]
#[allow(dead_code, unused_imports)] // until `setup` uses it
mod http;
mod metric;
#[allow(dead_code, unused_imports)]
mod observe;
#[allow(dead_code, unused_imports)]
mod registry;
pub mod snapshot;

pub use error::Error;
pub use metric::Label;
pub use observant_macros::{Label, observe};
pub use registry::snapshot;
