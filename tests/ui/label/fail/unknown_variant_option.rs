//! An option a variant does not take.

use observant::Label;

#[derive(Label)]
enum Kind {
    #[label(name = "one")]
    One,
}

fn main() {}
