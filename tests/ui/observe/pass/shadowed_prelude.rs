//! A crate whose root names what an expansion needs.

#![allow(dead_code, non_camel_case_types)]

mod core {}
mod std {}
mod alloc {}
struct Ok;
struct Err;
struct Result;
struct Option;
struct Some;
struct None;
struct Box;
struct Future;

#[::observant::observe(labels(fast = true), buckets = [0.1])]
fn sync() -> ::core::result::Result<(), ()> {
    ::core::result::Result::Ok(())
}

#[::observant::observe]
async fn asynchronous() -> ::core::result::Result<(), ()> {
    ::core::result::Result::Ok(())
}

#[::observant::observe]
mod inner {
    pub fn f() {}
}

fn main() {
    sync().unwrap();
    drop(asynchronous());
    inner::f();
}
