//! Delivering on request: whoever holds no guard may ask too.

/// How long a flush, and the last one, may take.
#[cfg(feature = "otlp")]
pub(super) const DEADLINE: std::time::Duration = std::time::Duration::from_secs(2);

#[cfg(feature = "otlp")]
static FLUSHER: std::sync::Mutex<Option<crate::otlp::Flusher>> = std::sync::Mutex::new(None);

#[cfg(feature = "otlp")]
pub(super) fn set(flusher: Option<crate::otlp::Flusher>) {
    *FLUSHER.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = flusher;
}

/// Delivers the spans that have ended, and the metrics of this moment, to their collector.
///
/// Waits for that, for at most 2 s, and says whether everything was delivered; with nothing to export it was. The
/// guard flushes by itself when it is dropped, and so does a signal that ends the program: this is for what ends
/// otherwise, such as [`std::process::exit`], or is frozen between two requests.
///
/// # Example
///
/// ```
/// if !observant::flush() {
///     eprintln!("the collector did not take everything");
/// }
/// ```
pub fn flush() -> bool {
    #[cfg(feature = "otlp")]
    {
        let flusher = FLUSHER.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        flusher.is_none_or(|flusher| flusher.flush(std::time::Instant::now() + DEADLINE))
    }
    #[cfg(not(feature = "otlp"))]
    true
}
