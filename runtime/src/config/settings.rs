//! All settings together: the merge of code and environment, and how they are shown.
//!
//! Uses `error`, for values given in code that cannot be used, and the defaults of `cell` and `callsite`.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use super::{
    environment::{self, Environment, Reader, Warning},
    export::{Export, ExportOverrides},
    filter::Filter,
    listen::{self, Listen},
    logs::Logs,
    propagation::Propagators,
    quote::quoted,
    resource::{self, SERVICE_NAME},
    sampling::{Sampling, SamplingOverrides},
    source::SourceUrl,
    value::{self, Hosts, Origin, Sourced, Token},
    watchdog::Watchdog,
};
use crate::{
    cell::MOST_ERROR_TYPES,
    error::Error,
    metric::{MOST_SERIES, MOST_VALUES},
    span::Propagator,
};

/// What the program asks for in code, as given; [`Settings::resolve`] judges it.
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    /// Stops everything, the listener too.
    pub(crate) disabled: Option<bool>,
    /// Stops metrics and leaves the health endpoints.
    pub(crate) sdk_disabled: Option<bool>,
    /// See [`Listen::ALLOWED`].
    pub(crate) listen: Option<String>,
    /// Host names without port, or `*`.
    pub(crate) hosts: Option<Vec<String>>,
    /// The bearer token.
    pub(crate) token: Option<String>,
    /// How long to go on serving, not ready, before the end.
    pub(crate) drain: Option<Duration>,
    /// See [`Filter::ALLOWED`].
    pub(crate) filter: Option<String>,
    /// `service.name`.
    pub(crate) service_name: Option<String>,
    /// Further attributes of the resource; each beats the environment's of the same key.
    pub(crate) resource_attributes: Vec<(String, String)>,
    /// Types of errors told apart for one function.
    pub(crate) error_types: Option<usize>,
    /// Combinations of labels told apart for one function or metric.
    pub(crate) series: Option<usize>,
    /// Values told apart for one label that takes texts as they come.
    pub(crate) label_values: Option<usize>,
    /// What becomes of events where the program has set no subscriber.
    pub(crate) logs: Option<Logs>,
    /// Whether signals that end the program are handled.
    pub(crate) signals: Option<bool>,
    /// What is exported, where to and when.
    pub(crate) export: ExportOverrides,
    /// Which traces are recorded.
    pub(crate) sampling: SamplingOverrides,
    /// Formats in which contexts travel.
    pub(crate) propagators: Option<Vec<Propagator>>,
    /// When something counts as wedged.
    pub(crate) watchdog: Option<Watchdog>,
    /// See [`SourceUrl::ALLOWED`].
    pub(crate) source_url: Option<String>,
}

/// Every setting, with its origin.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Everything is stopped, the listener too.
    pub(crate) disabled: Sourced<bool>,
    /// Metrics are stopped; the health endpoints answer.
    pub(crate) sdk_disabled: Sourced<bool>,
    /// Where the server listens.
    pub(crate) listen: Sourced<Listen>,
    /// Hosts accepted besides the built-in ones.
    pub(crate) hosts: Sourced<Hosts>,
    /// The bearer token, if one is asked for.
    pub(crate) token: Sourced<Option<Token>>,
    /// How long a dropped guard goes on serving, not ready. At most [`value::DRAIN_MAX`].
    pub(crate) drain: Sourced<Duration>,
    /// Levels by prefix.
    pub(crate) filter: Sourced<Filter>,
    /// `service.name`, never empty.
    pub(crate) service_name: Sourced<String>,
    /// Attributes of the resource besides `service.name`.
    pub(crate) resource_attributes: BTreeMap<String, Sourced<String>>,
    /// Types of errors told apart for one function.
    pub(crate) error_types: Sourced<usize>,
    /// Combinations of labels told apart for one function or metric.
    pub(crate) series: Sourced<usize>,
    /// Values told apart for one label that takes texts as they come.
    pub(crate) label_values: Sourced<usize>,
    /// What becomes of events where the program has set no subscriber.
    pub(crate) logs: Sourced<Logs>,
    /// Whether signals that end the program are handled, where nobody else does.
    pub(crate) signals: Sourced<bool>,
    /// What is exported, where to and when.
    pub(crate) export: Export,
    /// Which traces are recorded.
    pub(crate) sampling: Sampling,
    /// Formats in which contexts travel.
    pub(crate) propagators: Sourced<Propagators>,
    /// When something counts as wedged.
    pub(crate) watchdog: Sourced<Watchdog>,
    /// Where people read the source, if anywhere.
    pub(crate) source_url: Sourced<Option<SourceUrl>>,
    /// What of the environment could not be used.
    pub(crate) warnings: Vec<Warning>,
}

