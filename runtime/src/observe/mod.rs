//! What the macro calls: the call, the future, the stream, and how a call is judged.
//!
//! A call is one [`Frame`]: on the stack of a function, or inside the future or stream it returned.
//! It starts once and ends once: with a return, an unwind or a drop. While its code runs, a frame is
//! on its thread's stack of frames, so that it can be charged what its observed callees took.

mod call;
mod frame;
mod future;
mod judge;
mod site;
mod stream;

pub use call::{Entered, EnteredJudged, enter, enter_judged, observe};
pub use frame::Frame;
pub use future::{Observed, observe_async, observe_future};
pub use judge::{IntoErrorType, Probe, Verdict, predicate};
pub use site::{Labelled, Site, label, labelled, literal};
pub use stream::{ObservedStream, observe_stream};
