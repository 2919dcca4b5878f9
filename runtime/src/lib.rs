//! One attribute gives a function its metrics.
mod error;
#[cfg(feature = "http")]
#[allow(dead_code, unused_imports)] // until `setup` uses it
mod expose;
#[cfg(feature = "http")]
#[allow(dead_code, unused_imports)] // until `setup` uses it
mod http;
pub mod snapshot;
pub use error::Error;
