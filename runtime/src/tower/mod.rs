//! Layers for services of HTTP and for their clients, in the shape that `tower` gives to both.
//!
//! [`ServerLayer`] takes up the context that came with a request, opens its span and counts how long it
//! took; [`ClientLayer`] opens the span of a request that goes out, and sends the context with it. Names
//! and values are those of the semantic conventions for HTTP ([`conventions`]); [`requests`] holds the
//! figures and is the collector of their family.

mod body;
mod client_layer;
mod conventions;
mod exchange;
mod names;
mod requests;
mod server_layer;
#[cfg(test)]
mod tests;

pub use body::ServerBody;
pub use client_layer::{Client, ClientFuture, ClientLayer};
pub(crate) use requests::{DURATION, refused};
pub use server_layer::{Server, ServerFuture, ServerLayer};

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Whether requests are observed; contexts are passed on in any case.
static ON: AtomicBool = AtomicBool::new(true);

/// Observes requests that begin from now on, or does not.
pub(crate) fn switch(on: bool) {
    ON.store(on, Relaxed);
}

fn is_on() -> bool {
    !cfg!(feature = "off") && ON.load(Relaxed)
}
