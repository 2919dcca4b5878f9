//! The environment as plain data, and reading it with a warning for everything that cannot be used.
//!
//! Knows every variable by name and what it takes. Never touches the process's environment itself.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
};

use super::{
    filter::Filter,
    listen::Listen,
    logs::Logs,
    propagation::{ForcedTraces, Propagators},
    quote::quoted,
    resource,
    watchdog::Watchdog,
};

/// An environment variable this crate reads.
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it takes, for messages.
    pub(crate) allowed: &'static str,
    /// Its value is never repeated.
    pub(crate) secret: bool,
}

impl Variable {
    pub(crate) const fn new(name: &'static str, allowed: &'static str) -> Self {
        Self { name, allowed, secret: false }
    }

    /// The same, whose value is never repeated.
    pub(crate) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// What is wrong with a value of this variable: name, what was given, why not, what else.
    fn complaint(&self, given: &str, reason: &str) -> Warning {
        let Self { name, allowed, secret } = self;
        let given = if *secret { String::new() } else { format!(" is {}", quoted(given)) };
        let message = format!("`{name}`{given}: {reason}; ignored; expected {allowed}");
        Warning { setting: (*name).to_owned(), message }
    }
}

pub(crate) const BOOLEAN: &str = "`true` or `false`";

pub(crate) static DISABLED: Variable = Variable::new("OBSERVANT_DISABLED", BOOLEAN);
pub(crate) static DRAIN: Variable = Variable::new("OBSERVANT_DRAIN", DRAIN_ALLOWED);
pub(crate) static FILTER: Variable = Variable::new("OBSERVANT_FILTER", Filter::ALLOWED);
pub(crate) static FORCED_TRACES: Variable =
    Variable::new("OBSERVANT_FORCED_TRACES", ForcedTraces::ALLOWED);
pub(crate) static HOSTS: Variable = Variable::new("OBSERVANT_HOSTS", HOSTS_ALLOWED);
pub(crate) static LISTEN: Variable = Variable::new("OBSERVANT_LISTEN", Listen::ALLOWED);
pub(crate) static LOGS: Variable = Variable::new("OBSERVANT_LOGS", Logs::ALLOWED);
pub(crate) static TAIL: Variable = Variable::new("OBSERVANT_TAIL", TAIL_ALLOWED);
pub(crate) static TOKEN: Variable = Variable::new("OBSERVANT_TOKEN", TOKEN_ALLOWED).secret();

pub(crate) static WATCHDOG: Variable = Variable::new("OBSERVANT_WATCHDOG", Watchdog::ALLOWED);

pub(crate) const DRAIN_ALLOWED: &str = "`0`, or a whole number with `ms`, `s` or `m`, such as `5s`";
pub(crate) const HOSTS_ALLOWED: &str = "host names without port and commas between them, or `*`";
pub(crate) const TAIL_ALLOWED: &str =
    "`off`, or from which duration on traces are kept, such as `500ms` or `2s`";
pub(crate) const TOKEN_ALLOWED: &str = "visible ASCII characters without spaces";

pub(crate) static OTEL_SDK_DISABLED: Variable = Variable::new("OTEL_SDK_DISABLED", BOOLEAN);
pub(crate) static OTEL_SERVICE_NAME: Variable = Variable::new("OTEL_SERVICE_NAME", "a name");
pub(crate) static OTEL_RESOURCE_ATTRIBUTES: Variable =
    Variable::new("OTEL_RESOURCE_ATTRIBUTES", resource::ALLOWED);
pub(crate) static OTEL_PROMETHEUS_HOST: Variable =
    Variable::new("OTEL_EXPORTER_PROMETHEUS_HOST", "a host name or an IP address");
pub(crate) static OTEL_PROMETHEUS_PORT: Variable =
    Variable::new("OTEL_EXPORTER_PROMETHEUS_PORT", "a number from 0 to 65535");
pub(crate) static OTEL_PROPAGATORS: Variable =
    Variable::new("OTEL_PROPAGATORS", Propagators::ALLOWED);
const OTEL_CONFIG_FILE: &str = "OTEL_CONFIG_FILE";

/// Every variable of ours, sorted.
pub(crate) static OURS: [&Variable; 10] =
    [&DISABLED, &DRAIN, &FILTER, &FORCED_TRACES, &HOSTS, &LISTEN, &LOGS, &TAIL, &TOKEN, &WATCHDOG];
const OUR_PREFIX: &str = "OBSERVANT_";
const OTEL_PREFIX: &str = "OTEL_";

/// A setting that could not be used, for `setup` to tell once there is somebody to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// The environment variable.
    pub(crate) setting: String,
    /// One sentence: the variable, what was given (secrets never), what is allowed.
    pub(crate) message: String,
}

