//! One attribute, [`#[observe]`](macro@observe), gives a function its metrics: calls by outcome, errors
//! by type, a latency histogram, calls in flight, busy and self time. Every annotated function is
//! listed and served to Prometheus before its first call.
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
//! - [`metrics!`](macro@metrics) declares metrics of the program's own.
//! - [`health_check`] makes a function a health check, [`HealthCheck`](derive@HealthCheck) a struct; [`health()`] takes
//!   in what needs a value, and the module [`health`](mod@health) has the rest.
//! - [`init`] and [`builder`] start the server; [`control`] switches functions on and off;
//!   [`snapshot()`] shows what a scrape would.
//! - Libraries annotate and never call [`init`]; without default features they depend on next to nothing.
//! - `docs/guide` of the repository goes task by task: a first program, axum, agents, Kubernetes, SLOs, traces,
//!   troubleshooting, coming from other crates.
//! - Calls are recorded by plain stores into memory of the calling thread: no lock, nothing that can
//!   fail, and an allocation only where a thread meets a function, outcome or order of magnitude of
//!   duration for the first time.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `http` | yes | the server: `/metrics`, `/status`, `/health`, `/live`, `/ready`; brings `health` |
//! | `health` | yes | health checks are run, and counted; without it they are declared and registered, which costs nothing |
//! | `prometheus` | yes | [`prometheus`](mod@prometheus): registries of that crate on `/metrics`, and ours in them |
//! | `system` | yes | the process, the machine, its cgroup and, with `tokio`, the async runtime: read at each scrape |
//! | `artifacts` | yes | dashboards of Grafana and rules of Prometheus for this very program: `/dashboards/{name}.json`, `/rules.yaml` |
//! | `headers` | with `http` | contexts travel in `http::HeaderMap` |
//! | `json` | with `http` | contexts travel in objects of `serde_json`, as in the `_meta` of the Model Context Protocol |
//! | `tower` | no | [`tower`](mod@tower): every endpoint as a service; layers for services and clients of HTTP |
//! | `axum` | no | `tower`, and the routes of axum by themselves |
//! | `otlp` | no | spans and metrics to an OpenTelemetry collector, over HTTP or gRPC, or to the console |
//! | `otlp-tls` | no | the same to `https` endpoints |
//! | `testing` | no | [`testing`]: a test asserts on the calls it made; for `[dev-dependencies]` |
//! | `tokio` | no | [`spawn`] and [`spawn_blocking`] |
//! | `off` | no | compiles every annotation to nothing but its checks; for final binaries only, since cargo unifies features |

// Without a server, an exporter or layers, or without anything observed, parts of what they share have no user.
#![cfg_attr(
    any(feature = "off", not(all(feature = "http", feature = "otlp", feature = "tower"))),
    allow(dead_code, unused_imports)
)]
// Its documentation is that of all features; where some are left out, its links to them lead nowhere.
#![cfg_attr(
    not(all(feature = "prometheus", feature = "testing", feature = "tokio", feature = "tower")),
    allow(rustdoc::broken_intra_doc_links)
)]
// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Finished spans are shown to tests alone.
#![cfg_attr(not(feature = "testing"), allow(unreachable_pub))]

