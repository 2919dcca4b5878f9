//! A predicate for a whole block.

use observant::observe;

struct Type;

#[observe(ok_if = |_| true)]
impl Type {
    fn f(&self) {}
}

#[observe]
mod inner {
    #[observe(error_if = |_| true)]
    mod deeper {}
}

fn main() {
    Type.f();
}
