//! It may run on any thread.

use observant::health_check;

use std::rc::Rc;

#[health_check]
async fn check() {
    let here = Rc::new(1);
    std::future::ready(()).await;
    drop(here);
}

fn main() {}
