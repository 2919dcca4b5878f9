//! Kinds without a name of their own.

use observant::observe;

#[observe(llm = "gpt")]
fn a() {}

#[observe(plan = "planner")]
fn b() {}

fn main() {
    a();
    b();
}
