//! A union has no fixed set of values.

use observant::Label;

#[derive(Label)]
union Union {
    a: u8,
}

fn main() {}
