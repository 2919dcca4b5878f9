//! A fault in a body is told once, by rustc, where it is.

use observant::observe;

#[observe]
fn f() -> Result<u8, ()> {
    let = 1;
    Ok(1)
}

fn main() {
    let _ = f();
}
