//! Being observed is not being used.

#![deny(warnings)]

use observant::observe;

#[observe]
fn dead() {}

#[observe]
fn dead_fallible() -> Result<(), ()> {
    Ok(())
}

struct Type;

#[observe]
impl Type {
    async fn dead_method(&self) {}
}

fn main() {
    let _ = Type;
}
