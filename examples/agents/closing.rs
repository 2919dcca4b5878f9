//! The closing tables: what each agent did, and what it spent, in Observant's own figures.
//!
//! Nothing is counted here. The tables read the same snapshot that `/metrics` is written from.

mod spend;

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use observant::{
    observe,
    snapshot::{OwnedSeries, OwnedValue, Snapshot},
};

/// How the modules of this program begin.
const PROGRAM: &str = "agents::";

/// Calls by outcome, and times, of one function over all its labels.
#[derive(Debug, Default)]
struct Row {
    ok: u64,
    error: u64,
    panic: u64,
    cancelled: u64,
    seconds: f64,
    /// Upper bound of the slowest call's bucket; infinite above the last.
    slowest: f64,
}

impl Row {
    fn calls(&self) -> u64 {
        self.ok + self.error + self.panic + self.cancelled
    }
}

/// The table of every function of this program that was called, grouped by the module it is in.
#[observe]
pub fn table(snapshot: &Snapshot) -> String {
    let rows = rows(snapshot);
    let called: Vec<_> = rows.iter().filter(|(_, row)| row.calls() > 0).collect();
    if called.is_empty() {
        return "what each agent did: nothing was counted (is Observant switched off?)".to_owned();
    }
    let width = called.iter().map(|((_, function), _)| function.len() + 2).max().unwrap_or(0);
    let mut out = format!(
        "{:width$} {:>7} {:>7} {:>6} {:>6} {:>9} {:>9} {:>9} {:>9}\n",
        "what each agent did",
        "calls",
        "ok",
        "errors",
        "panics",
        "cancelled",
        "total",
        "mean",
        "max"
    );
    let mut current = "";
    for ((agent, function), row) in called {
        if agent != current {
            let _ = writeln!(out, "{agent}");
            current = agent;
        }
        let _ = writeln!(out, "{}", line(function, row, width));
    }
    out.push_str("max is the upper bound of the slowest call's bucket");
    if let Some(spent) = spend::table(snapshot) {
        let _ = write!(out, "\n\n{spent}");
    }
    out
}

fn line(function: &str, row: &Row, width: usize) -> String {
    let count = u32::try_from(row.calls()).unwrap_or(u32::MAX);
    format!(
        "{:width$} {:>7} {:>7} {:>6} {:>6} {:>9} {:>9} {:>9} {:>9}",
        format!("  {function}"),
        row.calls(),
        row.ok,
        row.error,
        row.panic,
        row.cancelled,
        time(row.seconds),
        time(row.seconds / f64::from(count)),
        if row.slowest.is_finite() { time(row.slowest) } else { "over".to_owned() },
    )
}

/// Sums the series of each function, whatever further labels it has.
fn rows(snapshot: &Snapshot) -> BTreeMap<(String, String), Row> {
    let mut rows: BTreeMap<(String, String), Row> = BTreeMap::new();
    for series in family(snapshot, "observe_calls_total") {
        let Some(row) = row(&mut rows, series) else { continue };
        let OwnedValue::Unsigned(count) = series.value else { continue };
        match label(series, "outcome") {
            "ok" => row.ok += count,
            "error" => row.error += count,
            "panic" => row.panic += count,
            _ => row.cancelled += count,
        }
    }
    for series in family(snapshot, "observe_call_duration_seconds") {
        let Some(row) = row(&mut rows, series) else { continue };
        let OwnedValue::Histogram { bounds, counts, sum } = &series.value else { continue };
        row.seconds += sum;
        if let Some(bucket) = counts.iter().rposition(|count| *count > 0) {
            let upper = bounds.get(bucket).map_or(f64::INFINITY, |bound| bound.upper);
            row.slowest = row.slowest.max(upper);
        }
    }
    rows
}

fn family<'a>(snapshot: &'a Snapshot, name: &str) -> impl Iterator<Item = &'a OwnedSeries> {
    snapshot.families.iter().filter(move |family| family.name == name).flat_map(|f| &f.series)
}

/// The row of the function a series is about, if it is one of this program.
fn row<'a>(
    rows: &'a mut BTreeMap<(String, String), Row>,
    series: &OwnedSeries,
) -> Option<&'a mut Row> {
    let agent = label(series, "module").strip_prefix(PROGRAM)?;
    Some(rows.entry((agent.to_owned(), label(series, "function").to_owned())).or_default())
}

fn label<'a>(series: &'a OwnedSeries, name: &str) -> &'a str {
    series.labels.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// A number and its unit: `41.0µs`, `1.3ms`, `12.3s`.
fn time(seconds: f64) -> String {
    if seconds.is_nan() {
        return String::new();
    }
    format!("{:.1?}", Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}
