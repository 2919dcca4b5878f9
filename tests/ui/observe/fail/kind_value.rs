//! Options of kinds that need a value, or one of another form.

use observant::observe;

#[observe(llm(provider))]
fn a() {}

#[observe(llm, provider("openai"))]
fn b() {}

#[observe(llm(provider = |answer| answer))]
fn c() -> &'static str {
    "x"
}

#[observe(agent, model = |answer| answer)]
fn d() -> &'static str {
    "x"
}

#[observe(llm(provider = "openai"), usage)]
fn e() -> (u8, u8) {
    (1, 2)
}

#[observe(llm(provider = "openai"), usage = 5, response_model = "gpt")]
fn f() -> (u8, u8) {
    (1, 2)
}

fn main() {
    a();
    b();
    c();
    d();
    e();
    f();
}
