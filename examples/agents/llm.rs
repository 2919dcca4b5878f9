//! Everything about language models: the wire format, the client with its retries, and the small
//! server that answers when no other is named.

pub mod client;
pub mod extract;
pub mod server;
pub mod wire;

pub use client::{Answer, Model, ModelError};
pub use wire::Message;