/// What of the process's environment matters here.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    /// By name; only ours and OpenTelemetry's, and never an empty value: empty is unset.
    variables: BTreeMap<String, OsString>,
    /// File name of the program, for the default of `service.name`.
    pub(crate) executable: Option<String>,
}

impl Environment {
    /// Keeps what matters of `variables`, such as `std::env::vars_os()`.
    pub(crate) fn new<Name, Text>(variables: impl IntoIterator<Item = (Name, Text)>) -> Self
    where
        Name: Into<OsString>,
        Text: Into<OsString>,
    {
        let variables = variables.into_iter().map(|(name, text)| (name.into(), text.into()));
        let variables = variables
            .filter(|(_, text): &(OsString, OsString)| !text.is_empty())
            .map(|(name, text)| (normalized(&name), text))
            .filter(|(name, _)| name.starts_with(OUR_PREFIX) || name.starts_with(OTEL_PREFIX))
            .collect();
        Self { variables, executable: None }
    }
}

/// Windows compares names of variables without case.
fn normalized(name: &OsStr) -> String {
    let name = name.to_string_lossy();
    if cfg!(windows) { name.to_ascii_uppercase() } else { name.into_owned() }
}

/// Reads an [`Environment`], collecting warnings.
pub(crate) struct Reader<'e> {
    environment: &'e Environment,
    /// What could not be used so far.
    pub(crate) warnings: Vec<Warning>,
}

impl<'e> Reader<'e> {
    /// A reader that has warned of what concerns no single setting: variables of ours that do not
    /// exist, and the configuration file nobody reads.
    pub(crate) fn new(environment: &'e Environment) -> Self {
        let mut reader = Self { environment, warnings: Vec::new() };
        reader.warn_of_unknown();
        if environment.variables.contains_key(OTEL_CONFIG_FILE) {
            reader.warnings.push(Warning {
                setting: OTEL_CONFIG_FILE.to_owned(),
                message: format!(
                    "`{OTEL_CONFIG_FILE}` is not supported; the file is not read and the other \
                     variables keep their meaning"
                ),
            });
        }
        reader
    }

    fn warn_of_unknown(&mut self) {
        let ours = self.environment.variables.keys().filter(|name| name.starts_with(OUR_PREFIX));
        let unknown = ours.filter(|name| !OURS.iter().any(|known| known.name == *name));
        for name in unknown {
            let known: Vec<_> = OURS.iter().map(|known| format!("`{}`", known.name)).collect();
            let shown = quoted(name);
            let message =
                format!("{shown} is not a setting of observant; known are {}", known.join(", "));
            self.warnings.push(Warning { setting: name.clone(), message });
        }
    }

    /// The value of `variable`, if it is set and is text.
    pub(crate) fn text(&mut self, variable: &Variable) -> Option<&'e str> {
        let given = self.environment.variables.get(variable.name)?;
        let text = given.to_str();
        if text.is_none() {
            self.warn(variable, &given.to_string_lossy(), "it is not UTF-8");
        }
        text
    }

    /// A value that is good or bad as a whole.
    pub(crate) fn parsed<T>(
        &mut self,
        variable: &'static Variable,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<(T, &'static str)> {
        let text = self.text(variable)?;
        match parse(text) {
            Ok(value) => Some((value, variable.name)),
            Err(reason) => {
                self.warn(variable, text, &reason);
                None
            }
        }
    }

    /// A list whose good entries hold although others are bad.
    pub(crate) fn listed<T>(
        &mut self,
        variable: &'static Variable,
        parse: impl FnOnce(&str) -> (T, Vec<String>),
    ) -> Option<(T, &'static str)> {
        let (value, reasons) = parse(self.text(variable)?);
        for reason in reasons {
            let Variable { name, allowed, .. } = variable;
            let message = format!("`{name}`: {reason}; left out; expected {allowed}");
            self.push(Warning { setting: (*name).to_owned(), message });
        }
        Some((value, variable.name))
    }

    /// OpenTelemetry's rule, which ours follow: `true` in any case is true; all else is false, and
    /// worth a warning unless it says `false`.
    pub(crate) fn boolean(&mut self, variable: &'static Variable) -> Option<(bool, &'static str)> {
        let text = self.text(variable)?;
        let value = text.eq_ignore_ascii_case("true");
        if !value && !text.eq_ignore_ascii_case("false") {
            let Variable { name, allowed, .. } = variable;
            let given = quoted(text);
            let message = format!("`{name}` is {given}, which counts as false; expected {allowed}");
            self.push(Warning { setting: (*name).to_owned(), message });
        }
        Some((value, variable.name))
    }

    fn warn(&mut self, variable: &Variable, given: &str, reason: &str) {
        self.push(variable.complaint(given, reason));
    }

    /// A variable that stands for several settings is read for each of them, and warned of once.
    fn push(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}
