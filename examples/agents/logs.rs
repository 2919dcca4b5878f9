//! The log, on standard error. Observant would set one up by itself; this one leaves out what other crates say that is
//! nobody's business: that pipes open and close, and the text of answers that could not be read.

use std::{env, io};

use observant::TextFormat;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    registry,
};

/// Sets it up, unless the environment says what the log should be: then Observant does.
pub fn install() {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("OBSERVANT_LOGS") || is_set("RUST_LOG") {
        return;
    }
    let wanted = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("rmcp", LevelFilter::WARN)
        .with_target("async_openai", LevelFilter::OFF);
    let lines = fmt::layer().event_format(TextFormat::default()).with_writer(io::stderr);
    let stack = registry().with(lines).with(wanted);
    // Nobody was here before: it is the first thing that is done.
    let _ = tracing::subscriber::set_global_default(observant::subscriber(stack));
}
