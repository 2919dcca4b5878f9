//! What the list of a kind does not have lists what it has.

use observant::observe;

#[observe(llm(provider = "openai", modle = "x"))]
fn a() {}

#[observe(db(system = "sqlite", slo(success = 99)))]
fn b() {}

#[observe(agent(5))]
fn c() {}

fn main() {
    a();
    b();
    c();
}
