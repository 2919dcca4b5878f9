//! What a body does decides how it is observed: bodies that call themselves, that never wait, that lend
//! their parameters out.

use crate::figures::{NONE, errors, figures, ok};
use observant::observe;
use std::cell::Cell;

/// Leaves early, from within a loop and a match.
#[observe]
fn descends(depth: u32) -> Result<u32, String> {
    for step in 0..2 {
        match depth {
            0 => return Ok(step),
            9 => return Err(String::new()),
            _ => {}
        }
    }
    if depth == 1 {
        return descends(0);
    }
    let inner = || -> u32 {
        if depth > 100 {
            return 2;
        }
        1
    };
    descends(depth - inner())
}

#[test]
fn recursion_counts_every_level() {
    assert_eq!(descends(3), Ok(0));
    descends(10).unwrap_err();
    assert_eq!(figures!("descends"), errors(4, &["String", "String"]));
}

#[observe]
async fn never_waits(fails: bool) -> Result<u8, String> {
    if fails {
        return Err(String::new());
    }
    let number: u8 = "7".parse().map_err(|_| String::new())?;
    Ok(number)
}

#[observe]
async fn never_waits_nor_fails(panics: bool) -> u8 {
    assert!(!panics, "asked for");
    1
}

#[tokio::test]
async fn what_never_waits_is_called_when_it_is_polled() {
    let unpolled = never_waits(false);
    assert_eq!(figures!("never_waits"), NONE);
    drop(unpolled);
    assert_eq!(never_waits(false).await, Ok(7));
    never_waits(true).await.unwrap_err();
    assert_eq!(figures!("never_waits"), errors(1, &["String"]));
    assert_eq!(never_waits_nor_fails(false).await, 1);
    tokio::spawn(never_waits_nor_fails(true)).await.unwrap_err();
    assert_eq!(figures!("never_waits_nor_fails").panic, 1);
    assert_eq!(figures!("never_waits_nor_fails").ok, 1);
}

#[observe]
async fn promises_a_closure() -> impl Fn(&str) -> &str {
    |text| text.trim()
}

#[observe]
async fn waits_and_promises(skipped: usize) -> impl Fn(&str) -> Option<&str> + Send {
    tokio::task::yield_now().await;
    move |text| text.get(skipped..)
}

#[tokio::test]
async fn closures_take_their_types_from_the_promise() {
    assert_eq!(promises_a_closure().await(" a "), "a");
    assert_eq!(waits_and_promises(1).await("ab"), Some("b"));
    assert_eq!(figures!("promises_a_closure"), ok(1));
    assert_eq!(figures!("waits_and_promises"), ok(1));
}

/// Lends `text` to its body, gives `list` away on one way, and returns what it was lent.
#[observe]
fn lends<'a>(
    held: &'a mut Vec<u8>,
    other: &'a Cell<u8>,
    text: String,
    list: Vec<u8>,
) -> Result<&'a mut u8, Vec<u8>> {
    held.extend(text.bytes());
    other.set(other.get() + 1);
    if text.is_empty() {
        return Err(list);
    }
    held.first_mut().ok_or_else(Vec::new)
}

#[test]
fn what_is_lent_comes_back() {
    let (mut held, other) = (Vec::new(), Cell::new(0));
    assert_eq!(lends(&mut held, &other, "ab".to_owned(), vec![1]), Ok(&mut b'a'));
    assert_eq!(lends(&mut held, &other, String::new(), vec![1]), Err(vec![1]));
    assert_eq!(other.get(), 2);
    assert_eq!(figures!("lends"), errors(1, &["Vec"]));
}
