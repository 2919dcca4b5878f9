//! Items that hold no function.

use observant::observe;

#[observe]
struct Struct;

#[observe]
pub enum Enum {
    Variant,
}

#[observe]
use std::fmt;

#[observe]
const CONSTANT: u8 = 1;

#[observe]
type Alias = u8;

#[observe]
macro_rules! nothing {
    () => {};
}

fn main() {
    nothing!();
    let _: (Struct, Enum, Alias, fmt::Error) = (Struct, Enum::Variant, CONSTANT, fmt::Error);
}