/// One setting as `/status` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EffectiveSetting {
    /// The name of the setting in code.
    pub(crate) name: Cow<'static, str>,
    /// The value, secrets masked.
    pub(crate) value: String,
    /// `default`, `env NAME` or `code`.
    pub(crate) origin: Origin,
}

impl Settings {
    /// Merges code over `OBSERVANT_*` over `OTEL_*` over the defaults.
    ///
    /// # Errors
    ///
    /// A value given in code that cannot be used. Those of the environment only warn.
    pub(crate) fn resolve(code: &Overrides, environment: &Environment) -> Result<Self, Error> {
        let given = Given::judge(code)?;
        let mut reader = Reader::new(environment);
        let listen = listen(&mut reader);
        let (service_name, resource_attributes) = resource(code, &mut reader);
        let executable = environment.executable.as_deref();
        Ok(Self {
            disabled: boolean(code.disabled, &environment::DISABLED, &mut reader),
            sdk_disabled: boolean(code.sdk_disabled, &environment::OTEL_SDK_DISABLED, &mut reader),
            listen: Sourced::first(given.listen, listen, Listen::default()),
            hosts: Sourced::first(
                given.hosts,
                reader.listed(&environment::HOSTS, Hosts::parse),
                Hosts::default(),
            ),
            token: Sourced::first(
                given.token.map(Some),
                reader
                    .parsed(&environment::TOKEN, Token::parse)
                    .map(|(token, name)| (Some(token), name)),
                None,
            ),
            drain: Sourced::first(
                code.drain,
                reader.parsed(&environment::DRAIN, |text| value::duration(text.trim())),
                Duration::ZERO,
            ),
            filter: Sourced::first(
                given.filter,
                reader.listed(&environment::FILTER, Filter::parse),
                Filter::default(),
            ),
            service_name: service_name.unwrap_or_else(|| Sourced {
                value: default_service_name(executable),
                origin: Origin::Default,
            }),
            resource_attributes,
            error_types: Sourced::first(code.error_types, None, MOST_ERROR_TYPES),
            series: Sourced::first(code.series, None, MOST_SERIES),
            label_values: Sourced::first(code.label_values, None, MOST_VALUES),
            logs: Sourced::first(
                code.logs,
                reader.parsed(&environment::LOGS, Logs::parse),
                Logs::default(),
            ),
            signals: Sourced::first(code.signals, None, true),
            export: Export::resolve(code, &mut reader)?,
            sampling: Sampling::resolve(code, &mut reader)?,
            propagators: Sourced::first(
                code.propagators.clone().map(Propagators::of),
                reader.listed(&environment::OTEL_PROPAGATORS, Propagators::parse),
                Propagators::default(),
            ),
            watchdog: Sourced::first(
                code.watchdog,
                reader.parsed(&environment::WATCHDOG, Watchdog::parse),
                Watchdog::default(),
            ),
            source_url: Sourced::first(given.source_url.map(Some), None, None),
            warnings: reader.warnings,
        })
    }

