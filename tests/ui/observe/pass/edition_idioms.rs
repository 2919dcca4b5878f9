//! Labels of blocks, `impl Trait` in every place, and raw names.

use observant::observe;
use std::fmt::Display;

#[observe(labels(r#type = true))]
fn labelled(r#type: impl Display) -> Result<impl Display, std::num::ParseIntError> {
    r#type.to_string().parse::<u8>()
}

fn main() {
    assert_eq!(labelled(1).unwrap().to_string(), "1");
}
