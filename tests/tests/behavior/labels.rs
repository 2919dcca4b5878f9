//! `labels(..)`: values are read before the body takes the arguments, and only name what they may.

use crate::figures;
use observant::{Label, observe};

#[derive(Clone, Copy, Label)]
enum Mode {
    Fast,
    Thorough,
}

struct Request {
    mode: Mode,
    cached: bool,
    text: String,
}

#[observe(labels(mode = request.mode, cached = request.cached, team = "search"))]
fn consume(request: Request) -> Result<String, ()> {
    if request.cached { Err(()) } else { Ok(request.text) }
}

#[observe(labels(mode = mode))]
async fn wait(mode: Mode) -> Result<(), ()> {
    tokio::task::yield_now().await;
    match mode {
        Mode::Fast => Ok(()),
        Mode::Thorough => Err(()),
    }
}

#[observe(labels(mode = Mode::Fast))]
fn guard() -> u8 {
    1
}

struct Store {
    mode: Mode,
}

#[observe(labels(team = "store", mode = Mode::Fast))]
impl Store {
    fn read(&self) -> u8 {
        1
    }

    #[observe(labels(mode = self.mode))]
    fn write(&mut self) -> Result<u8, ()> {
        Ok(1)
    }
}

fn count(function: &str, labels: &[(&str, &str)]) -> u64 {
    figures::with_labels(module_path!(), function, labels)
}

#[tokio::test]
async fn each_value_has_its_own_series() {
    let request = |mode, cached| Request { mode, cached, text: "text".to_owned() };
    assert_eq!(consume(request(Mode::Fast, false)).unwrap(), "text");
    consume(request(Mode::Fast, true)).unwrap_err();
    consume(request(Mode::Thorough, false)).unwrap();
    let consumed = |mode, cached, outcome| {
        count(
            "consume",
            &[("mode", mode), ("cached", cached), ("team", "search"), ("outcome", outcome)],
        )
    };
    assert_eq!(consumed("Fast", "false", "ok"), 1);
    assert_eq!(consumed("Fast", "true", "error"), 1);
    assert_eq!(consumed("Fast", "true", "ok"), 0);
    assert_eq!(consumed("Thorough", "false", "ok"), 1);

    wait(Mode::Fast).await.unwrap();
    wait(Mode::Thorough).await.unwrap_err();
    assert_eq!(count("wait", &[("mode", "Fast"), ("outcome", "ok")]), 1);
    assert_eq!(count("wait", &[("mode", "Thorough"), ("outcome", "error")]), 1);

    assert_eq!(guard(), 1);
    assert_eq!(count("guard", &[("mode", "Fast"), ("outcome", "ok")]), 1);
}

#[test]
fn a_block_hands_its_labels_down() {
    let mut store = Store { mode: Mode::Thorough };
    assert_eq!(store.read() + store.write().unwrap(), 2);
    assert_eq!(count("Store::read", &[("team", "store"), ("mode", "Fast"), ("outcome", "ok")]), 1);
    assert_eq!(
        count("Store::write", &[("team", "store"), ("mode", "Thorough"), ("outcome", "ok")]),
        1
    );
}

macro_rules! with_literals {
    ($team:literal, $fast:literal, $name:literal) => {
        #[observe(name = $name, labels(team = $team, fast = $fast))]
        fn by_literals() {}
    };
}

with_literals!("store", true, "with::literals");

/// A macro hands on literals inside invisible groups.
#[test]
fn literals_of_a_macro() {
    by_literals();
    assert_eq!(figures::figures!("with::literals"), figures::ok(1));
}
