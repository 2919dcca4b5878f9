//! The labels of one metric: rules across them. Touches `errors`.

use super::names;
use super::parse::{Label, Value};
use crate::errors::Errors;
use crate::returns::plain;
use proc_macro2::Ident;
use syn::{Expr, Type};

/// The bound on the labels of a family; each multiplies its series.
const MOST: usize = 8;

/// What a label can be.
pub(super) enum Values {
    /// Those of a type, which is bounded.
    Bounded(Box<Type>),
    /// Texts as they come, up to a cap.
    Capped,
    /// The same always.
    Constant(Box<Expr>),
}

/// The name of a label, as a field and as it is shown, and its values.
pub(super) struct Checked {
    pub(super) ident: Ident,
    pub(super) name: String,
    pub(super) values: Values,
}

pub(super) fn check(labels: Vec<Label>, errors: &mut Errors) -> Vec<Checked> {
    let mut checked: Vec<Checked> = Vec::new();
    for Label { name: ident, value } in labels {
        let name = plain(&ident.to_string());
        names::check_label(&name, ident.span(), errors);
        if checked.iter().any(|other| other.name == name) {
            errors.at(
                ident.span(),
                format_args!("label `{name}` is there already; rename one of them"),
            );
            continue;
        }
        if checked.len() == MOST {
            errors.at(
                ident.span(),
                format_args!("a metric has at most {MOST} labels, since each multiplies its series; leave some out"),
            );
            break;
        }
        let values = match value {
            Value::Constant(text) => Values::Constant(text),
            Value::Type(written) if is_capped(&written) => Values::Capped,
            Value::Type(written) if is_text(&written) => {
                errors.over(
                    &written,
                    "a text can be anything, so its series could be without end; write `Capped` for the first 200 values \
                     and `_OTHER`, or an enum with `#[derive(observant::Label)]`",
                );
                Values::Capped
            }
            Value::Type(written) => Values::Bounded(written),
        };
        checked.push(Checked { ident, name, values });
    }
    checked
}

fn is_capped(written: &Type) -> bool {
    matches!(written, Type::Path(path) if path.path.is_ident("Capped"))
}

/// Whether the type is one of those that people write for text, whom rustc would tell less.
fn is_text(written: &Type) -> bool {
    match written {
        Type::Reference(reference) => is_text(&reference.elem),
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| {
                last.ident == "str" || last.ident == "String" || last.ident == "Cow"
            })
        }
        _ => false,
    }
}
