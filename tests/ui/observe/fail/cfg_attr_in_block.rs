//! An `observe` that may or may not be there.

use observant::observe;

struct Type;

#[observe]
impl Type {
    #[cfg_attr(all(), observe(skip))]
    fn f(&self) {}
}

fn main() {
    Type.f();
}
