//! A name with a line break.

use observant::observe;

#[observe(name = "a\nb")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
