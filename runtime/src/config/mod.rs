//! Settings: what code and environment ask for, merged into values that know where they came from.
//!
//! Code beats `OBSERVANT_*` beats `OTEL_*` beats the default. The environment is handed in as plain
//! data, so this room reads no process state and its tests need none. A value of the environment
//! that cannot be used becomes a [`Warning`] and counts as unset; one given in code is an
//! [`Error`](crate::Error). Nothing here logs, binds or waits: `setup` does, with what it finds here.
//!
//! Rules for OpenTelemetry's variables: OpenTelemetry specification, "Environment Variable
//! Specification" (empty is unset, booleans, enum and number errors) and "Resource SDK".

mod endpoint;
mod environment;
mod export;
mod filter;
mod listen;
mod logs;
mod otlp;
mod propagation;
mod quote;
mod resource;
mod sampling;
mod settings;
mod source;
mod value;
mod watchdog;

#[cfg(test)]
mod tests;

#[cfg(feature = "otlp")]
pub(crate) use endpoint::Protocol;
pub(crate) use environment::Environment;
pub use export::Temporality;
pub(crate) use filter::{Filter, Level};
pub(crate) use listen::Listen;
pub use logs::Logs;
pub use otlp::Otlp;
pub(crate) use otlp::Target;
pub use sampling::SpanLimits;
pub(crate) use settings::{EffectiveSetting, Overrides, Settings};
#[cfg(feature = "artifacts")]
pub(crate) use source::SourceUrl;
pub(crate) use value::Origin;
pub use watchdog::Watchdog;
