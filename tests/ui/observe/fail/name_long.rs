//! A name of 129 characters.

use observant::observe;

#[observe(name = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
