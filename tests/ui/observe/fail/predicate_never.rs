//! Nothing to judge.

use observant::observe;

#[observe(ok_if = |_| true)]
fn f() -> ! {
    std::process::exit(1)
}

fn main() {
    f()
}
