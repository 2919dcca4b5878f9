//! An option the enum does not take.

use observant::Label;

#[derive(Label)]
#[label(rename_all = "snake_case")]
enum Kind {
    One,
}

fn main() {}
