//! What an annotation means: which functions are observed, under which name, in which shape, and
//! how their outcome is judged. All rules across options, item and signature are here.

use super::Plan;
use super::buckets::Buckets;
use super::fields::Field;
use super::health::Health;
use super::kind::{Nature, Place};
use super::owner::Owner;
use super::parse::{Label, Level, Options};
use super::refused::refused;
use super::shape::{Shape, shape};
use super::slo::Slo;
use crate::errors::Errors;
use crate::item::{Container, Function, Item, Other};
use crate::krate::Krate;
use crate::returns::{Returns, Yield};
use proc_macro2::Ident;
use std::time::Duration;
use syn::Expr;

/// One function to observe, everything decided.
pub(super) struct Observed {
    pub(super) krate: Krate,
    pub(super) name: String,
    pub(super) labels: Vec<Label>,
    pub(super) fields: Vec<Field>,
    pub(super) level: Level,
    pub(super) buckets: Buckets,
    pub(super) slo: Option<Slo>,
    pub(super) health: Option<Health>,
    pub(super) deadline: Option<Duration>,
    pub(super) shape: Shape,
    pub(super) judge: Judge,
    /// Which errors are none.
    pub(super) control_flow: Option<Expr>,
    /// What it does, if that is more than a function does.
    pub(super) nature: Option<Nature>,
    /// Errors are known to be possible, so that their series starts at zero.
    pub(super) fallible: bool,
    /// Another macro takes our expansion for its input, and with it the body out of the sight of lints.
    pub(super) rewritten: bool,
}

pub(super) enum Judge {
    /// Nothing to look at.
    Ok,
    /// Look whether it is an `Err`.
    Outcome { error_type: Option<Expr> },
    /// What fails the test is refused.
    OkIf { test: Expr, error_type: Option<Expr> },
    /// What passes the test is refused; an `Err` is an error in any case.
    ErrorIf { test: Expr, error_type: Option<Expr> },
}

/// Decides for the annotated item.
pub(super) fn plan(options: Options, item: &Item, errors: &mut Errors) -> Plan {
    if let Some(second) = item.attributes().ours.first() {
        errors.over(second, "`#[observe]` is written twice; put all options into one");
    }
    if let Some(key) = options.skip.key() {
        errors.at(
            key.span(),
            "`skip` leaves something out of an observed block; here, remove the attribute instead",
        );
    }
    match item {
        Item::Function(function) => alone(options, function, errors),
        Item::Container(container) => {
            let options = block_options(options, None, container, errors);
            members(&options, container, errors)
        }
        Item::Other(other) => {
            not_observable(other, errors);
            Plan::Leave
        }
    }
}

fn not_observable(other: &Other, errors: &mut Errors) {
    match &other.module {
        Some(module) => errors.at(
            other.keyword,
            format_args!(
                "the contents of `mod {module};` are in another file, where an attribute cannot \
                 reach them; annotate the items in that file"
            ),
        ),
        None => errors.at(
            other.keyword,
            "`#[observe]` goes on functions, `impl` blocks, traits with default bodies and \
             inline modules",
        ),
    }
}

fn alone(options: Options, function: &Function, errors: &mut Errors) -> Plan {
    if let Some((place, reason)) = refused(function) {
        errors.at(place, reason);
    }
    observe(options, &Options::default(), function, &Owner::Alone, errors)
}

/// Options that mean something on the block as a whole; `outer` is the kind of what that stands in.
fn block_options(
    options: Options,
    outer: Option<&Nature>,
    container: &Container,
    errors: &mut Errors,
) -> Options {
    let block = container.kind.describe();
    if let Some(key) = options.name.key() {
        errors.at(
            key.span(),
            format_args!("`name` cannot name {block}; put it on one function inside"),
        );
    }
    if let Some(key) = options.fields.key() {
        errors.at(
            key.span(),
            format_args!(
                "`fields` cannot name arguments of all of {block}; put it on one function inside"
            ),
        );
    }
    if let Some(key) = options.predicate() {
        errors.at(
            key.span(),
            format_args!("`{key}` cannot judge all of {block}; put it on one function inside"),
        );
    }
    let nature = options.kind.decide(outer, Place::Block(block), errors);
    Options { nature, ..options }
}

fn members(options: &Options, container: &Container, errors: &mut Errors) -> Plan {
    let owner = Owner::of(&container.kind);
    let rewritten = container.attributes.others.iter().any(|attribute| {
        attribute.path().segments.last().is_some_and(|segment| segment.ident == "async_trait")
    });
    let plans = container.members.iter().map(|member| {
        let mut plan = self::member(options, member, &owner, errors);
        if let Plan::Observe(observed) = &mut plan {
            observed.rewritten = rewritten;
        }
        plan
    });
    Plan::Members(plans.collect())
}

