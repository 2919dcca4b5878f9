//! One attribute gives a function its metrics.
#[allow(dead_code, unused_imports)]
mod config;
mod error;
#[allow(dead_code)]
mod clock;
#[allow(dead_code, unused_imports)]
mod cell;
#[cfg(feature = "http")]
#[allow(dead_code, unused_imports)] // until `setup` uses it
mod expose;
#[cfg(feature = "http")]
#[allow(dead_code, unused_imports)] // until `setup` uses it
mod http;
pub mod snapshot;
pub use error::Error;
