//! What is wrong inside a block is reported, and the block stays.

use observant::observe;

struct Type;

#[observe]
impl Type {
    #[observe(nmae = "x")]
    fn f(&self) {}

    #[observe = "x"]
    fn g(&self) {}

    #[observe(name = "a")]
    #[observe(name = "b")]
    fn h(&self) {}

    #[observe]
    const fn i(&self) {}

    #[observe]
    const J: u8 = 1;
}

fn main() {
    Type.f();
    Type.g();
    Type.h();
    Type.i();
    let _ = Type::J;
}
