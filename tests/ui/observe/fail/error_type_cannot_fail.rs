//! No error, no type.

use observant::observe;

#[observe(error_type = |_| "x")]
fn f() -> u8 {
    1
}

fn main() {
    let _ = f();
}
