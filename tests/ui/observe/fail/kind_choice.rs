//! An operation of models that there is not.

use observant::observe;

#[observe(llm(provider = "openai", op = "talk"))]
fn a() {}

#[observe(llm(provider = "openai"), op = 1)]
fn b() {}

fn main() {
    a();
    b();
}
