//! `skip` on the annotated block itself.

use observant::observe;

struct Type;

#[observe(skip)]
impl Type {
    fn f(&self) {}
}

fn main() {
    Type.f();
}
