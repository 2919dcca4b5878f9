//! An enum without variants.

use observant::Label;

#[derive(Label)]
enum Empty {}

fn main() {}
