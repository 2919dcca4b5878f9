//! What a program asks for in code, and putting it into effect.

use super::{guard::Guard, ourselves::Ourselves, overhead, warnings::Warnings};
use crate::{
    callsite, cell, clock,
    config::{Environment, Overrides, Settings},
    control,
    error::Error,
    registry,
    span::{self, Propagator, Sampler},
};
use std::{env, fmt, path::Path, sync::Arc, time::Duration};

/// How long the counter is held against the monotonic clock before it is trusted: 5 ms give ten
/// parts in a million, and later looks refine that.
const CALIBRATION: Duration = Duration::from_millis(5);

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

    /// How long the dropped guard goes on serving, with `/ready` at 503; at most an hour. Default 0;
    /// environment `OBSERVANT_DRAIN`.
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

    /// Stops metrics and leaves the server with its probes. Environment `OTEL_SDK_DISABLED`.
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

    /// How many combinations of labels are told apart for one function; further ones are `_OTHER`.
    /// 1 to 100000, default 2000. Holds for combinations that are still to come.
    pub fn series(mut self, most: usize) -> Self {
        self.overrides.series = Some(most);
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

    /// How many traces a second are recorded because a request from elsewhere says so; of further ones
    /// the sampler decides by their ids. Whoever can send requests could else have everything
    /// recorded. Default is no limit, as OpenTelemetry has it; environment `OBSERVANT_FORCED_TRACES`.
    pub fn forced_traces(mut self, most_per_second: u32) -> Self {
        self.overrides.forced_traces = Some(most_per_second);
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
        cell::set_most(settings.error_types.value);
        callsite::set_most(settings.series.value);
        span::set_propagators(&settings.propagators.value.0);
        span::set_sampler(Sampler::default(), settings.forced_traces.value.0);
        let warnings = Warnings::gather(&settings, &self.expected);
        if settings.disabled.value {
            control::begin(false, settings.filter.value.clone());
            warnings.tell(false);
            return Ok(guard);
        }
        clock::calibrate(CALIBRATION);
        let ourselves = Arc::new(Ourselves::new(overhead::per_call()));
        guard.keep(registry::register(ourselves.clone()));
        #[cfg(feature = "http")]
        guard.serve(
            super::serving::serve(&settings, &ourselves, &warnings)
                // A value that was ignored may be why the address is the wrong one.
                .inspect_err(|_| warnings.tell(false))?,
        );
        control::begin(!settings.sdk_disabled.value, settings.filter.value.clone());
        guard.ready(settings.drain.value);
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

/// The file name of this program.
fn executable() -> Option<String> {
    let path = env::args_os().next()?;
    Some(Path::new(&path).file_stem()?.to_string_lossy().into_owned())
}
