//! An option of another kind names those that have it, and what this one takes.

use observant::observe;

#[observe(tool, provider = "openai")]
fn a() {}

#[observe(tool(name = "x", provider = "openai"))]
fn b() {}

#[observe(guardrail)]
mod inner {
    #[observe(path = "x")]
    pub fn c() {}
}

fn main() {
    a();
    b();
    inner::c();
}
