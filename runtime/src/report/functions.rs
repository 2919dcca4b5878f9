//! The table of functions by the time they took, and that of their errors and panics.

use super::{cells, table::Table};
use crate::{
    callsite::Outcome,
    clock,
    registry::{Figures, Listing},
};
use std::{cmp::Reverse, fmt};

/// Errors that are shown, the most frequent.
const MOST_ERRORS: usize = 10;
/// Functions that are named for never having been called.
const MOST_NAMES: usize = 5;

/// What every function did.
#[derive(Clone, Debug)]
pub(super) struct Functions {
    /// Those that were called, by the time of their module, then by their own.
    called: Vec<Row>,
    /// Those that never were, by module and name.
    idle: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    module: &'static str,
    name: String,
    calls: u64,
    in_flight: u64,
    by_outcome: [u64; Outcome::ALL.len()],
    total: f64,
    own: f64,
    mean: Option<f64>,
    p99: Option<f64>,
    max: Option<f64>,
    pub(super) errors: Vec<(&'static str, u64)>,
}

impl Functions {
    pub(super) fn of(listing: &Listing) -> Self {
        let (mut called, mut idle) = (Vec::new(), Vec::new());
        for function in &listing.functions {
            let figures = Figures::of(function);
            if figures.ended() == 0 && figures.in_flight == 0 {
                idle.push(cells::path(&format!("{function:?}")));
                continue;
            }
            let total = clock::seconds(figures.sum);
            // A quantile is the bound of a bucket; what one call took is known, and none took more than all.
            let at_most = |quantile| match figures.ended() {
                1 => Some(total),
                _ => figures.seconds(function.callsite.ladder(), quantile).map(|it| it.min(total)),
            };
            called.push(Row {
                module: function.module(),
                name: cells::name(&function.name),
                calls: figures.ended(),
                in_flight: figures.in_flight,
                by_outcome: figures.calls,
                total,
                own: clock::seconds(figures.times.own),
                mean: figures.mean(),
                p99: at_most(0.99),
                max: at_most(1.0),
                errors: figures.errors.into_iter().collect(),
            });
        }
        Self { called, idle }
    }

    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, most: usize) -> fmt::Result {
        if self.called.is_empty() {
            f.write_str("what each function did: nothing was counted")?;
            return self.write_idle(f);
        }
        let shown = self.longest(most);
        let mut table = Table::new(COLUMNS);
        let mut module = "";
        for row in &shown {
            if row.module != module {
                module = row.module;
                table.title(module);
            }
            row.add_to(&mut table);
        }
        writeln!(f, "{TITLE}")?;
        table.write(f)?;
        self.write_rest(f, &shown)?;
        if shown.iter().any(|row| row.calls > 1) {
            f.write_str(BOUNDS)?;
        }
        self.write_idle(f)?;
        self.write_errors(f)
    }

    /// The `most` that took the most time, modules with the most of it first.
    fn longest(&self, most: usize) -> Vec<&Row> {
        let mut shown: Vec<&Row> = self.called.iter().collect();
        shown.sort_by(|one, other| other.total.total_cmp(&one.total));
        shown.truncate(most);
        let of_module = |module| -> f64 {
            self.called.iter().filter(|row| row.module == module).map(|row| row.own).sum()
        };
        let mut modules: Vec<_> = shown.iter().map(|row| row.module).collect();
        modules.sort_unstable();
        modules.dedup();
        let mut modules: Vec<_> =
            modules.into_iter().map(|module| (of_module(module), module)).collect();
        modules.sort_by(|one, other| other.0.total_cmp(&one.0));
        // Stable, so that within a module the order stays.
        let place = |row: &&Row| modules.iter().position(|(_, module)| *module == row.module);
        shown.sort_by_cached_key(place);
        shown
    }

    fn write_rest(&self, f: &mut fmt::Formatter<'_>, shown: &[&Row]) -> fmt::Result {
        let rest = self.called.len() - shown.len();
        if rest == 0 {
            return Ok(());
        }
        let all: f64 = self.called.iter().map(|row| row.own).sum();
        let seen: f64 = shown.iter().map(|row| row.own).sum();
        write!(f, "\nand {rest} more, which ran for {} of the time", cells::share(all - seen, all))
    }

