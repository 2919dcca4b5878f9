//! What the user wrote between the parentheses of `#[observe(..)]`: each option checked by
//! itself, spans kept, nothing decided.

use super::buckets::{Buckets, buckets};
use super::fields::{self, Field};
use super::health::{self, Health};
use super::kind::{self, Nature};
use super::slo::{self, Slo};
use crate::errors::Errors;
use crate::krate::Krate;
use crate::literal::{self, text};
use crate::option::{Slot, Value, Written, written};
use proc_macro2::{Ident, TokenStream};
use std::time::Duration;
use syn::{Attribute, Expr, Lit, Meta};

/// Everything that may stand in `#[observe(..)]`, in the order in which messages list it.
const KNOWN: &str = "`name`, `labels`, `fields`, `level`, `ok_if`, `error_if`, `error_type`, `control_flow`, `buckets`, `slo`, `health`, `deadline`, `skip`, `crate`";

/// Label names Prometheus gives a meaning, or the scrape sets.
const RESERVED: &[&str] = &["le", "quantile", "job", "instance"];

/// Label names a function's families have by themselves.
const TAKEN: &[&str] = &[
    "module",
    "function",
    "outcome",
    "error_type",
    "kind",
    "slo",
    "sli",
    "crate",
    "version",
    "file",
    "line",
];

/// Label names that are ids: whatever their type, a value of each call. Bounded types have better names.
const IDS: &[&str] = &[
    "call_id",
    "conversation_id",
    "message_id",
    "request_id",
    "run_id",
    "session_id",
    "span_id",
    "task_id",
    "ticket_id",
    "tool_call_id",
    "trace_id",
    "user_hash",
    "user_id",
];

#[derive(Clone, Default)]
pub(super) struct Options {
    pub(super) name: Slot<String>,
    pub(super) labels: Slot<Vec<Label>>,
    pub(super) fields: Slot<Vec<Field>>,
    pub(super) level: Slot<Level>,
    pub(super) ok_if: Slot<Expr>,
    pub(super) error_if: Slot<Expr>,
    pub(super) error_type: Slot<Expr>,
    pub(super) control_flow: Slot<Expr>,
    pub(super) buckets: Slot<Buckets>,
    pub(super) slo: Slot<Slo>,
    pub(super) health: Slot<Health>,
    pub(super) deadline: Slot<Duration>,
    pub(super) skip: Slot<()>,
    pub(super) krate: Slot<Krate>,
    pub(super) kind: kind::Asked,
    /// What `kind` means here, once that is decided.
    pub(super) nature: Option<Nature>,
}

#[derive(Clone)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) value: Expr,
}

/// How important a function's spans are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

impl Options {
    pub(super) fn parse(arguments: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for option in written(arguments, errors) {
            options.set(option, errors);
        }
        options
    }

