//! Everything about language models: the wire format, the client with its retries, what they cost, and the small
//! server that answers when no other is named.

pub mod client;
pub mod extract;
pub mod prices;
pub mod server;
pub mod wire;

pub use client::{Answer, Manner, Model, ModelError};
pub use wire::Message;
