//! Where an async check runs: on the runtime that was current when it was added, if there was one.

#[cfg(feature = "health")]
use tokio::runtime::Handle;

/// A tokio runtime of the program.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    #[cfg(feature = "health")]
    pub(super) handle: Option<Handle>,
}

impl Home {
    /// The runtime that this is called in.
    pub(super) fn here() -> Self {
        Self {
            #[cfg(feature = "health")]
            handle: Handle::try_current().ok(),
        }
    }

    #[cfg_attr(not(feature = "health"), allow(clippy::unused_self))]
    pub(super) fn is_somewhere(&self) -> bool {
        #[cfg(feature = "health")]
        return self.handle.is_some();
        #[cfg(not(feature = "health"))]
        false
    }
}
