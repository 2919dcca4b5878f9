//! Tables whose columns are straight: each as wide as its widest cell in a terminal.

use super::width::width;
use std::fmt;

/// Rows under headings, `N` columns: the first to the left, the others to the right.
pub(super) struct Table<const N: usize> {
    /// What a column is called, and how wide it is at least.
    heads: [(&'static str, usize); N],
    lines: Vec<Line<N>>,
}

enum Line<const N: usize> {
    /// Over all columns.
    Title(String),
    /// Cells, and what stands behind the last.
    Row([String; N], String),
}

impl<const N: usize> Table<N> {
    pub(super) fn new(heads: [(&'static str, usize); N]) -> Self {
        Self { heads, lines: Vec::new() }
    }

    pub(super) fn title(&mut self, text: &str) {
        self.lines.push(Line::Title(text.to_owned()));
    }

    pub(super) fn row(&mut self, cells: [String; N], behind: String) {
        self.lines.push(Line::Row(cells, behind));
    }

    /// Without an end of line behind the last.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = self.heads.map(|(head, least)| width(head).max(least));
        for line in &self.lines {
            let Line::Row(cells, _) = line else { continue };
            for (widest, cell) in widths.iter_mut().zip(cells) {
                *widest = width(cell).max(*widest);
            }
        }
        write(f, self.heads.map(|(head, _)| head), widths)?;
        for line in &self.lines {
            f.write_str("\n")?;
            match line {
                Line::Title(text) => f.write_str(text)?,
                Line::Row(cells, behind) => {
                    write(f, cells.each_ref().map(String::as_str), widths)?;
                    f.write_str(behind)?;
                }
            }
        }
        Ok(())
    }
}

/// Not by the width of a format, which counts characters.
fn write<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    cells: [&str; N],
    widths: [usize; N],
) -> fmt::Result {
    for (column, (cell, wide)) in cells.into_iter().zip(widths).enumerate() {
        let room = wide - width(cell);
        match column {
            0 => write!(f, "{cell}{:room$}", "")?,
            _ => write!(f, " {:room$}{cell}", "")?,
        }
    }
    Ok(())
}
