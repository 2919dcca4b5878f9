//! The value of one option of a kind: a constant, an expression, or a function of what is returned. Touches
//! `errors`.

use super::table::{Reads, Rule, Takes};
use crate::errors::Errors;
use crate::literal::{number, printable, text, whole};
use crate::observe::parse::ungrouped;
use crate::option::{Value, Written};
use proc_macro2::Ident;
use syn::{Expr, UnOp};

/// One option with its value.
#[derive(Clone)]
pub(super) struct Part {
    /// Where it was written.
    pub(super) key: Ident,
    pub(super) target: Target,
    pub(super) content: Content,
}

/// What a value is for; two of a kind say the same thing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A variant of the runtime's `Given`.
    Given(&'static str),
    Returned(Reads),
}

#[derive(Clone)]
pub(super) enum Content {
    Constant(String),
    Expression(Expr),
    /// It does not hold, whatever a block around it says.
    Off,
}

/// Reads what `option` is set to; reported where it is nothing that `rule` takes.
pub(super) fn part(rule: &'static Rule, option: Written, errors: &mut Errors) -> Option<Part> {
    if let (Takes::Flag(holds), Some(given)) = (rule.takes, rule.given) {
        let Written { key, value } = option;
        if let Value::Nothing = value {
            let content = if holds { Content::Constant("true".to_owned()) } else { Content::Off };
            return Some(Part { key, target: Target::Given(given), content });
        }
        errors
            .at(key.span(), format_args!("`{key}` takes no value; write `{key}` or leave it out"));
        return None;
    }
    let (key, value) = option.assigned(errors, rule.example)?;
    let value = ungrouped(&value);
    let (target, content) = match (value, rule.reads, rule.given) {
        (_, Some(_), None) if is_literal(value) => {
            let example = rule.example;
            errors.over(
                value,
                format_args!("`{key}` is read from what the function returns; write `{example}`"),
            );
            return None;
        }
        (Expr::Closure(_), Some(reads), _) | (_, Some(reads), None) => {
            (Target::Returned(reads), Content::Expression(value.clone()))
        }
        (Expr::Closure(_), ..) => {
            errors.over(
                value,
                format_args!(
                    "`{key}` is known before the call, when there is nothing to call a closure with; \
                     write a value, such as `{}`",
                    rule.example
                ),
            );
            return None;
        }
        (_, _, given) if is_literal(value) => {
            (Target::Given(given?), Content::Constant(constant(rule, &key, value, errors)?))
        }
        (_, _, given) => (Target::Given(given?), Content::Expression(value.clone())),
    };
    Some(Part { key, target, content })
}

fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => {
            matches!(unary.op, UnOp::Neg(_)) && is_literal(ungrouped(&unary.expr))
        }
        _ => false,
    }
}

/// The text of a literal.
fn constant(rule: &Rule, key: &Ident, value: &Expr, errors: &mut Errors) -> Option<String> {
    let example = rule.example;
    let message = match rule.takes {
        Takes::Text(longest) | Takes::Id(longest) => {
            if let Some((text, span)) = text(value) {
                let way_out = format!("write `{example}` or leave it out");
                return printable(&key.to_string(), &text, longest, span, &way_out, errors)
                    .then_some(text);
            }
            if let (Takes::Id(_), Some(number)) = (rule.takes, whole(value)) {
                return Some(number.to_string());
            }
            format!("`{key}` takes a text; write `{example}`")
        }
        Takes::Choice(choices) => {
            if let Some((text, _)) = text(value)
                && choices.contains(&text.as_str())
            {
                return Some(text);
            }
            let choices: Vec<String> =
                choices.iter().map(|choice| format!("`\"{choice}\"`")).collect();
            format!("`{key}` is one of {}, or an expression", choices.join(", "))
        }
        Takes::Whole(most) => {
            if let Some(number) = whole(value).filter(|number| (1..=most).contains(number)) {
                return Some(number.to_string());
            }
            format!("`{key}` takes a whole number from 1 to {most}; write `{example}`")
        }
        Takes::Amount => {
            let amount = number(value).filter(|amount| amount.is_finite() && *amount >= 0.0);
            if let Some(amount) = amount {
                return Some(amount.to_string());
            }
            format!("`{key}` takes a number that is not below zero; write `{example}`")
        }
        // Neither comes here.
        Takes::Flag(_) | Takes::Returned => return None,
    };
    errors.over(value, message);
    None
}