    /// Every setting as it holds, for people: in a fixed order, secrets masked.
    pub(crate) fn effective(&self) -> Vec<EffectiveSetting> {
        let mut settings = vec![
            shown("disabled", &self.disabled, bool::to_string),
            shown("drain", &self.drain, |drain| {
                // `Duration` calls nothing `0ns`.
                if drain.is_zero() { "0s".to_owned() } else { format!("{drain:?}") }
            }),
            shown("error_types", &self.error_types, usize::to_string),
            shown("filter", &self.filter, Filter::to_string),
            shown("hosts", &self.hosts, Hosts::to_string),
            shown("label_values", &self.label_values, usize::to_string),
            shown("listen", &self.listen, Listen::to_string),
            shown("logs", &self.logs, Logs::to_string),
            shown("propagators", &self.propagators, Propagators::to_string),
            shown("sdk_disabled", &self.sdk_disabled, bool::to_string),
            shown("series", &self.series, usize::to_string),
            shown("service_name", &self.service_name, String::clone),
            shown("signals", &self.signals, bool::to_string),
            shown("source_url", &self.source_url, |source| {
                source.as_ref().map_or_else(String::new, SourceUrl::to_string)
            }),
            shown("token", &self.token, |token| {
                token.as_ref().map_or_else(String::new, Token::to_string)
            }),
            shown("watchdog", &self.watchdog, Watchdog::to_string),
        ];
        settings.extend(self.export.effective());
        settings.extend(self.sampling.effective());
        settings.sort_by(|one, other| one.name.cmp(&other.name));
        settings.extend(self.resource_attributes.iter().map(|(key, attribute)| EffectiveSetting {
            name: format!("resource_attributes.{key}").into(),
            value: attribute.value.clone(),
            origin: attribute.origin,
        }));
        settings
    }
}

/// A setting for people.
pub(super) fn shown<T>(
    name: impl Into<Cow<'static, str>>,
    setting: &Sourced<T>,
    show: impl Fn(&T) -> String,
) -> EffectiveSetting {
    EffectiveSetting { name: name.into(), value: show(&setting.value), origin: setting.origin }
}

/// What code gave, parsed.
struct Given {
    listen: Option<Listen>,
    hosts: Option<Hosts>,
    token: Option<Token>,
    filter: Option<Filter>,
    source_url: Option<SourceUrl>,
}

impl Given {
    fn judge(code: &Overrides) -> Result<Self, Error> {
        let listen = code.listen.as_deref().map(|text| {
            Listen::parse(text).map_err(|reason| {
                refused("listen", &format!(" {}", quoted(text)), &reason, Listen::ALLOWED)
            })
        });
        let hosts = code.hosts.as_deref().map(|entries| {
            let mut hosts = Hosts::default();
            entries
                .iter()
                .try_for_each(|entry| hosts.add(entry))
                .map(|()| hosts)
                .map_err(|reason| refused("hosts", "", &reason, environment::HOSTS_ALLOWED))
        });
        let token = code.token.as_deref().map(|text| {
            Token::parse(text)
                .map_err(|reason| refused("token", "", &reason, environment::TOKEN_ALLOWED))
        });
        let filter = code.filter.as_deref().map(|text| match Filter::parse(text) {
            (filter, reasons) if reasons.is_empty() => Ok(filter),
            (_, reasons) => Err(refused("filter", "", &reasons.join(", "), Filter::ALLOWED)),
        });
        let source_url = code.source_url.as_deref().map(|text| {
            SourceUrl::parse(text).map_err(|reason| {
                refused("source_url", &format!(" {}", quoted(text)), &reason, SourceUrl::ALLOWED)
            })
        });
        if let Some(Err(reason)) = code.drain.map(value::drain) {
            let given = format!(" {:?}", code.drain.unwrap_or_default());
            return Err(refused("drain", &given, &reason, "at most one hour"));
        }
        if let Some(Err(reason)) = code.watchdog.map(Watchdog::judged) {
            let given = code.watchdog.map_or_else(String::new, |given| format!(" {given}"));
            return Err(refused("watchdog", &given, &reason, "100 ms to an hour"));
        }
        if code.service_name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return Err(refused("service_name", "", "it is empty", "a name"));
        }
        if code.resource_attributes.iter().any(|(key, _)| key.trim().is_empty()) {
            return Err(refused("resource_attribute", "", "the key is empty", "a key"));
        }
        within("error_types", code.error_types, 1_000)?;
        within("series", code.series, 100_000)?;
        within("label_values", code.label_values, 10_000)?;
        Ok(Self {
            listen: listen.transpose()?,
            hosts: hosts.transpose()?,
            token: token.transpose()?,
            filter: filter.transpose()?,
            source_url: source_url.transpose()?,
        })
    }
}

