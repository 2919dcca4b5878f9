//! Options that say more of a kind, and none is given.

use observant::observe;

#[observe(provider = "openai", name = "x")]
fn a() {}

#[observe(usage = |numbers| *numbers)]
fn b() -> (u8, u8) {
    (1, 2)
}

#[observe(ticket = 5)]
mod inner {}

fn main() {
    a();
    b();
}
