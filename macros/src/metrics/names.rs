//! What metrics and labels may be called, and what the unit of a metric is. Touches `errors`.

use super::model::Kind;
use crate::errors::Errors;
use proc_macro2::Span;

/// The bound on a name, in characters.
const LONGEST: usize = 128;

/// Beginnings of names that others have: ours, those of conventions that we follow, and what a scraper adds.
const RESERVED: [&str; 15] = [
    "observe_",
    "observant_",
    "gen_ai_",
    "mcp_",
    "db_client_",
    "http_server_",
    "http_client_",
    "process_",
    "system_",
    "cgroup_",
    "tokio_",
    "target_",
    "otel_",
    "scrape_",
    "up",
];

/// Endings that series of histograms and summaries have, and OpenMetrics adds to counters (OpenMetrics 1.0, "Suffixes").
const ENDINGS: [&str; 6] = ["_bucket", "_sum", "_count", "_created", "_gcount", "_gsum"];

/// Units that a name may end in: base units of Prometheus ("Metric and label naming"), and money.
const UNITS: [&str; 15] = [
    "seconds", "bytes", "ratio", "usd", "eur", "meters", "celsius", "volts", "amperes", "joules",
    "watts", "grams", "hertz", "pascals", "kelvin",
];

/// The unit that the name ends in.
pub(super) fn unit(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("_total").unwrap_or(name);
    UNITS.into_iter().find(|unit| {
        name.strip_suffix(unit).is_some_and(|rest| rest.len() > 1 && rest.ends_with('_'))
    })
}

/// Whether a metric may be called so; reported where it may not.
pub(super) fn check(name: &str, kind: Kind, span: Span, errors: &mut Errors) {
    let first = name.chars().next();
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !first.is_some_and(|first| first.is_ascii_alphabetic()) || !name.chars().all(letters) {
        let message = "a metric's name has letters, digits and `_`, and begins with a letter, such as \
                       `app_requests_total`; colons are for recording rules";
        errors.at(span, message);
        return;
    }
    if name.chars().count() > LONGEST {
        errors.at(span, format_args!("`name` is longer than {LONGEST} characters; shorten it"));
    }
    if let Some(taken) = RESERVED.iter().find(|taken| is_taken(name, taken)) {
        let message = format_args!(
            "{} `{taken}` belong to others; begin with what your program is called, such as `app_{name}`",
            if taken.ends_with('_') { "names that begin with" } else { "names such as" }
        );
        errors.at(span, message);
    }
    let ending = ENDINGS.iter().find(|ending| name.ends_with(**ending));
    match (kind, ending) {
        (_, Some(ending)) => {
            let message = format_args!(
                "a metric's name does not end in `{ending}`, which is what series of histograms and counters end \
                 in; leave it out"
            );
            errors.at(span, message);
        }
        (Kind::Counter, None) if !name.ends_with("_total") => errors.at(
            span,
            format_args!("a counter's name ends in `_total`; call it `{name}_total`, or make it a `Gauge`"),
        ),
        (Kind::Gauge | Kind::Histogram | Kind::Info, None) if name.ends_with("_total") => errors
            .at(span, "only a counter's name ends in `_total`; make it a `Counter`, or leave `_total` out"),
        (Kind::Info, None) if !name.ends_with("_info") => {
            errors.at(span, format_args!("an info's name ends in `_info`; call it `{name}_info`"));
        }
        (Kind::Counter | Kind::Gauge | Kind::Histogram, None) if name.ends_with("_info") => {
            errors.at(span, "only an info's name ends in `_info`; make it an `Info`, or leave `_info` out");
        }
        _ => {}
    }
}

/// `up` is a name, the others begin names.
fn is_taken(name: &str, taken: &str) -> bool {
    if taken.ends_with('_') { name.starts_with(taken) } else { name == taken }
}

/// Whether a label may be called so; reported where it may not.
pub(super) fn check_label(name: &str, span: Span, errors: &mut Errors) {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        errors.at(span, "a label's name has letters, digits and `_`, such as `state`");
    } else if name.starts_with('_') {
        errors
            .at(span, "a label's name does not begin with `_`, for such names are Prometheus' own");
    } else if let "le" | "quantile" = name {
        errors.at(
            span,
            format_args!(
                "label `{name}` is what histograms and summaries have; choose another name"
            ),
        );
    } else if let "job" | "instance" = name {
        let message = format_args!(
            "label `{name}` is what Prometheus says of the process that it scrapes; choose another name"
        );
        errors.at(span, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_the_last_word_of_a_name() {
        assert_eq!(unit("app_wait_seconds"), Some("seconds"));
        assert_eq!(unit("app_spent_usd_total"), Some("usd"));
        assert_eq!(unit("app_hit_ratio"), Some("ratio"));
        for none in ["seconds", "_seconds", "app_milliseconds", "app_bytes_read", "app_total"] {
            assert_eq!(unit(none), None, "{none}");
        }
    }
}
