//! Every message an annotation can give, and what must compile without one. The snapshots hold for
//! the compiler named in `rust-toolchain.toml`; `TRYBUILD=overwrite cargo test -p observant-tests
//! --test ui` writes them anew.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    for room in ["observe", "label", "health_check", "health_derive", "metrics"] {
        cases.pass(format!("ui/{room}/pass/*.rs"));
        cases.compile_fail(format!("ui/{room}/fail/*.rs"));
    }
}
