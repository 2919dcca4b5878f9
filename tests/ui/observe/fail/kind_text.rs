//! Literals that are no text, or none that could be shown.

use observant::observe;

#[observe(agent = "")]
fn a() {}

#[observe(tool(name = " "))]
fn b() {}

#[observe(tool(description = "a\nb"))]
fn c() {}

#[observe(step = 'x')]
fn d() {}

#[observe(agent(version = true, provider = 5, model = -1))]
fn e() {}

#[observe(workflow(mode = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"))]
fn f() {}

fn main() {
    a();
    b();
    c();
    d();
    e();
    f();
}
