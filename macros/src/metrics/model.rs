//! What each declared metric means, and every rule across its parts.

use super::labels::{self, Checked};
use super::names;
use super::parse::{Input, Metric};
use crate::errors::Errors;
use crate::krate::Krate;
use crate::literal;
use crate::option::Slot;
use crate::returns::plain;
use proc_macro2::{Ident, Span};
use syn::{Attribute, Expr, Lit, Meta, Visibility};

/// The bound on a histogram's bounds, as on those of functions.
const MOST_BUCKETS: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Info,
}

pub(super) struct Model {
    pub(super) krate: Krate,
    pub(super) metrics: Vec<Declaration>,
}

/// One static that is right, or as right as it can be made.
pub(super) struct Declaration {
    pub(super) attributes: Vec<Attribute>,
    /// Whether it is there at all.
    pub(super) conditions: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) ident: Ident,
    pub(super) kind: Kind,
    pub(super) labels: Vec<Checked>,
    pub(super) name: String,
    pub(super) help: String,
    pub(super) unit: Option<&'static str>,
    pub(super) bounds: Bounds,
    /// The function that computes it.
    pub(super) value: Option<Expr>,
}

/// The bounds of a histogram.
#[derive(Clone)]
pub(super) enum Bounds {
    None,
    /// One of those that have names, in capitals.
    Named(&'static str),
    Written(Vec<f64>),
}

#[derive(Default)]
struct Options {
    /// What is wrong with them was said, where there are none.
    buckets: Slot<Option<Bounds>>,
    value: Slot<Expr>,
}

impl Model {
    pub(super) fn new(input: Input, errors: &mut Errors) -> Self {
        let mut metrics: Vec<Declaration> = Vec::new();
        for metric in input.metrics {
            let span = metric.name.span();
            let Some(declaration) = Declaration::new(metric, errors) else { continue };
            let alike = |other: &&Declaration| {
                other.conditions.is_empty() && root(&other.name) == root(&declaration.name)
            };
            if let Some(other) =
                metrics.iter().find(alike).filter(|_| declaration.conditions.is_empty())
            {
                let message = format_args!(
                    "`{}` and `{}` would both be called `{}`, as formats add endings; rename one of them",
                    other.ident,
                    declaration.ident,
                    root(&declaration.name)
                );
                errors.at(span, message);
            }
            metrics.push(declaration);
        }
        Self { krate: input.krate.unwrap_or_default(), metrics }
    }
}

/// A name without what its kind adds.
fn root(name: &str) -> &str {
    ["_total", "_info"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

impl Declaration {
    fn new(metric: Metric, errors: &mut Errors) -> Option<Self> {
        let kind = kind(&metric.kind, errors)?;
        let name = metric.name.value();
        names::check(&name, kind, metric.name.span(), errors);
        let help = help(&metric, errors);
        let options = Options::read(&metric, kind, errors);
        let labels = labels::check(metric.labels, errors);
        if kind == Kind::Info && labels.is_empty() {
            errors.at(metric.ident.span(), "an info tells its labels and nothing else; give it some: `Info<{ version = \"1\" }>`");
            return None;
        }
        if let (Some(key), false) = (options.value.key(), labels.is_empty()) {
            errors.at(
                key.span(),
                "`value` computes one number, and this metric has labels; declare a metric for each, or set the gauge",
            );
            return None;
        }
        let unit = names::unit(&name);
        let bounds = match (kind, options.buckets.value()) {
            (Kind::Histogram, Some(bounds)) => bounds.clone().unwrap_or(Bounds::None),
            (Kind::Histogram, None) => default_bounds(unit, metric.name.span(), errors),
            _ => Bounds::None,
        };
        let conditions =
            metric.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        Some(Self {
            conditions: conditions.cloned().collect(),
            attributes: metric.attributes,
            visibility: metric.visibility,
            ident: metric.ident,
            kind,
            labels,
            name,
            help,
            unit,
            bounds,
            value: options.value.value().cloned(),
        })
    }
}

fn kind(written: &Ident, errors: &mut Errors) -> Option<Kind> {
    match plain(&written.to_string()).as_str() {
        "Counter" => Some(Kind::Counter),
        "Gauge" => Some(Kind::Gauge),
        "Histogram" => Some(Kind::Histogram),
        "Info" => Some(Kind::Info),
        other => {
            let message = format_args!(
                "unknown kind `{other}`; expected one of `Counter`, `Gauge`, `Histogram`, `Info`"
            );
            errors.at(written.span(), message);
            None
        }
    }
}

/// The first paragraph of the documentation.
fn help(metric: &Metric, errors: &mut Errors) -> String {
    let lines = metric.attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
    let paragraph = lines.split(String::is_empty).find(|lines| !lines.is_empty());
    let help = paragraph.map(|lines| lines.join(" ")).unwrap_or_default();
    if help.is_empty() {
        let message = format_args!(
            "metric `{}` needs a doc comment, which is what people read beside its figures: `/// Registered files.`",
            metric.ident
        );
        errors.at(metric.ident.span(), message);
    }
    help
}

impl Options {
    fn read(metric: &Metric, kind: Kind, errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for option in metric.options(errors) {
            let key = option.key.clone();
            match (key.to_string().as_str(), kind) {
                ("buckets", Kind::Histogram) => {
                    if let Some((key, value)) = option.assigned(errors, "buckets = [1, 10, 100]") {
                        let bounds = buckets(&value, errors);
                        read.buckets.set(errors, &key, bounds);
                    }
                }
                ("value", Kind::Gauge) => {
                    if let Some((key, value)) = option.assigned(errors, "value = || 1") {
                        read.value.set(errors, &key, value);
                    }
                }
                ("buckets", _) => errors.at(key.span(), "only a `Histogram` has `buckets`; leave them out"),
                ("value", _) => errors.at(
                    key.span(),
                    "only a `Gauge` has a `value` that is computed; add to this metric where something happens",
                ),
                (other, _) => {
                    errors.at(key.span(), format_args!("unknown option `{other}`; expected one of `buckets`, `value`"));
                }
            }
        }
        read
    }
}

/// What fits the unit.
fn default_bounds(unit: Option<&str>, span: Span, errors: &mut Errors) -> Bounds {
    match unit {
        Some("seconds") => Bounds::Named("DEFAULT"),
        Some("bytes") => Bounds::Named("BYTES"),
        Some("ratio") => Bounds::Named("RATIO"),
        Some("usd" | "eur") => Bounds::Named("USD"),
        _ => {
            errors.at(
                span,
                "nothing is known of this histogram's values; end its name in `_seconds`, `_bytes`, `_ratio` or `_usd`, or \
                 say `, buckets = [1, 10, 100]` after it",
            );
            Bounds::None
        }
    }
}

/// The value of `buckets`.
fn buckets(value: &Expr, errors: &mut Errors) -> Option<Bounds> {
    match value {
        Expr::Group(group) => buckets(&group.expr, errors),
        Expr::Path(path) if path.path.is_ident("micro") => Some(Bounds::Named("MICRO")),
        Expr::Path(path) if path.path.is_ident("default") => Some(Bounds::Named("DEFAULT")),
        Expr::Path(path) if path.path.is_ident("slow") => Some(Bounds::Named("SLOW")),
        Expr::Array(array) if !array.elems.is_empty() => {
            let mut bounds: Vec<f64> = Vec::new();
            for element in &array.elems {
                let Some(bound) = literal::number(element).filter(|bound| bound.is_finite()) else {
                    errors.over(
                        element,
                        "a bucket bound is a literal number, such as `0.25`; the `+Inf` bucket is always there",
                    );
                    return None;
                };
                if bounds.last().is_some_and(|before| bound <= *before) {
                    errors.over(element, "bucket bounds ascend; put the smaller one first");
                    return None;
                }
                bounds.push(bound);
            }
            if bounds.len() > MOST_BUCKETS {
                errors.over(
                    value,
                    format_args!("`buckets` has more than {MOST_BUCKETS} bounds; keep fewer"),
                );
                return None;
            }
            Some(Bounds::Written(bounds))
        }
        _ => {
            errors.over(
                value,
                "expected upper bounds in the unit of the metric, `[1, 10]`, or of seconds `micro`, `default` or `slow`",
            );
            None
        }
    }
}
