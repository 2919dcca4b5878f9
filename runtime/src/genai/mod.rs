//! What agents, tools and models tell, by OpenTelemetry's conventions for GenAI: the table of names, what is known of one
//! run, and what it adds up to. Knows calls only by what `observe` says of them.

mod usage;

pub use usage::{IntoUsage, TokenCount, Usage};
