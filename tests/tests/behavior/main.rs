//! What an observed function does, not only that it compiles: for every shape of function the
//! counts, the outcome and the calls in flight. One module a theme; each test calls functions of
//! its own, so tests can run side by side.

mod asynchronous;
mod blocks;
mod caller;
mod figures;
mod futures;
mod hygiene;
mod labels;
mod lints;
mod order;
mod outcome;
mod renamed;
mod sizes;
mod sync;
