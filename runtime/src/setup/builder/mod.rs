//! What a program asks for in code, and putting it into effect.

mod boards;
mod export;

use super::{guard::Guard, ourselves::Ourselves, overhead, warnings::Warnings};
#[cfg(feature = "_runtime")]
use crate::config::Origin;
#[cfg(all(feature = "http", feature = "prometheus"))]
use crate::prometheus::Bridge;
use crate::{
    cell, clock,
    config::{Environment, Logs, Overrides, Settings, Watchdog},
    control,
    error::Error,
    metric, registry,
    span::{self, Propagator},
};
use std::{env, fmt, path::Path, sync::Arc, time::Duration};

/// How long the counter is held against the monotonic clock before it is trusted: 5 ms give ten
/// parts in a million, and later looks refine that.
const CALIBRATION: Duration = Duration::from_millis(5);

/// How long a program that a signal ends goes on serving, unless it says otherwise: long enough for a
/// load balancer to look at `/ready`.
#[cfg(feature = "_runtime")]
const DRAIN_AFTER_SIGNAL: Duration = Duration::from_secs(5);

/// Sets in code what the environment sets otherwise. Code beats the environment.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), observant::Error> {
/// let observant = observant::builder()
///     .listen("127.0.0.1:0")
///     .service_name("reviewer")
///     .filter("reviewer::hot=off")
///     .init()?;
/// println!("metrics at {:?}", observant.local_addr());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `init`"]
pub struct Builder {
    overrides: Overrides,
    expected: Vec<String>,
    #[cfg(feature = "prometheus")]
    registries: Vec<prometheus::Registry>,
    #[cfg(feature = "prometheus")]
    without_default_registry: bool,
    manual_startup: bool,
    #[cfg(feature = "health")]
    hooked: crate::health::Hooked,
}

