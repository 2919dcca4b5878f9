//! One attribute, [`#[observe]`](macro@observe), gives a function its metrics: calls by outcome, errors
//! by type, a latency histogram, calls in flight, busy and self time, served to Prometheus from the
//! first second, before the first call.
//!
//! ```no_run
//! use observant::observe;
//!
//! #[observe]
//! fn load(id: u32) -> Result<String, std::num::TryFromIntError> {
//!     let small = u8::try_from(id)?;
//!     Ok(format!("task {small}"))
//! }
//!
//! fn main() -> Result<(), observant::Error> {
//!     let _observant = observant::init()?; // serves http://127.0.0.1:9464/metrics until it is dropped
//!     for id in 250..260 {
//!         let _ = load(id); // four of ten are errors, and counted as such
//!     }
//!     Ok(())
//! }
//! ```
//!
//! - [`observe`](macro@observe) lists what can be annotated and every option;
//!   [`Label`](derive@Label) makes an enum a label or an error type.
//! - [`init`] and [`builder`] start the server; [`control`] switches functions on and off;
//!   [`snapshot()`] shows what a scrape would.
//! - Libraries annotate and never call [`init`]; without default features they depend on next to nothing.
//! - Calls are recorded by plain stores into memory of the calling thread: no lock, no allocation
//!   after a thread's first call of a function, nothing that can fail.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `http` | yes | the server: `/metrics`, `/status`, `/health`, `/live`, `/ready` |
//! | `off` | no | compiles every annotation to nothing but its checks; for final binaries only, since cargo unifies features |

// Without a server, or without anything observed, parts of what they share have no user.
#![cfg_attr(any(feature = "off", not(feature = "http")), allow(dead_code, unused_imports))]

mod callsite;
mod cell;
mod clock;
mod config;
mod control;
mod error;
#[cfg(feature = "http")]
mod expose;
#[cfg(feature = "http")]
mod http;
mod metric;
mod observe;
mod registry;
mod setup;
pub mod snapshot;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use control::{Control, control};
pub use error::Error;
pub use metric::Label;
pub use observant_macros::{Label, observe};
pub use registry::snapshot;
pub use setup::{Builder, Guard, builder, init};
