//! A crate that forbids everything.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused, unused_qualifications, unreachable_pub, unused_crate_dependencies)]
#![allow(unused_crate_dependencies)]

use observant::observe;

#[observe]
fn one_line(number: u64) -> u64 { number + 1 }

#[observe]
fn fallible(number: u64) -> Result<u64, String> { Ok(number) }

#[observe]
async fn asynchronous(number: u64) -> Result<u64, String> { Ok(number) }

#[observe]
fn opaque() -> impl Future<Output = u8> { async { 1 } }

#[observe]
fn never() -> ! { std::process::exit(i32::from(one_line(1) != 2)) }

fn main() {
    fallible(1).unwrap();
    drop((asynchronous(1), opaque()));
    never()
}
