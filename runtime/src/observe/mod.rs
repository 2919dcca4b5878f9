//! What the macro calls: the call, the future, the stream, and how a call is judged.
//!
//! A call is one [`Frame`] on the stack of a function, or one `Suspended` inside the future or stream
//! it returned. It starts once and ends once: with a return, an unwind or a drop. While its code
//! runs it is on its thread's stack of calls, so that it can be charged what its observed callees
//! took. Under the feature `off`, `absent` takes the place of what counts.

#[cfg(feature = "off")]
mod absent;
mod body;
mod boxed;
mod call;
#[cfg(feature = "testing")]
pub(crate) mod capture;
pub(crate) mod context;
mod early_exit;
mod frame;
mod future;
mod judge;
mod kinded;
#[cfg(feature = "tower")]
pub(crate) mod manual;
mod propagate;
mod read;
mod scope;
mod site;
mod stream;
#[cfg(not(feature = "off"))]
mod suspended;
mod told;

#[cfg(feature = "off")]
use absent::Suspended;
#[cfg(not(feature = "off"))]
use suspended::Suspended;

#[cfg(feature = "off")]
pub use absent::{Callsite, Labelled, fielded, labelled, submit};
pub use body::{Current, current};
pub use boxed::{BoxedFuture, BoxedStream, observe_boxed_future, observe_boxed_stream};
pub use call::{Entered, EnteredJudged, enter, enter_judged, observe};
pub use context::{Attached, Context, InCurrent, WithContext, thread};
#[cfg(feature = "tokio")]
pub use context::{spawn, spawn_blocking};
pub use early_exit::{Branch, Leave};
pub use frame::Frame;
pub use future::{Observed, observe_async, observe_future};
pub(crate) use judge::error_type_of;
pub use judge::{IntoErrorType, Probe, Verdict, predicate};
pub use kinded::{Kinded, kinded};
pub use propagate::{current_context, extract, inject};
pub use read::{AsText, told_model, told_usage};
pub use scope::{Scope, Scoped, scope};
pub use site::{Fielded, Site, label, literal, value};
#[cfg(not(feature = "off"))]
pub use site::{Labelled, fielded, labelled};
pub use stream::{ObservedStream, observe_stream};
pub use told::Outcome;
