//! Flags take no value, and some exclude each other.

use observant::observe;

#[observe(agent(remote = true))]
fn a() {}

#[observe(llm(provider = "openai"), in_process("x"))]
fn b() {}

#[observe(mcp(client, server))]
fn c() {}

#[observe(mcp, server = "api.example.com")]
fn d() {}

#[observe(mcp, server, server)]
fn e() {}

fn main() {
    a();
    b();
    c();
    d();
    e();
}
