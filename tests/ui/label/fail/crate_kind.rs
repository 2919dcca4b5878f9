//! `crate` is a path.

use observant::Label;

#[derive(Label)]
#[label(crate = "observant")]
enum Kind {
    One,
}

fn main() {}
