//! The table of a run and what was wrong. Text out, and on standard error as it comes.

use crate::tree::Counts;
use std::{collections::BTreeMap, fmt};

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<String>,
    faults: Vec<String>,
    functions: usize,
    left: BTreeMap<&'static str, usize>,
    unread: usize,
}

impl Report {
    /// An empty table.
    #[must_use]
    pub fn new(header: &[&str]) -> Self {
        Self { rows: vec![line(header)], ..Self::default() }
    }

    /// Adds a row, and shows it, as runs are long.
    pub fn row(&mut self, cells: &[&str]) {
        let row = line(cells);
        eprintln!("{row}");
        self.rows.push(row);
    }

    /// Something that was to be, and is not.
    pub fn fault(&mut self, fault: String) {
        eprintln!("FAILED  {}", fault.lines().next().unwrap_or_default());
        self.faults.push(fault);
    }

    /// Adds what was annotated to the sums.
    pub fn counted(&mut self, counts: &Counts) {
        self.functions += counts.functions;
        self.unread += counts.unread.len();
        for (reason, number) in &counts.left {
            *self.left.entry(reason).or_default() += number;
        }
    }

    /// Whether nothing was wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        write!(f, "\n{} functions observed", self.functions)?;
        for (reason, number) in &self.left {
            write!(f, "; not {number} ({reason})")?;
        }
        if self.unread > 0 {
            write!(f, "; {} files are no Rust", self.unread)?;
        }
        for fault in &self.faults {
            write!(f, "\nFAILED  {fault}")?;
        }
        Ok(())
    }
}

fn line(cells: &[&str]) -> String {
    let (first, rest) = cells.split_at(1);
    let rest: Vec<_> = rest.iter().map(|cell| format!("{cell:>12}")).collect();
    format!("{:<20}{}", first[0], rest.concat())
}
