//! One attribute gives a function its metrics.
mod error;
#[cfg(feature = "http")]
#[allow(dead_code)] // until `setup` uses it
mod expose;
pub mod snapshot;
pub use error::Error;
