//! `skip` takes nothing.

use observant::observe;

struct Type;

#[observe]
impl Type {
    #[observe(skip = true)]
    fn f(&self) {}
}

fn main() {
    Type.f();
}
