//! One attribute gives a function its metrics.
#[allow(dead_code, unused_imports)]
mod config;
mod error;
pub mod snapshot;
pub use error::Error;
