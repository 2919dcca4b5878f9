//! `health()`: what a program says and asks about its checks.

use super::{
    check::HealthCheck,
    checks::{Checks, Registration},
    entry::Place,
};
use crate::error::Error;
use std::panic::Location;

/// The checks of this process; see [`health`].
#[derive(Clone, Copy, Debug)]
pub struct Health(());

/// The checks of this process: adds those that need a value to look at.
///
/// # Example
///
/// ```
/// use observant::{HealthCheck, health::Check};
///
/// struct Store;
///
/// impl HealthCheck for Store {
///     fn check(&self) -> Check<'_> {
///         Check::blocking(|| std::fs::metadata("/").map(drop))
///     }
/// }
///
/// # fn main() -> Result<(), observant::Error> {
/// let registered = observant::health().register(Store)?;
/// assert_eq!(registered.names().collect::<Vec<_>>(), ["store"]);
/// drop(registered); // `/ready` does not depend on it any more
/// # Ok(())
/// # }
/// ```
pub fn health() -> Health {
    Health(())
}

impl Health {
    /// Checks `value` from now on, before [`init`](crate::init()) or after it, until what is returned is dropped.
    ///
    /// What has parts becomes a check for each, called by its path: `store/pool`. What has none is called as its
    /// [options](HealthCheck::options) say, or else by its type: `model_server` for a `ModelServer`. An async check runs
    /// on the tokio runtime of which this is called, if it is called in one.
    ///
    /// # Errors
    ///
    /// When a check of that name is there already, one is called like ours (`observant/..`, `watchdog/..`), has options that
    /// cannot be, or there are more than 2,000
    /// ([`Error::is_check`]).
    #[track_caller]
    pub fn register<C: HealthCheck + 'static>(self, value: C) -> Result<Registration, Error> {
        Checks::of_process()
            .add_value(None, value, here())
            .map_err(|refused| Error::check(refused.0))
    }

    /// The same under the name `name`; the parts of `value`, if it has some, are below it: `name/pool`.
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register).
    #[track_caller]
    pub fn register_as<C: HealthCheck + 'static>(
        self,
        name: impl Into<String>,
        value: C,
    ) -> Result<Registration, Error> {
        let added = Checks::of_process().add_value(Some(name.into()), value, here());
        added.map_err(|refused| Error::check(refused.0))
    }
}

/// Who called the function that calls this.
#[track_caller]
fn here() -> Place {
    let location = Location::caller();
    Place { file: location.file(), line: location.line() }
}
