//! One option twice.

use observant::Label;

#[derive(Label)]
enum Kind {
    #[label(rename = "a", rename = "b")]
    One,
}

fn main() {}