impl Builder {
    /// Where the server listens: `off`, `host:port`, `[ipv6]:port`, or `:port` for loopback; port 0
    /// takes any free one. Default `127.0.0.1:9464`; environment `OBSERVANT_LISTEN`.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.overrides.listen = Some(address.into());
        self
    }

    /// Host names that requests may carry besides loopback's, IP addresses and the machine's own;
    /// `*` for any. Environment `OBSERVANT_HOSTS`.
    pub fn hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.overrides.hosts = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// A bearer token that shows details to clients off loopback. Environment `OBSERVANT_TOKEN`.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.overrides.token = Some(token.into());
        self
    }

    /// How long the dropped guard, or a signal that ends the program, goes on serving, with `/ready` at
    /// 503; at most an hour. Default 0 for the guard and 5 s for a signal; environment `OBSERVANT_DRAIN`.
    pub fn drain(mut self, drain: Duration) -> Self {
        self.overrides.drain = Some(drain);
        self
    }

    /// Which functions are observed: `my_crate::hot=off,tools=metrics`, the longest path wins.
    /// Environment `OBSERVANT_FILTER`; at run time [`Control`](crate::Control).
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.overrides.filter = Some(filter.into());
        self
    }

    /// Stops everything, the server too. Environment `OBSERVANT_DISABLED`.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.overrides.disabled = Some(disabled);
        self
    }

    /// Stops metrics, spans and their export, and leaves the server with its probes. Environment `OTEL_SDK_DISABLED`.
    pub fn sdk_disabled(mut self, disabled: bool) -> Self {
        self.overrides.sdk_disabled = Some(disabled);
        self
    }

    /// What this program is called. Environment `OTEL_SERVICE_NAME`.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.overrides.service_name = Some(name.into());
        self
    }

    /// An attribute of this program, such as `deployment.environment.name`. Environment
    /// `OTEL_RESOURCE_ATTRIBUTES`.
    pub fn resource_attribute(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.overrides.resource_attributes.push((key.into(), value.into()));
        self
    }

    /// Packages that must have observed functions in this program.
    ///
    /// A linker leaves out a library that nothing refers to, and its observed functions with it. A
    /// package that is expected and absent is warned of, and listed on `/status`. The way out is to
    /// use something of it, or to write `use that_package as _;`.
    pub fn expect_crates<C: Into<String>>(mut self, packages: impl IntoIterator<Item = C>) -> Self {
        self.expected.extend(packages.into_iter().map(Into::into));
        self
    }

    /// How many types of errors are told apart for one function; further ones are `_OTHER`. 1 to
    /// 1000, default 32. Holds for functions whose first error is still to come.
    pub fn error_types(mut self, most: usize) -> Self {
        self.overrides.error_types = Some(most);
        self
    }

    /// How many combinations of labels are told apart for one function or metric; further ones are `_OTHER`.
    /// 1 to 100000, default 2000. Holds for combinations that are still to come.
    pub fn series(mut self, most: usize) -> Self {
        self.overrides.series = Some(most);
        self
    }

    /// How many values are told apart of one label that is [`Capped`](macro@crate::metrics#labels); further ones are
    /// `_OTHER`. 1 to 10000, default 200. Holds for values that are still to come.
    pub fn label_values(mut self, most: usize) -> Self {
        self.overrides.label_values = Some(most);
        self
    }

    /// The formats in which contexts travel: [`inject`](crate::inject()) writes them all, and of those that
    /// [`extract`](crate::extract()) finds the last counts; none for no propagation. Default W3C Trace
    /// Context and Baggage; environment `OTEL_PROPAGATORS`.
    ///
    /// # Example
    ///
    /// ```
    /// use observant::Propagator;
    ///
    /// let builder = observant::builder().propagators([Propagator::B3Multi, Propagator::TraceContext]);
    /// ```
    pub fn propagators(mut self, propagators: impl IntoIterator<Item = Propagator>) -> Self {
        self.overrides.propagators = Some(propagators.into_iter().collect());
        self
    }

    /// Serves a registry of the crate `prometheus` on `/metrics` as well, after its default registry; what is the same
    /// family in several is shown as one. See [`prometheus`](mod@crate::prometheus).
    ///
    /// # Example
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = prometheus::Registry::new();
    /// let jobs = prometheus::IntCounter::new("jobs_total", "Jobs done.")?;
    /// registry.register(Box::new(jobs.clone()))?;
    /// let _observant =
    ///     observant::builder().listen("127.0.0.1:0").prometheus_registry(registry).init()?;
    /// jobs.inc();
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "prometheus")]
    pub fn prometheus_registry(mut self, registry: prometheus::Registry) -> Self {
        self.registries.push(registry);
        self
    }

    /// Whether `/metrics` shows the default registry of the crate `prometheus`; it does unless told otherwise.
    #[cfg(feature = "prometheus")]
    pub fn prometheus_default_registry(mut self, served: bool) -> Self {
        self.without_default_registry = !served;
        self
    }

    /// What becomes of events and spans of `tracing` if the program has set no subscriber by now: with the feature
    /// `subscriber`, [`init`](Self::init) sets one that writes events of level `info` and above, or what `RUST_LOG`
    /// says, to standard error, and makes spans of other code parts of our traces. Default
    /// [`Text`](Logs::Text); environment `OBSERVANT_LOGS`.
    pub fn logs(mut self, logs: Logs) -> Self {
        self.overrides.logs = Some(logs);
        self
    }

    /// After which time without a sign of life `/live` fails: that of the async runtime that [`init`](Self::init) is
    /// called in, if any, and of the threads of ours that answer and export. Default 10 s; environment
    /// `OBSERVANT_WATCHDOG`.
    ///
    /// A runtime of one thread that the program enters now and then only, instead of staying in it, seems wedged in
    /// between: then [`Watchdog::Off`] is right.
    pub fn watchdog(mut self, watchdog: Watchdog) -> Self {
        self.overrides.watchdog = Some(watchdog);
        self
    }

    /// Whether Ctrl-C and `SIGTERM` end the program in order: `/ready` at 503, drain, flush, and then as they
    /// would have. Only where nobody else in the program handles them, before or after; a second signal ends
    /// it at once. Default true. On Windows nothing is handled.
    pub fn signals(mut self, handle: bool) -> Self {
        self.overrides.signals = Some(handle);
        self
    }

    /// Whether `/startup` and `/ready` wait for [`startup_complete`](crate::startup_complete()), as the program's own
    /// work before its first request may take a while. Default false: it has started when [`init`](Self::init)
    /// returns. Startup checks are waited for in either case.
    pub fn manual_startup(mut self, manual: bool) -> Self {
        self.manual_startup = manual;
        self
    }

    /// Calls `hook` when a health check has another status: to page somebody, or to close a gate.
    ///
    /// It runs on a thread of its own and may block; what comes while more than 256 wait is dropped and counted as
    /// `observant_health_transitions_dropped_total`. Of one check that changes again within 5 s, or within
    /// [`transition_gap`](Self::transition_gap), it hears what that comes to, after that time.
    ///
    /// # Example
    ///
    /// ```
    /// # fn main() -> Result<(), observant::Error> {
    /// let _observant = observant::builder()
    ///     .listen("127.0.0.1:0")
    ///     .on_transition(|transition| {
    ///         println!("{}: {}", transition.name(), transition.to().as_str());
    ///     })
    ///     .init()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "health")]
    pub fn on_transition(
        mut self,
        hook: impl Fn(&crate::health::Transition) + Send + Sync + 'static,
    ) -> Self {
        self.hooked.hook = Some(Arc::new(hook));
        self
    }

    /// How long the hook of [`on_transition`](Self::on_transition) is left alone about a check that it has heard of; 0
    /// for not at all. Default 5 s.
    #[cfg(feature = "health")]
    pub fn transition_gap(mut self, gap: Duration) -> Self {
        self.hooked.gap = gap;
        self
    }

    /// Puts it into effect.
    ///
    /// # Errors
    ///
    /// As [`init`](crate::init), and when a value given here cannot be used
    /// ([`Error::is_setting`]).
    pub fn init(self) -> Result<Guard, Error> {
        let mut guard = Guard::claim()?;
        clock::begin();
        let mut environment = Environment::new(env::vars_os());
        environment.executable = executable();
        let settings = Settings::resolve(&self.overrides, &environment)?;
        span::limits::set(settings.sampling.limits());
        span::set_sampler(settings.sampling.sampler.value, settings.sampling.forced.value.0);
        cell::set_most(settings.error_types.value);
        metric::set_most_series(settings.series.value);
        metric::set_most_values(settings.label_values.value);
        span::set_propagators(&settings.propagators.value.0);
        let warnings = Warnings::gather(&settings, &self.expected);
        if settings.disabled.value {
            control::begin(false, settings.filter.value.clone());
            warnings.tell(false);
            return Ok(guard);
        }
        clock::calibrate(CALIBRATION);
        let ourselves = Arc::new(Ourselves::new(overhead::per_call()));
        guard.keep(registry::register(ourselves.clone()));
        #[cfg(feature = "system")]
        if !settings.sdk_disabled.value {
            guard.keep(registry::register(crate::system::System::here()));
        }
        #[cfg(all(feature = "http", feature = "prometheus"))]
        let bridge = {
            let bridge =
                Arc::new(Bridge::new(registries(self.registries, self.without_default_registry)));
            guard.keep(bridge.register());
            bridge
        };
        #[cfg(feature = "health")]
        let engine = crate::health::Engine::of_process(self.hooked)?;
        #[cfg(feature = "health")]
        guard.check(&engine);
        #[cfg_attr(not(feature = "health"), allow(unused_variables))] // Nobody looks after it.
        let board = guard.promise(&warnings);
        #[cfg(feature = "health")]
        #[cfg_attr(not(feature = "http"), allow(unused_variables))] // Nobody is shown it.
        let derived = guard.judge(board, &warnings);
        #[cfg(feature = "otlp")]
        let exports = Arc::new(crate::setup::exports::Exports::default());
        #[cfg(feature = "otlp")]
        guard.keep(registry::register(Arc::new(Arc::clone(&exports))));
        #[cfg(feature = "http")]
        guard.serve(
            crate::setup::serving::serve(
                &settings,
                crate::setup::serving::Sources {
                    ourselves,
                    #[cfg(feature = "prometheus")]
                    bridge,
                    #[cfg(feature = "otlp")]
                    exports: Arc::clone(&exports),
                    engine,
                    derived,
                },
                &warnings,
            )
            // A value that was ignored may be why the address is the wrong one.
            .inspect_err(|_| warnings.tell(false))?,
        );
        #[cfg(feature = "_runtime")]
        crate::setup::fork::prepare();
        #[cfg(feature = "otlp")]
        if let Some(exporter) = crate::setup::export::start(&settings, &environment)? {
            exports.of(&exporter);
            guard.export(Some(exporter));
        }
        #[cfg(feature = "health")]
        guard.watch(settings.watchdog.value, &warnings);
        control::begin(!settings.sdk_disabled.value, settings.filter.value.clone());
        #[cfg(feature = "_runtime")]
        if settings.signals.value {
            let drain = &settings.drain;
            let is_default = drain.origin == Origin::Default;
            guard.obey_signals(if is_default { DRAIN_AFTER_SIGNAL } else { drain.value });
        }
        #[cfg(feature = "subscriber")]
        if let Some(complaint) = crate::setup::subscriber::install(&settings) {
            warnings.keep(complaint);
        }
        guard.ready(settings.drain.value, self.manual_startup);
        warnings.tell(guard.local_addr().is_some());
        Ok(guard)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the overrides: a token is among them.
        f.debug_struct("Builder").field("expected", &self.expected).finish_non_exhaustive()
    }
}

/// The registries in order of their right to a name.
#[cfg(all(feature = "http", feature = "prometheus"))]
fn registries(
    added: Vec<prometheus::Registry>,
    without_default_registry: bool,
) -> Vec<prometheus::Registry> {
    let default = (!without_default_registry).then(|| prometheus::default_registry().clone());
    default.into_iter().chain(added).collect()
}

/// The file name of this program.
fn executable() -> Option<String> {
    let path = env::args_os().next()?;
    Some(Path::new(&path).file_stem()?.to_string_lossy().into_owned())
}
