//! A value with a line break.

use observant::Label;

#[derive(Label)]
enum Kind {
    #[label(rename = "a\nb")]
    One,
}

fn main() {}