fn member(outer: &Options, item: &Item, owner: &Owner, errors: &mut Errors) -> Plan {
    let mut ours = item.attributes().ours.iter();
    let asked = ours.next();
    if let Some(second) = ours.next() {
        errors.over(second, "`#[observe]` is written twice; put all options into one");
    }
    let own = asked.map_or_else(Options::default, |asked| Options::from_attribute(asked, errors));
    if own.skip.value().is_some() {
        return Plan::Leave;
    }
    match item {
        Item::Function(function) if asked.is_some() => {
            if refused(function).is_some() {
                return alone(own, function, errors);
            }
            observe(own, outer, function, owner, errors)
        }
        Item::Function(function) => {
            if refused(function).is_some() {
                return Plan::Leave;
            }
            observe(own, outer, function, owner, errors)
        }
        Item::Container(container) => {
            let own = block_options(own, outer.nature.as_ref(), container, errors);
            members(&own.within(outer), container, errors)
        }
        Item::Other(other) => {
            if asked.is_some() || other.module.is_some() {
                not_observable(other, errors);
            }
            Plan::Leave
        }
    }
}

fn observe(
    mut own: Options,
    outer: &Options,
    function: &Function,
    owner: &Owner,
    errors: &mut Errors,
) -> Plan {
    let signature = &function.signature;
    let returns = Returns::of(signature);
    let may_fail = returns.judged().may_fail(owner.self_may_fail());
    own.nature = own.kind.decide(outer.nature.as_ref(), Place::Function, errors);
    check(&own, &returns, may_fail, errors);

    let percentile = own.health.value().and_then(|health| health.percentile.clone());
    // What a block hands down is for those that surely have errors: others may return anything.
    let excuses = may_fail && (own.control_flow.key().is_some() || returns.judged().is_result());
    let options = own.within(outer);
    check_percentile(percentile, &options, errors);
    let judge = judge(&options, may_fail);
    let control_flow = options.control_flow.value().filter(|_| excuses).cloned();
    let fallible = match &judge {
        Judge::Ok => false,
        Judge::Outcome { error_type } => {
            error_type.is_some() || control_flow.is_some() || returns.judged().is_result()
        }
        Judge::OkIf { .. } | Judge::ErrorIf { .. } => true,
    };
    let nature = options.nature.clone();
    let looks = !matches!(judge, Judge::Ok)
        || nature.as_ref().is_some_and(|nature| nature.readers().next().is_some());
    let shape = shape(function, returns, looks);
    let name = match options.name.value() {
        Some(name) => name.clone(),
        None => owner.name(&signature.ident),
    };
    Plan::Observe(Box::new(Observed {
        krate: options.krate.value().cloned().unwrap_or_default(),
        name,
        labels: options.labels.value().cloned().unwrap_or_default(),
        fields: options.fields.value().cloned().unwrap_or_default(),
        level: options.level.value().copied().unwrap_or(Level::Info),
        buckets: options.buckets.value().cloned().unwrap_or_else(|| buckets(nature.as_ref())),
        slo: options.slo.value().cloned(),
        health: options.health.value().cloned(),
        deadline: options.deadline.value().copied(),
        shape,
        judge,
        control_flow,
        nature,
        fallible,
        rewritten: false,
    }))
}

/// Rules across options and the return type. Only what stands on the function itself is judged;
/// what a block hands down applies where it can.
fn check(own: &Options, returns: &Returns, may_fail: bool, errors: &mut Errors) {
    if let (Some(first), Some(second)) = (own.ok_if.key(), own.error_if.key()) {
        errors.at(
            second.span(),
            format_args!("`{second}` and `{first}` say the same thing twice; keep one of them"),
        );
    }
    let never = matches!(returns.judged(), Yield::Never);
    if let (Some(key), true) = (own.predicate(), never) {
        errors.at(key.span(), format_args!("`{key}` on a function that never returns; remove it"));
    }
    if let (Some(key), false, None) = (own.error_type.key(), may_fail, own.predicate()) {
        errors.at(
            key.span(),
            "`error_type` on a function that cannot fail; return a `Result`, add `ok_if` or \
             remove it",
        );
    }
    if let (Some(key), false) = (own.control_flow.key(), may_fail) {
        errors.at(
            key.span(),
            "`control_flow` on a function that cannot fail; return a `Result` or remove it",
        );
    }
    if let Yield::Unit | Yield::Never = returns.judged() {
        for key in own.nature.iter().flat_map(Nature::readers) {
            errors.at(
                key.span(),
                format_args!(
                    "`{key}` is read from what a function returns, and this returns nothing; return it or \
                     remove the option"
                ),
            );
        }
    }
}

/// A percentile is held against what the SLO promises, which may stand on the block.
fn check_percentile(asked: Option<Ident>, options: &Options, errors: &mut Errors) {
    let promised = options.slo.value().is_some_and(|slo| slo.latency.is_some());
    if let (Some(key), false) = (asked, promised) {
        errors.at(
            key.span(),
            format_args!(
                "`{key}` is held against the latency of the SLO, and there is none; add \
                 `slo(latency = \"500ms\", latency_percent = 95)`"
            ),
        );
    }
}

fn judge(options: &Options, may_fail: bool) -> Judge {
    let error_type = options.error_type.value().cloned();
    match (options.ok_if.value(), options.error_if.value()) {
        (Some(test), _) => Judge::OkIf { test: test.clone(), error_type },
        (None, Some(test)) => Judge::ErrorIf { test: test.clone(), error_type },
        (None, None) if may_fail => Judge::Outcome { error_type },
        (None, None) => Judge::Ok,
    }
}

/// The ladder of those who ask for none.
fn buckets(nature: Option<&Nature>) -> Buckets {
    if nature.is_some_and(|nature| nature.kind.slow) { Buckets::Slow } else { Buckets::Default }
}
