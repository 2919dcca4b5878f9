//! A wrong type in a body is told where it is.

use observant::observe;

#[observe]
fn sync() -> Result<u8, ()> {
    Ok("text")
}

#[observe]
fn guard() -> u8 {
    "text"
}

#[observe]
async fn asynchronous() -> Result<u8, ()> {
    Ok("text")
}

#[observe]
async fn unit() {
    1
}

#[observe]
fn missing() -> Result<u8, ()> {
    let _ = 1;
}

fn main() {
    let _ = (sync(), guard(), asynchronous(), unit(), missing());
}
