//! Options go in parentheses.

use observant::Label;

#[derive(Label)]
enum Kind {
    #[label = "one"]
    One,
}

fn main() {}
