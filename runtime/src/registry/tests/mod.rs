//! The listing on callsites made for it, and visits of families.

mod listing;
mod visit;
