//! What the user overlooks is still told.

#![deny(warnings)]

use observant::observe;

#[observe]
fn unused_argument(argument: u8) -> Result<(), ()> {
    let local = 1;
    Ok(())
}

#[observe]
async fn unused_argument_async(argument: u8) -> Result<(), ()> {
    Ok(())
}

#[observe]
fn guarded(argument: u8) {
    let mut local = 1;
    unused_argument(local);
}

#[observe]
fn unreachable() -> Result<(), ()> {
    return Ok(());
    guarded(1);
}

fn main() {
    guarded(1);
    let _ = (unreachable(), unused_argument_async(1));
}
