//! One attribute gives a function its metrics.
mod error;
pub mod snapshot;
pub use error::Error;
