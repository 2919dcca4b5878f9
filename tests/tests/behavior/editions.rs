//! Annotated crates of editions before this one.

use crate::figures::{errors, info, of, ok};
use observant_fixture_e2015 as e2015;
use observant_fixture_e2018 as e2018;

#[test]
fn of_2015() {
    let module = "observant_fixture_e2015";
    assert_eq!(e2015::parse("7"), Ok(7));
    e2015::parse("x").unwrap_err();
    assert_eq!(of(module, "parse"), errors(1, &["ParseIntError"]));
    let mut found = Vec::new();
    assert_eq!(e2015::r#async::last("ab".to_owned(), &mut found), Ok(&mut b'b'));
    assert_eq!(of(&format!("{module}::async"), "last"), ok(1));
    // The line of the function, not of the attribute above it.
    assert_eq!(info(module, "parse").line, 10);
}

#[test]
fn of_2018() {
    let module = "observant_fixture_e2018";
    let mut bytes = vec![1, 2];
    let mut holder = e2018::Holder::new(&mut bytes);
    assert_eq!(holder.into_iter().map(|byte| *byte).sum::<u8>(), 3);
    assert_eq!(holder.first("a".to_owned()), Ok(&mut 1));
    assert_eq!(e2018::reborrowed(&mut bytes, String::new()), Err(4));
    assert_eq!(e2018::reborrowed(&mut bytes, "a".to_owned()).map(|bytes| bytes.len()), Ok(4));
    assert_eq!(of(module, "new"), ok(1));
    assert_eq!(of(module, "into_iter"), ok(1));
    assert_eq!(of(module, "first"), ok(1));
    assert_eq!(of(module, "reborrowed").ok, 1);
    assert_eq!(of(module, "reborrowed").error, 1);
}
