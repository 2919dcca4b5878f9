//! The five boards: what each is to answer, row by row. The rest is text.

mod agent_performance;
mod error_tracking;
mod genai_cost;
mod kinds;
mod ourselves;
mod own;
mod resource_usage;
mod system_overview;

use super::{
    grafana::{Board, R, S},
    program::Program,
};
use crate::metric::ladders::{DEFAULT, SLOW};

/// All of them, with a panel for each function of `program` that promises to be fast or is an agent.
pub(super) fn all(program: &Program) -> [Board; 5] {
    [
        system_overview::board(program),
        agent_performance::board(program),
        error_tracking::board(),
        resource_usage::board(),
        genai_cost::board(program),
    ]
}

/// `name` of the processes that a board is set to.
fn of(name: &str) -> String {
    format!("{name}{{{S}}}")
}

/// The same, with more matchers, if there are any.
fn with(name: &str, matchers: &str) -> String {
    if matchers.is_empty() { of(name) } else { format!("{name}{{{S},{matchers}}}") }
}

/// A matcher for this very value, whatever characters it has. Grafana replaces `$name` and `[[name]]` wherever they stand, in
/// a name too: these characters are written by their numbers, which Prometheus reads.
fn is(label: &str, value: &str) -> String {
    let mut escaped = String::new();
    for character in value.chars() {
        match character {
            '\\' | '"' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '$' => escaped.push_str("\\x24"),
            '[' => escaped.push_str("\\x5b"),
            other => escaped.push(other),
        }
    }
    format!("{label}=\"{escaped}\"")
}

/// A name as a title that Grafana replaces nothing in: U+2060 is not seen, and parts what would be a variable.
fn titled(name: &str) -> String {
    name.replace('$', "$\u{2060}").replace("[[", "[\u{2060}[")
}

/// How fast a selection of counters grows, by labels; an empty `by` is all of them.
fn rate(by: &str, selection: &str) -> String {
    format!("{}(rate({selection}{R}))", sum(by))
}

/// By how much a selection of counters grew within the time that is shown.
fn grown(by: &str, selection: &str) -> String {
    format!("{}(increase({selection}[$__range]))", sum(by))
}

fn sum(by: &str) -> String {
    if by.is_empty() { "sum".to_owned() } else { format!("sum by ({by}) ") }
}

/// A part of something, per label. Both sides are summed first: series that differ in a label never match one another, and
/// a share of a series in itself is always 1.
fn share(by: &str, part: &str, whole: &str) -> String {
    format!("{}\n  / ({} > 0)", rate(by, part), rate(by, whole))
}

/// The same where nothing may ever have been in the part: then it is none of it, and not unknown.
fn share_or_none(by: &str, part: &str, whole: &str) -> String {
    let (part, whole) = (rate(by, part), rate(by, whole));
    format!("({part} or 0 * {whole})\n  / ({whole} > 0)")
}

/// A quantile of a histogram, from classic buckets, or from native ones where there are no others.
fn quantile(q: &str, by: &str, name: &str, matchers: &str) -> String {
    let classic = if by.is_empty() { "le".to_owned() } else { format!("{by}, le") };
    format!(
        "histogram_quantile({q}, {})\nor histogram_quantile({q}, {})",
        rate(&classic, &with(&format!("{name}_bucket"), matchers)),
        rate(by, &with(name, matchers))
    )
}

/// How many observations a histogram has a second, classic or native.
fn observed(by: &str, name: &str, matchers: &str) -> String {
    part(by, name, matchers, "count")
}

/// How long observations of a histogram were, in seconds of a second, classic or native.
fn seconds(by: &str, name: &str, matchers: &str) -> String {
    part(by, name, matchers, "sum")
}

/// How fast the count or the sum of a histogram grows, classic or native.
fn part(by: &str, name: &str, matchers: &str, part: &str) -> String {
    format!(
        "{}\nor {}(histogram_{part}(rate({}{R})))",
        rate(by, &with(&format!("{name}_{part}"), matchers)),
        sum(by),
        with(name, matchers)
    )
}

