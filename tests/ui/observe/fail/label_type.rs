//! A label of unbounded type is told at its value.

use observant::observe;

#[observe(labels(user = user))]
fn f(user: &String) -> usize {
    user.len()
}

fn main() {
    f(&String::new());
}
