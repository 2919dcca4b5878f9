//! A misspelt option is an error that lists the options.

use observant::observe;

#[observe(nmae = "x")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
