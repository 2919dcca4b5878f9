//! `crate` alone.

use observant::Label;

#[derive(Label)]
#[label(crate)]
enum Kind {
    One,
}

fn main() {}
