//! Tables in Markdown, with columns that line up.

/// A table that is being filled.
pub(crate) struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table whose first column is called `head`.
    pub(crate) fn new(head: &'static str) -> Self {
        Self { heads: vec![head], rows: Vec::new() }
    }

    /// One more column, of figures.
    pub(crate) fn column(&mut self, head: &'static str) {
        self.heads.push(head);
    }

    /// One more row: its name, and a cell for every other column.
    pub(crate) fn row(&mut self, name: String, cells: impl IntoIterator<Item = String>) {
        self.rows.push([name].into_iter().chain(cells).collect());
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(String::len);
            cells.chain([self.heads[column].len(), 3]).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        line(&widths, &self.heads);
        let rules: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(place, width)| match place {
                0 => "-".repeat(*width),
                _ => "-".repeat(width - 1) + ":",
            })
            .collect();
        line(&widths, &rules);
        for row in &self.rows {
            line(&widths, row);
        }
        println!();
    }
}

fn line(widths: &[usize], cells: &[impl AsRef<str>]) {
    for (place, (width, cell)) in widths.iter().zip(cells).enumerate() {
        let cell = cell.as_ref();
        match place {
            0 => print!("| {cell:<width$} |"),
            _ => print!(" {cell:>width$} |"),
        }
    }
    println!();
}

/// A figure with this many decimals.
pub(crate) fn number(figure: f64, decimals: usize) -> String {
    if figure.is_finite() { format!("{figure:.decimals$}") } else { "-".to_owned() }
}
