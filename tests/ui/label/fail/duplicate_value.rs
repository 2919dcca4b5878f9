//! Two variants of one value.

use observant::Label;

#[derive(Label)]
enum Kind {
    One,
    #[label(rename = "One")]
    Two,
}

fn main() {}
