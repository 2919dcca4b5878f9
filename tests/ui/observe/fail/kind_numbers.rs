//! Literals that are no number, or out of range.

use observant::observe;

#[observe(llm(provider = "openai", port = 0))]
fn a() {}

#[observe(embedding(provider = "openai", port = 65536, dimensions = -1))]
fn b() {}

#[observe(retrieval(top_k = 1.5, port = "443"))]
fn c() {}

#[observe(tool(cost = -0.5))]
fn d() {}

#[observe(tool(cost = "free"))]
fn e() {}

fn main() {
    a();
    b();
    c();
    d();
    e();
}
