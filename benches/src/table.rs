//! Prints figures in columns.

use crate::contender::Contender;

/// A column: its head, and what it says of each contender.
pub struct Column<'a> {
    /// What stands above.
    pub head: &'static str,
    /// The figure of the contender at this place, if it has one.
    pub figure: Box<dyn Fn(usize) -> Option<f64> + 'a>,
}

impl std::fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Column").field("head", &self.head).finish_non_exhaustive()
    }
}

/// Prints a row for each contender.
pub fn print(contenders: &[Contender], columns: &[Column<'_>]) {
    print!("{:<28}", "");
    for column in columns {
        print!("{:>16}", column.head);
    }
    println!();
    for (place, contender) in contenders.iter().enumerate() {
        print!("{:<28}", contender.name());
        for column in columns {
            match (column.figure)(place) {
                Some(figure) => print!("{figure:>16.2}"),
                None => print!("{:>16}", "-"),
            }
        }
        println!();
    }
}
