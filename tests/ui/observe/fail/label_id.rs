//! Ids are no labels, whatever their type.

use observant::observe;

#[observe(labels(user_id = id))]
fn a(id: bool) {
    let _ = id;
}

#[observe(labels(conversation_id = "x", trace_id = true, path = "read"))]
fn b() {}

fn main() {
    a(true);
    b();
}
