//! A `const fn` may run while compiling.

use observant::observe;

#[observe]
pub const fn f() -> u8 {
    1
}

fn main() {
    f();
}
