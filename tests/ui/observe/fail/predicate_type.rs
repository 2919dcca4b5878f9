//! A predicate answers with a `bool`.

use observant::observe;

#[observe(ok_if = |count| count + 1)]
fn f() -> usize {
    1
}

fn main() {
    f();
}
