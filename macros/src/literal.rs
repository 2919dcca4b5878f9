//! Literals as options take them: texts, numbers, durations with a unit. Touches `errors`.

use crate::errors::Errors;
use proc_macro2::{Ident, Span};
use std::time::Duration;
use syn::{Expr, Lit, UnOp};

/// The text of a string literal.
pub(crate) fn text(value: &Expr) -> Option<(String, Span)> {
    match value {
        Expr::Group(group) => text(&group.expr),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some((text.value(), text.span())),
            _ => None,
        },
        _ => None,
    }
}

/// A literal number, with a sign or without.
pub(crate) fn number(value: &Expr) -> Option<f64> {
    match value {
        Expr::Group(group) => number(&group.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some(-number(&unary.expr)?),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Float(float) if matches!(float.suffix(), "" | "f64") => {
                float.base10_digits().parse().ok()
            }
            Lit::Int(integer) if matches!(integer.suffix(), "" | "f64") => {
                integer.base10_digits().parse().ok()
            }
            _ => None,
        },
        _ => None,
    }
}

/// A literal whole number without a sign.
pub(crate) fn whole(value: &Expr) -> Option<u64> {
    match value {
        Expr::Group(group) => whole(&group.expr),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(integer) => integer.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// A word such as `off`, which is no value of any type.
pub(crate) fn word(value: &Expr) -> Option<&Ident> {
    match value {
        Expr::Group(group) => word(&group.expr),
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// The value of `key`, a duration such as `example`, from `shortest` to `longest`; reported where it is none.
pub(crate) fn duration(
    key: &Ident,
    value: &Expr,
    [shortest, longest, example]: [&str; 3],
    errors: &mut Errors,
) -> Option<Duration> {
    let Some((written, span)) = text(value) else {
        errors.over(
            value,
            format_args!("`{key}` takes a duration with its unit; write `{key} = \"{example}\"`"),
        );
        return None;
    };
    let Some(duration) = parse(&written) else {
        errors.at(
            span,
            format_args!(
                "`{key}` takes a whole number with one of the units `us`, `ms`, `s`, `m`, `h` and `d`, \
                 such as `\"{example}\"`"
            ),
        );
        return None;
    };
    if parse(shortest).is_some_and(|shortest| duration < shortest)
        || parse(longest).is_some_and(|longest| duration > longest)
    {
        errors.at(
            span,
            format_args!("`{key}` is out of range; it may be from `{shortest}` to `{longest}`"),
        );
        return None;
    }
    Some(duration)
}

/// Reads `250us`, `500ms`, `30s`, `5m`, `1h` or `7d`.
fn parse(written: &str) -> Option<Duration> {
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = written.split_at(digits);
    let microseconds = match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => 86_400_000_000,
        _ => return None,
    };
    let total = number.parse::<u64>().ok()?.checked_mul(microseconds)?;
    Some(Duration::from_micros(total))
}

/// The bound on a name that a user gives, in characters.
const LONGEST_NAME: usize = 128;

/// What `name` is set to: `example` is one, and without a name the item goes on to `way_out`.
pub(crate) fn name(
    value: &Expr,
    example: &str,
    way_out: &str,
    errors: &mut Errors,
) -> Option<String> {
    let Some((name, span)) = text(value) else {
        let message = format_args!("`name` takes a string literal; write `name = \"{example}\"`");
        errors.over(value, message);
        return None;
    };
    printable("name", &name, LONGEST_NAME, span, &format!("leave it out to {way_out}"), errors)
        .then_some(name)
}

/// Whether `text`, what `key` is set to, is some, can be printed, and has `longest` characters at most; reported where not.
/// Without a text there is a `way_out`.
pub(crate) fn printable(
    key: &str,
    text: &str,
    longest: usize,
    span: Span,
    way_out: &str,
    errors: &mut Errors,
) -> bool {
    if text.trim().is_empty() {
        errors.at(span, format_args!("`{key}` is empty; {way_out}"));
    } else if text.chars().any(char::is_control) {
        errors.at(
            span,
            format_args!("`{key}` contains a control character; use printable characters"),
        );
    } else if text.chars().count() > longest {
        errors.at(span, format_args!("`{key}` is longer than {longest} characters; shorten it"));
    } else {
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_whole_number_and_one_unit() {
        let read = |text| parse(text).map(|duration| duration.as_millis());
        assert_eq!(read("2500us"), Some(2));
        assert_eq!(read("500ms"), Some(500));
        assert_eq!(read("30s"), Some(30_000));
        assert_eq!(read("5m"), Some(300_000));
        assert_eq!(read("2h"), Some(7_200_000));
        assert_eq!(read("7d"), Some(604_800_000));
        for none in
            ["", "s", "5", "1.5s", "-1s", " 1s", "1 s", "1h30m", "1min", "99999999999999999999s"]
        {
            assert_eq!(read(none), None, "{none}");
        }
        assert_eq!(read("18446744073709551615d"), None, "too many of them");
    }
}
