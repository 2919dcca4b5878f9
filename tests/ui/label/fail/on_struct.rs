//! A struct has no fixed set of values.

use observant::Label;

#[derive(Label)]
struct Struct;

fn main() {}