/// Refuses a bound of nothing, and one that is no bound.
fn within(setting: &str, given: Option<usize>, most: usize) -> Result<(), Error> {
    match given {
        Some(value) if value == 0 || value > most => {
            Err(refused(setting, &format!(" {value}"), "out of range", &format!("1 to {most}")))
        }
        _ => Ok(()),
    }
}

/// The error for a value given in code; `given` is empty or begins with a space.
pub(super) fn refused(setting: &str, given: &str, reason: &str, allowed: &str) -> Error {
    Error::setting(format!("setting `{setting}`{given}: {reason}; expected {allowed}"))
}

fn boolean(
    code: Option<bool>,
    variable: &'static environment::Variable,
    reader: &mut Reader<'_>,
) -> Sourced<bool> {
    Sourced::first(code, reader.boolean(variable), false)
}

/// The address the environment asks for: ours, else what OpenTelemetry's two variables describe.
fn listen(reader: &mut Reader<'_>) -> Option<(Listen, &'static str)> {
    let ours = reader.parsed(&environment::LISTEN, |text| Listen::parse(text.trim()));
    let host = reader.parsed(&environment::OTEL_PROMETHEUS_HOST, |text| {
        listen::host(text.trim()).map_err(|reason| format!("it {reason}"))
    });
    let port = reader.parsed(&environment::OTEL_PROMETHEUS_PORT, |text| listen::port(text.trim()));
    let name = match (&host, &port) {
        (Some(_), Some(_)) => "OTEL_EXPORTER_PROMETHEUS_HOST and OTEL_EXPORTER_PROMETHEUS_PORT",
        (Some((_, name)), None) | (None, Some((_, name))) => name,
        (None, None) => return ours,
    };
    let otel = Listen::from_otel(host.map(|(host, _)| host), port.map(|(port, _)| port));
    ours.or_else(|| otel.map(|listen| (listen, name)))
}

/// The name of the service and the other attributes, merged key by key.
///
/// `service.name`: `OTEL_SERVICE_NAME` beats the attribute; in code likewise; code beats both.
fn resource(
    code: &Overrides,
    reader: &mut Reader<'_>,
) -> (Option<Sourced<String>>, BTreeMap<String, Sourced<String>>) {
    let variable = &environment::OTEL_RESOURCE_ATTRIBUTES;
    let env = reader.parsed(variable, resource::parse);
    let env = env.map(|(attributes, _)| attributes).unwrap_or_default();
    let mut attributes: BTreeMap<_, _> = env
        .into_iter()
        .map(|(key, value)| (key, Sourced { value, origin: Origin::Env(variable.name) }))
        .collect();
    attributes.retain(|key, attribute| !nameless(key, &attribute.value));
    let mut set = |key: &str, value: &str, origin| {
        if !nameless(key, value) {
            attributes.insert(key.to_owned(), Sourced { value: value.to_owned(), origin });
        }
    };
    if let Some(name) = reader.text(&environment::OTEL_SERVICE_NAME) {
        set(SERVICE_NAME, name, Origin::Env(environment::OTEL_SERVICE_NAME.name));
    }
    for (key, value) in &code.resource_attributes {
        set(key, value, Origin::Code);
    }
    if let Some(name) = &code.service_name {
        set(SERVICE_NAME, name, Origin::Code);
    }
    (attributes.remove(SERVICE_NAME), attributes)
}

/// A blank name of the service counts as none, so that it hides no better one.
fn nameless(key: &str, value: &str) -> bool {
    key == SERVICE_NAME && value.trim().is_empty()
}

/// Semantic conventions, "Service": `unknown_service:` and the executable's name, where known.
fn default_service_name(executable: Option<&str>) -> String {
    executable
        .map_or_else(|| "unknown_service".to_owned(), |name| format!("unknown_service:{name}"))
}
