//! What a forked child must not do as its parent did.

use crate::span;
use std::sync::Once;

/// From now on a child of this process draws other ids, and records nothing: the worker stayed here.
pub(super) fn prepare() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        #[cfg(any(target_os = "linux", target_vendor = "apple", target_os = "freebsd"))]
        // SAFETY: `child` does nothing but store to atomics, which is safe between fork and whatever
        // follows. It lives as long as the process, which it must.
        unsafe {
            libc::pthread_atfork(None, None, Some(child));
        }
    });
}

#[cfg_attr(
    not(any(target_os = "linux", target_vendor = "apple", target_os = "freebsd")),
    allow(dead_code)
)]
extern "C" fn child() {
    span::forked();
    span::forget_exporter();
}