/// The mean of a histogram, classic or native.
fn mean(by: &str, name: &str) -> String {
    format!(
        "{}\n  / ({} > 0)\nor {}(histogram_sum(rate({}{R})))\n  / ({}(histogram_count(rate({}{R}))) > 0)",
        rate(by, &of(&format!("{name}_sum"))),
        rate(by, &of(&format!("{name}_count"))),
        sum(by),
        of(name),
        sum(by),
        of(name)
    )
}

/// `word` where series have no such label: Prometheus has none that are empty, and a legend would have a gap.
fn named(label: &str, word: &str, expr: &str) -> String {
    format!("label_replace({expr}, \"{label}\", \"{word}\", \"{label}\", \"\")")
}

/// Buckets over time, classic or native.
fn heat(name: &str, matchers: &str) -> String {
    format!(
        "{}\nor {}",
        rate("le", &with(&format!("{name}_bucket"), matchers)),
        rate("", &with(name, matchers))
    )
}

/// How long calls of functions take.
const DURATION: &str = "observe_call_duration_seconds";

/// A quantile of the calls of that function of which it is highest. Classic buckets of several functions cannot be added:
/// each has bounds of its own, and what lies below one function's bound is not in another's. Native ones could, but then
/// the number were another one.
fn slowest(q: &str, matchers: &str) -> String {
    let classic = with(&format!("{DURATION}_bucket"), matchers);
    format!(
        "max(histogram_quantile({q}, {}))\nor max(histogram_quantile({q}, {}))",
        rate("module, function, le", &classic),
        rate("module, function", &with(DURATION, matchers))
    )
}

/// Buckets of the calls of all functions over time: native ones, or those classic ones that can be added. These are of
/// functions that have every bound which `default` and `slow` share: there sums are exact. Below, where only `default` has
/// bounds, calls of functions with `slow` ones are in the first bucket that both have.
fn heat_of_calls(matchers: &str) -> String {
    let bucket = |bounds: &str| {
        let and = if matchers.is_empty() { "" } else { "," };
        with(&format!("{DURATION}_bucket"), &format!("{matchers}{and}le=~\"{bounds}\""))
    };
    let shared: Vec<_> = DEFAULT.iter().copied().filter(|it| SLOW.contains(it)).collect();
    format!(
        "sum by (le) (rate({}{R})\nand ignoring (le) (count without (le) ({}) == {}))\nor {}",
        bucket(&bounds_of_calls()),
        bucket(&any_of(&shared)),
        shared.len() + 1,
        rate("", &with(DURATION, matchers))
    )
}

/// The classic bounds that [`heat_of_calls`] adds up.
pub(super) fn bounds_of_calls() -> String {
    any_of(DEFAULT)
}

/// A regular expression for these bounds and infinity; Prometheus 3 writes `1.0` for what is scraped as `1`.
fn any_of(bounds: &[f64]) -> String {
    let text = |bound: &f64| {
        let tail = if bound.fract() == 0.0 { "([.]0)?" } else { "" };
        format!("{}{tail}", bound.to_string().replace('.', "[.]"))
    };
    let all: Vec<_> = bounds.iter().map(text).chain(["[+]Inf".to_owned()]).collect();
    all.join("|")
}

/// What [`heat_of_calls`] shows, for whoever looks at it.
const HEAT_OF_CALLS: &str = "How many calls took how long; dots are traces of single calls. With classic histograms of functions \
    with `default` or `slow` buckets, others cannot be added to these; `slow` ones tell nothing apart below 10 ms.";

/// Functions of the modules that a board is set to; [`module`] is the variable.
const MODULE: &str = "module=~\"$module\"";

/// The variable by which functions are chosen: name, title, query.
fn module() -> (&'static str, &'static str, String) {
    ("module", "Module", "label_values(observe_function_info{job=~\"$job\"}, module)".to_owned())
}

/// Calls of these functions.
fn calls_of(matchers: &str) -> String {
    with("observe_calls_total", &format!("{MODULE},{matchers}"))
}

const FAILED: &str = "outcome=~\"error|panic\"";
const FINISHED: &str = "outcome!=\"cancelled\"";
/// The same of runs of agents, which have their errors in one label with what was cancelled.
const FAILED_RUN: &str = "error_type!~\"|cancelled\"";
const FINISHED_RUN: &str = "error_type!=\"cancelled\"";
