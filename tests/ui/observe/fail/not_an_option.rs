//! Something that is no option.

use observant::observe;

#[observe("text")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
