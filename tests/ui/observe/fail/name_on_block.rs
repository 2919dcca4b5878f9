//! A name for a whole block.

use observant::observe;

struct Type;

#[observe(name = "x")]
impl Type {
    fn f(&self) {}
}

#[observe(name = "x")]
mod inner {}

#[observe(name = "x")]
trait Trait {}

fn main() {
    Type.f();
}
