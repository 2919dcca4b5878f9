//! A function is of one kind.

use observant::observe;

#[observe(agent, tool)]
fn a() {}

#[observe(agent = "a", agent)]
fn b() {}

#[observe(task, agent, tool = "x")]
fn c() {}

fn main() {
    a();
    b();
    c();
}
