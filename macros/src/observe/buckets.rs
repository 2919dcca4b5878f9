//! `buckets = ..`: the bounds of a function's durations. Spans kept, nothing decided; touches `errors`.

use crate::errors::Errors;
use crate::literal::number;
use syn::Expr;

/// The bound on a ladder; each bound is a series for each outcome of the function.
const MOST_BUCKETS: usize = 64;

#[derive(Clone)]
pub(super) enum Buckets {
    Micro,
    Default,
    Slow,
    /// Upper bounds in seconds, ascending.
    Custom(Vec<f64>),
}

/// Reads the value of the option.
pub(super) fn buckets(value: &Expr, errors: &mut Errors) -> Option<Buckets> {
    match value {
        Expr::Group(group) => buckets(&group.expr, errors),
        Expr::Path(path) if path.path.is_ident("micro") => Some(Buckets::Micro),
        Expr::Path(path) if path.path.is_ident("default") => Some(Buckets::Default),
        Expr::Path(path) if path.path.is_ident("slow") => Some(Buckets::Slow),
        Expr::Array(array) => {
            let mut bounds = Vec::new();
            for element in &array.elems {
                bounds.push(bound(element, bounds.last().copied(), errors)?);
            }
            if bounds.is_empty() {
                errors
                    .over(value, "`buckets` is empty; write upper bounds in seconds: `[0.1, 1.0]`");
                return None;
            }
            if bounds.len() > MOST_BUCKETS {
                errors.over(
                    value,
                    format_args!("`buckets` has more than {MOST_BUCKETS} bounds; keep fewer"),
                );
                return None;
            }
            Some(Buckets::Custom(bounds))
        }
        _ => {
            errors.over(
                value,
                "expected `micro`, `default`, `slow` or upper bounds in seconds: `[0.1, 1.0]`",
            );
            None
        }
    }
}

fn bound(element: &Expr, before: Option<f64>, errors: &mut Errors) -> Option<f64> {
    let Some(bound) = number(element) else {
        errors.over(element, "a bucket bound is a literal number of seconds, such as `0.25`");
        return None;
    };
    if !bound.is_finite() {
        errors.over(element, "a bucket bound is finite; the `+Inf` bucket is always there");
    } else if bound <= 0.0 {
        errors.over(element, "a bucket bound is above zero; durations are never negative");
    } else if before.is_some_and(|before| bound <= before) {
        errors.over(element, "bucket bounds ascend; put the smaller one first");
    } else {
        return Some(bound);
    }
    None
}