#[cfg(feature = "artifacts")]
mod artifact;
#[cfg(feature = "_runtime")]
mod background;
mod callsite;
mod cell;
mod clock;
mod config;
mod control;
mod derived;
mod error;
#[cfg(feature = "http")]
mod expose;
mod genai;
pub mod health;
#[cfg(feature = "http")]
mod http;
mod lock;
pub mod metric;
mod observe;
#[cfg(feature = "otlp")]
mod otlp;
#[cfg(feature = "prometheus")]
pub mod prometheus;
mod registry;
mod report;
mod setup;
mod slo;
pub mod snapshot;
mod span;
#[cfg(feature = "system")]
mod system;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(any(feature = "health", feature = "system"))]
mod threads;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "health")]
mod watchdog;
#[cfg(any(feature = "http", feature = "otlp"))]
mod wire;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use config::{Logs, Otlp, SpanLimits, Temporality, Watchdog};
pub use control::{Control, control};
pub use error::Error;
pub use genai::{IntoUsage, Price, TokenCount, Usage, set_prices};
pub use health::{HealthCheck, health};
pub use metric::Label;
/// Makes a struct a [`HealthCheck`](trait@HealthCheck): its fields are what is checked.
///
/// Each field is a check of its own, called by its path when the struct is [registered](health::Health::register): `store`,
/// or `store/pool` for the parts of one that has some. `Option`, `Arc`, `Box<dyn HealthCheck>` and `Vec` lead to what they hold;
/// `None` has nothing to check. A struct cannot be a `liveness` check, and neither can its fields.
///
/// # Options
///
/// In `#[health(..)]`, on a field or on the struct for all of them, those of [`#[health_check]`](macro@health_check#options)
/// but `liveness`; and
///
/// | option | meaning |
/// |---|---|
/// | `with = path` | of a field, or of the struct in place of its fields: a function, `async` or not, that gets a reference and returns a [`CheckResult`](health::CheckResult). For types that are no `HealthCheck` |
/// | `skip` | of a field: it is not checked |
/// | `name = ".."` | of a field: its part of the path. Of a struct: what stands before the paths when it is registered itself |
///
/// # Example
///
/// ```
/// use observant::{HealthCheck, health::{Check, Verdict}};
/// use std::net::{SocketAddr, TcpStream};
///
/// struct Store;
///
/// impl HealthCheck for Store {
///     fn check(&self) -> Check<'_> {
///         Check::blocking(|| std::fs::metadata("/").map(drop))
///     }
/// }
///
/// fn answers(address: &SocketAddr) -> std::io::Result<()> {
///     TcpStream::connect(address).map(drop)
/// }
///
/// #[derive(HealthCheck)]
/// #[health(interval = "30s")]
/// struct Dependencies {
///     store: Store,
///     #[health(degraded, timeout = "500ms", with = answers)]
///     model: SocketAddr,
///     #[health(skip)]
///     name: String,
/// }
///
/// #[derive(HealthCheck)]
/// #[health(with = Self::look)]
/// struct Queue {
///     waiting: usize,
/// }
///
/// impl Queue {
///     fn look(&self) -> Verdict {
///         if self.waiting < 1_000 { Verdict::pass() } else { Verdict::degraded("long") }
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let dependencies = Dependencies { store: Store, model: "127.0.0.1:8000".parse()?, name: "main".into() };
/// let registered = observant::health().register(dependencies)?;
/// assert_eq!(registered.names().collect::<Vec<_>>(), ["store", "model"]);
/// let queue = observant::health().register(Queue { waiting: 3 })?;
/// assert_eq!(queue.names().collect::<Vec<_>>(), ["queue"]);
/// # Ok(())
/// # }
/// ```
pub use observant_macros::HealthCheck;
#[doc = include_str!("metric/label.md")]
pub use observant_macros::Label;
/// Makes a function a health check, which [`init`] runs from then on; there is nothing else to do.
///
/// Stands on a free function without parameters, `async` or not, which returns `()`, a `Result`, or a
/// [`Verdict`](health::Verdict): whatever is a [`CheckResult`](health::CheckResult). The function itself stays as it is. What
/// needs a value to look at is a [`HealthCheck`](trait@HealthCheck) and [registered](health::Health::register).
///
/// A plain function runs on a thread of ours, where it may block. An async one runs on the tokio runtime in which [`init`] was
/// called, if it was called in one, and is timed from outside: where that runtime stalls it fails. A run that takes longer
/// than its timeout has failed, and the check is not started again until it has returned: then it is `stuck`, and costs one thread,
/// or one task, in all. A panic is a failure.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `readiness` (default), `liveness`, `startup`, `informational` | its [kind](health::Kind): which probe asks it. A `liveness` check is not `async` |
/// | `critical` (default), `degraded`, `info` | its [severity](health::Severity): what follows when it fails. Of an informational check, `info` without it |
/// | `timeout = "2s"` | for one run: from `1ms` to `1h`, with its unit |
/// | `interval = "10s"` | from run to run: from `1ms` to `1h`, a tenth more or less. Longer while it is down |
/// | `initial_delay = "0s"` | before the first run, up to `1h` |
/// | `fail_after = 3` | results in a row until it is worse; the very first decides alone |
/// | `pass_after = 2` | results in a row until it is better |
/// | `tags("storage")` | up to 16 words, for `/health?tag=storage` |
/// | `name = "store/pool"` | without it the function's name. Two of one name are an error of [`init`] that says where both are |
/// | `runtime = "own"` | an `async` check runs on a runtime of ours |
/// | `crate = path` | where this crate is, if not at `::observant` |
///
/// It stands on free functions. In an `impl` there is no place beside a function for what registers it, which a macro that
/// sees the function alone cannot tell: rustc then says that `const` items need a name. A function beside the `impl` that
/// calls the other one is a check, and so is a type that derives `HealthCheck`.
///
/// # Examples
///
/// ```
/// use observant::{Label, health_check};
/// use std::fmt;
///
/// #[derive(Debug, Label)]
/// enum StoreError {
///     Unreachable,
/// }
///
/// impl fmt::Display for StoreError {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str("the store does not answer") // to the log, once for each change
///     }
/// }
///
/// # fn ping() -> bool { true }
/// #[health_check(timeout = "500ms", interval = "5s", tags("storage"))]
/// fn store() -> Result<(), StoreError> {
///     if ping() { Ok(()) } else { Err(StoreError::Unreachable) } // error_type: "Unreachable"
/// }
///
/// #[health_check(degraded)]
/// async fn model() -> Result<(), Box<dyn std::error::Error>> {
///     # std::future::ready(()).await;
///     Ok(())
/// }
///
/// #[health_check(liveness)]
/// fn scheduler_moves() {}
///
/// store().unwrap();
/// # scheduler_moves();
/// # drop(model());
/// ```
pub use observant_macros::health_check;
#[doc = include_str!("metric/metrics.md")]
pub use observant_macros::metrics;
#[doc = include_str!("observe/attribute.md")]
///
#[doc = include_str!("genai/kinds.md")]
///
#[doc = include_str!("derived/promises.md")]
pub use observant_macros::observe;
pub use observe::{
    Attached, Context, Current, InCurrent, Outcome, Scope, Scoped, WithContext, current,
    current_context, extract, inject, scope, thread,
};
#[cfg(feature = "tokio")]
pub use observe::{spawn, spawn_blocking};
pub use registry::snapshot;
pub use report::{Report, report};
pub use setup::{Builder, Guard, builder, flush, init, startup_complete};
pub use span::{
    Baggage, Extractor, Injector, InvalidBaggage, InvalidTraceparent, Propagator, Sampler,
    SpanContext, SpanId, TraceId,
};
#[cfg(feature = "subscriber")]
pub use span::{JsonFormat, ObserveLayer, ObserveSubscriber, TextFormat, layer, subscriber};
#[cfg(feature = "tower")]
pub use tower::{ClientLayer, ServerLayer};
