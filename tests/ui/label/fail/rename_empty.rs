//! A value without characters.

use observant::Label;

#[derive(Label)]
enum Kind {
    #[label(rename = "")]
    One,
}

fn main() {}
