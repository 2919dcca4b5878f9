//! The program's own word that it has started.

#[cfg(feature = "health")]
use crate::health::Lifecycle;
#[cfg(feature = "health")]
use std::sync::{Mutex, PoisonError, Weak};

/// The life of the program whose start is still to be told.
#[cfg(feature = "health")]
static STARTING: Mutex<Weak<Lifecycle>> = Mutex::new(Weak::new());

/// Waits for [`startup_complete`] from now on, or for nothing any more.
#[cfg(feature = "health")]
pub(super) fn begin(starting: Option<&std::sync::Arc<Lifecycle>>) {
    *STARTING.lock().unwrap_or_else(PoisonError::into_inner) =
        starting.map(std::sync::Arc::downgrade).unwrap_or_default();
}

/// The program has started: `/startup` and `/ready` answer 200 from now on, as far as health checks let them.
///
/// Of use after [`Builder::manual_startup`](crate::Builder::manual_startup); a program without that has started when
/// [`init`](crate::init()) returns. Called twice, or where nothing waits for it, it does nothing.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), observant::Error> {
/// let _observant = observant::builder().listen("127.0.0.1:0").manual_startup(true).init()?;
/// // ... caches are filled, migrations run; `/ready` is 503 ...
/// observant::startup_complete();
/// # Ok(())
/// # }
/// ```
pub fn startup_complete() {
    #[cfg(feature = "health")]
    {
        let starting =
            std::mem::take(&mut *STARTING.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(lifecycle) = starting.upgrade() {
            lifecycle.set_ready();
        }
    }
}