    /// The options of an `#[observe]` or `#[observe(..)]` inside an annotated block.
    pub(super) fn from_attribute(attribute: &Attribute, errors: &mut Errors) -> Self {
        match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg_attr") => {
                errors.over(
                    attribute,
                    "`#[observe]` inside an observed block cannot depend on `cfg_attr`; write the \
                     item twice under `#[cfg(..)]`",
                );
                Self::default()
            }
            Meta::Path(_) => Self::default(),
            Meta::List(list) => Self::parse(list.tokens.clone(), errors),
            Meta::NameValue(_) => {
                errors.over(
                    attribute,
                    "options go in parentheses; write `#[observe(name = \"..\")]`",
                );
                Self::default()
            }
        }
    }

    fn set(&mut self, option: Written, errors: &mut Errors) {
        match option.key.to_string().as_str() {
            "name" => {
                let Some((key, value)) = option.assigned(errors, "name = \"..\"") else { return };
                let Some(name) = name(&value, errors) else { return };
                self.name.set(errors, &key, name);
            }
            "labels" => {
                let Value::List(list) = option.value else {
                    errors.at(
                        option.key.span(),
                        "`labels` takes a list; write `labels(key = value)`",
                    );
                    return;
                };
                let labels = labels(&option.key, list, errors);
                self.labels.set(errors, &option.key, labels);
            }
            "fields" => {
                let Value::List(list) = option.value else {
                    errors.at(
                        option.key.span(),
                        "`fields` takes a list; write `fields(name = value)`",
                    );
                    return;
                };
                let fields = fields::fields(&option.key, list, errors);
                self.fields.set(errors, &option.key, fields);
            }
            "level" => {
                let example = "level = \"debug\"";
                let Some((key, value)) = option.assigned(errors, example) else { return };
                let Some(level) = level(&value, errors) else { return };
                self.level.set(errors, &key, level);
            }
            "ok_if" | "error_if" | "error_type" | "control_flow" => self.judge(option, errors),
            "buckets" => {
                let example = "buckets = slow";
                let Some((key, value)) = option.assigned(errors, example) else { return };
                let Some(buckets) = buckets(&value, errors) else { return };
                self.buckets.set(errors, &key, buckets);
            }
            "slo" => {
                let Value::List(list) = option.value else {
                    errors.at(option.key.span(), slo::WRITTEN);
                    return;
                };
                let Some(slo) = slo::slo(&option.key, list, errors) else { return };
                self.slo.set(errors, &option.key, slo);
            }
            "health" => {
                let list = match option.value {
                    Value::Nothing => TokenStream::new(),
                    Value::List(list) => list,
                    Value::Assigned(_) => {
                        errors.at(option.key.span(), health::WRITTEN);
                        return;
                    }
                };
                let health = health::health(list, errors);
                self.health.set(errors, &option.key, health);
            }
            "deadline" => {
                let example = "deadline = \"5m\"";
                let Some((key, value)) = option.assigned(errors, example) else { return };
                let range = ["1s", "7d", "5m"];
                let Some(deadline) = literal::duration(&key, &value, range, errors) else { return };
                self.deadline.set(errors, &key, deadline);
            }
            "skip" => {
                if let Value::Nothing = option.value {
                    self.skip.set(errors, &option.key, ());
                } else {
                    errors.at(option.key.span(), "`skip` takes no value; write `#[observe(skip)]`");
                }
            }
            "crate" => {
                let example = "crate = ::renamed";
                let Some((key, value)) = option.assigned(errors, example) else { return };
                let Some(krate) = Krate::from_value(value, errors) else { return };
                self.krate.set(errors, &key, krate);
            }
            _ => {
                if let Some(Written { key, .. }) = self.kind.take(option) {
                    let kinds = kind::listed(kind::words());
                    errors.at(
                        key.span(),
                        format_args!(
                            "unknown option `{key}`; expected one of {KNOWN}, an agent kind ({kinds}), or an \
                             option of that kind"
                        ),
                    );
                }
            }
        }
    }

    /// The options that judge what a call returned.
    fn judge(&mut self, option: Written, errors: &mut Errors) {
        let (slot, example) = match option.key.to_string().as_str() {
            "ok_if" => (&mut self.ok_if, "ok_if = |returned| .."),
            "error_if" => (&mut self.error_if, "error_if = |returned| .."),
            "error_type" => (&mut self.error_type, "error_type = |error| .."),
            _ => (&mut self.control_flow, "control_flow = |error| .."),
        };
        let Some((key, value)) = option.assigned(errors, example) else { return };
        slot.set(errors, &key, value);
    }
}

fn name(value: &Expr, errors: &mut Errors) -> Option<String> {
    literal::name(value, "..", "use the function's own name", errors)
}

