//! Options of a kind that are given twice.

use observant::observe;

#[observe(llm(provider = "openai", model = "a"), model = "b")]
fn a() {}

#[observe(llm(provider = "openai"), model = |answer| *answer, response_model = |answer| *answer)]
fn b() -> &'static str {
    "x"
}

#[observe(llm(provider = "openai", usage = |_| (1, 2), usage = |_| (1, 2)))]
fn c() -> &'static str {
    "x"
}

#[observe(task(agent = "a"), agent = "b")]
fn d() {}

fn main() {
    a();
    b();
    c();
    d();
}
