//! A value that is no string.

use observant::Label;

#[derive(Label)]
enum Kind {
    #[label(rename = 1)]
    One,
}

fn main() {}