fn labels(key: &Ident, list: TokenStream, errors: &mut Errors) -> Vec<Label> {
    if list.is_empty() {
        errors.at(key.span(), "`labels` is empty; write `labels(key = value)` or leave it out");
    }
    let mut labels: Vec<Label> = Vec::new();
    for label in written(list, errors) {
        let Some((key, value)) = label.assigned(errors, "labels(key = value)") else { continue };
        let name = key.to_string();
        if let Some(fault) = label_fault(&name) {
            errors.at(key.span(), fault);
        } else if labels.iter().any(|other| other.name == name) {
            errors.at(key.span(), format_args!("label `{name}` is given twice; keep one of them"));
        } else if unbounded(&value) {
            errors.over(
                value,
                "a label's value is a string literal, a `bool` or an enum that derives `Label`",
            );
        } else {
            labels.push(Label { name, value });
        }
    }
    labels
}

fn level(value: &Expr, errors: &mut Errors) -> Option<Level> {
    let level = text(value).and_then(|(text, _)| match text.to_ascii_lowercase().as_str() {
        "trace" => Some(Level::Trace),
        "debug" => Some(Level::Debug),
        "info" => Some(Level::Info),
        "warn" => Some(Level::Warn),
        "error" => Some(Level::Error),
        _ => None,
    });
    if level.is_none() {
        errors.over(
            value,
            "`level` is one of `\"trace\"`, `\"debug\"`, `\"info\"`, `\"warn\"` and `\"error\"`",
        );
    }
    level
}

fn label_fault(name: &str) -> Option<String> {
    let mut characters = name.chars();
    let letter = characters.next().is_some_and(|first| first.is_ascii_alphabetic());
    if name.starts_with('_') {
        Some(format!("label `{name}` begins with `_`, which Prometheus keeps for itself; drop it"))
    } else if !letter || !characters.all(|other| other.is_ascii_alphanumeric() || other == '_') {
        Some(format!("label `{name}` is not `[a-zA-Z][a-zA-Z0-9_]*`; rename it"))
    } else if RESERVED.contains(&name) {
        Some(format!("label `{name}` is reserved by Prometheus; rename it"))
    } else if TAKEN.contains(&name) {
        Some(format!("label `{name}` is one every observed function has already; rename it"))
    } else if IDS.contains(&name) {
        Some(format!(
            "label `{name}` would be a series for each id; write `fields({name} = ..)`, which spans show"
        ))
    } else {
        None
    }
}

/// An expression without the invisible groups in which a `macro_rules!` hands it on.
pub(super) fn ungrouped(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

/// Literals that can be no label value; everything that is no literal is left to rustc.
fn unbounded(value: &Expr) -> bool {
    matches!(ungrouped(value), Expr::Lit(literal) if !matches!(literal.lit, Lit::Str(_) | Lit::Bool(_)))
}

impl Options {
    /// Where the first option stands that judges a single return value.
    pub(super) fn predicate(&self) -> Option<&Ident> {
        self.ok_if.key().or(self.error_if.key())
    }

    /// A member's options over those of the block around it.
    pub(super) fn within(self, outer: &Self) -> Self {
        let labels = match (self.labels.value(), outer.labels.value()) {
            (Some(own), Some(inherited)) => {
                let kept = inherited
                    .iter()
                    .filter(|label| own.iter().all(|other| other.name != label.name));
                self.labels.with(kept.chain(own).cloned().collect())
            }
            _ => self.labels.or(outer.labels.clone()),
        };
        Self {
            name: self.name,
            labels,
            fields: self.fields,
            level: self.level.or(outer.level.clone()),
            ok_if: self.ok_if,
            error_if: self.error_if,
            error_type: self.error_type.or(outer.error_type.clone()),
            control_flow: self.control_flow.or(outer.control_flow.clone()),
            buckets: self.buckets.or(outer.buckets.clone()),
            slo: self.slo.or(outer.slo.clone()),
            health: self.health.or(outer.health.clone()),
            deadline: self.deadline.or(outer.deadline.clone()),
            skip: self.skip,
            krate: self.krate.or(outer.krate.clone()),
            kind: self.kind,
            nature: self.nature,
        }
    }
}
