//! Options that a kind cannot do without.

use observant::observe;

#[observe(llm)]
fn a() {}

#[observe(embedding(model = "small"))]
fn b() {}

#[observe(db, operation = "SELECT")]
fn c() {}

#[observe(file)]
mod inner {
    pub fn d() {}

    pub fn e() {}
}

// What is wrong is not missing too.
#[observe(llm(provider = 5))]
fn f() {}

fn main() {
    a();
    b();
    c();
    inner::d();
    inner::e();
    f();
}
