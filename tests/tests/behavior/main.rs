//! What an observed function does, not only that it compiles: for every shape of function the
//! counts, the outcome and the calls in flight. One module a theme; each test calls functions of
//! its own, so tests can run side by side.

#![allow(
    clippy::needless_pass_by_value,
    clippy::redundant_closure_for_method_calls,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "functions are here for their shape; what matters of lints is in `lints`"
)]

mod aliases;
mod asynchronous;
mod blocks;
mod bodies;
mod caller;
mod control_flow;
mod drops;
mod editions;
mod figures;
mod futures;
mod hygiene;
mod kinds;
mod labels;
mod lints;
mod order;
mod outcome;
mod renamed;
mod sizes;
mod sync;
mod threads;
mod times;
mod written;