    fn write_idle(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((last, others)) = self.idle.split_last() else { return Ok(()) };
        if others.is_empty() {
            return write!(f, "\nnever called: {last}");
        }
        let named = self.idle.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
        let more = if self.idle.len() > MOST_NAMES { ", .." } else { "" };
        write!(f, "\n{} never called: {named}{more}", self.idle.len())
    }

    fn write_errors(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all: Vec<_> = self
            .called
            .iter()
            .flat_map(|row| row.failures().map(move |(failure, count)| (count, row, failure)))
            .collect();
        if all.is_empty() {
            return Ok(());
        }
        // Stable: by function where they are equally many.
        all.sort_by_key(|(count, ..)| Reverse(*count));
        // The first is the most.
        let wide = all.first().map_or(0, |(count, ..)| count.to_string().len()).max(8);
        write!(f, "\n\n{:>wide$}  what failed, by how often", "calls")?;
        for (count, row, failure) in all.iter().take(MOST_ERRORS) {
            let failure = cells::name(failure);
            write!(f, "\n{count:>wide$}  {failure} in {}::{}", row.module, row.name)?;
        }
        match all.len().saturating_sub(MOST_ERRORS) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more kinds of failures"),
        }
    }
}

const TITLE: &str = "what each function did: modules by self time, their functions by total time";
/// As wide as they are for most programs, so that one report stands below another.
const COLUMNS: [(&str, usize); 11] = [
    ("function", 0),
    ("calls", 8),
    ("ok", 8),
    ("errors", 7),
    ("panics", 6),
    ("cancelled", 9),
    ("total", 8),
    ("self", 8),
    ("mean", 8),
    ("p99", 8),
    ("max", 8),
];
const BOUNDS: &str = "\nof several calls p99 and max are upper bounds, at most 9 % too much";

impl Row {
    /// Types of errors, and panics, with how many calls ended so.
    fn failures(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let panics = Some(("panic", self.by_outcome[Outcome::Panic as usize]));
        let panics = panics.filter(|(_, count)| *count > 0);
        self.errors.iter().copied().chain(panics)
    }

    fn add_to(&self, table: &mut Table<11>) {
        let [ok, error, panic, cancelled] =
            [Outcome::Ok, Outcome::Error, Outcome::Panic, Outcome::Cancelled]
                .map(|outcome| self.by_outcome[outcome as usize].to_string());
        let cells = [
            format!("  {}", self.name),
            self.calls.to_string(),
            ok,
            error,
            panic,
            cancelled,
            cells::time(Some(self.total)),
            cells::time(Some(self.own)),
            cells::time(self.mean),
            cells::time(self.p99),
            cells::time(self.max),
        ];
        let behind = match self.in_flight {
            0 => String::new(),
            still => format!("  ({still} in flight)"),
        };
        table.row(cells, behind);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Functions, Outcome, Row};

    impl Functions {
        pub(crate) fn from_parts(called: Vec<Row>, idle: &[&str]) -> Self {
            Self { called, idle: idle.iter().map(ToString::to_string).collect() }
        }

        /// Of the first function: the sum, then mean, 99th percentile and maximum.
        pub(crate) fn times(&self) -> (f64, [Option<f64>; 3]) {
            let row = &self.called[0];
            (row.total, [row.mean, row.p99, row.max])
        }
    }

    /// A function that was called once and took so many seconds, all of them its own.
    pub(crate) fn row(module: &'static str, name: &str, seconds: f64) -> Row {
        Row {
            module,
            name: name.to_owned(),
            calls: 1,
            in_flight: 0,
            by_outcome: [1, 0, 0, 0],
            total: seconds,
            own: seconds,
            mean: Some(seconds),
            p99: Some(seconds),
            max: Some(seconds),
            errors: Vec::new(),
        }
    }

    impl Row {
        pub(crate) fn panicked(mut self, times: u64) -> Self {
            self.by_outcome[Outcome::Panic as usize] = times;
            self
        }

        pub(crate) fn called(mut self, times: u64) -> Self {
            self.calls = times;
            self
        }
    }
}
