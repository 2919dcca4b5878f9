//! There are no errors of which some could be none.

use observant::observe;

#[observe(control_flow = |_| true)]
fn a() {}

#[observe(control_flow = |_| true, ok_if = |number| *number > 0)]
fn b() -> u8 {
    1
}

#[observe(control_flow)]
fn c() -> Result<(), ()> {
    Ok(())
}

fn main() {
    a();
    b();
    let _ = c();
}
