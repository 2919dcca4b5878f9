//! From settings to a running process: the builder, the guard, and what they put together.
//!
//! The only room that knows all others. It decides order: settings, switches, clock, our own
//! families, the server, the exporter, signals, the subscriber, warnings; and takes everything down again when the guard is dropped.

#[cfg(all(feature = "artifacts", feature = "http"))]
mod artifacts;
#[cfg(feature = "http")]
mod bare_scrape;
mod builder;
#[cfg(feature = "otlp")]
mod export;
#[cfg(feature = "otlp")]
mod exports;
mod flush;
#[cfg(feature = "_runtime")]
mod fork;
mod guard;
mod ourselves;
mod overhead;
#[cfg(feature = "http")]
mod serving;
#[cfg(feature = "_runtime")]
mod signals;
mod startup;
#[cfg(feature = "http")]
mod status;
#[cfg(feature = "subscriber")]
mod subscriber;
mod warnings;

#[cfg(feature = "http")]
pub use bare_scrape::bare_scrape;
pub use builder::Builder;
#[cfg(all(test, feature = "artifacts", feature = "otlp"))]
pub(crate) use exports::FAMILIES as EXPORTS;
pub use flush::flush;
pub use guard::Guard;
#[cfg(all(test, feature = "artifacts"))]
pub(crate) use ourselves::FAMILIES;
pub use startup::startup_complete;

use crate::error::Error;

/// Sets observation up from the environment and serves it until the guard is dropped.
///
/// The same as [`builder`]`().init()`. Call it once, early in `main`, and keep the guard; calls of
/// observed functions count before it too. Libraries never call it.
///
/// # Errors
///
/// When the server cannot listen on its address ([`Error::is_address_in_use`]), or when a guard of
/// this process still lives ([`Error::is_already_initialized`]). Values of the environment that
/// cannot be used only warn.
///
/// # Example
///
/// ```no_run
/// fn main() -> Result<(), observant::Error> {
///     let _observant = observant::init()?; // serves http://127.0.0.1:9464/metrics
///     Ok(())
/// }
/// ```
pub fn init() -> Result<Guard, Error> {
    builder().init()
}

/// Sets in code what the environment sets otherwise; see [`Builder`].
pub fn builder() -> Builder {
    Builder::default()
}
