//! Who hears of transitions, and who does not hold them up.

use super::{super::Transition, *};
use std::sync::{atomic::Ordering::Relaxed, mpsc};

fn hooked(
    gap: Duration,
    hook: impl Fn(&Transition) + Send + Sync + 'static,
) -> (Arc<Checks>, Arc<Engine>) {
    let checks = Arc::new(Checks::default());
    let hooked = Hooked { hook: Some(Arc::new(hook)), gap };
    let engine = Engine::start(Arc::clone(&checks), hooked).unwrap();
    (checks, engine)
}

/// Passes and fails by turns.
fn flaps() -> impl Fn() -> Check<'static> + Send + Sync {
    let count = Count::default();
    move || {
        let count = count.clone();
        Check::blocking(move || {
            if count.one_more() % 2 == 0 { Verdict::fail("even") } else { Verdict::pass() }
        })
    }
}

#[test]
fn the_hook_hears_of_each_change() {
    let (sender, heard) = mpsc::channel();
    let (checks, _engine) = hooked(Duration::ZERO, move |transition| {
        let _ = sender.send(transition.clone());
    });
    let _registered = add(&checks, "flaps", made(OFTEN, flaps()));
    let heard: Vec<_> = heard.iter().take(3).collect();
    let words = heard.iter().map(|transition| (transition.from(), transition.to()));
    assert_eq!(
        words.collect::<Vec<_>>(),
        [
            (Status::Unknown, Status::Pass),
            (Status::Pass, Status::Fail),
            (Status::Fail, Status::Pass)
        ]
    );
    assert_eq!((heard[1].name(), heard[1].reason()), ("flaps", "even"));
}

#[test]
fn a_hook_that_blocks_holds_nobody_up_and_what_it_misses_is_counted() {
    let (open, gate) = mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let (checks, engine) = hooked(Duration::ZERO, move |_| {
        let _ = gate.lock().unwrap().recv();
    });
    let _registered = add(&checks, "flaps", made(OFTEN, flaps()));
    until("some are dropped", || engine.dropped().hook.load(Relaxed) > 10);
    let entry = find(&checks, "flaps");
    let before = runs(&entry, Ended::Passed);
    until("it goes on", || runs(&entry, Ended::Passed) > before + 5);
    drop(open);
}

#[test]
fn a_hook_that_panics_is_called_again() {
    let count = Count::default();
    let counted = count.clone();
    let (checks, _engine) = hooked(Duration::ZERO, move |_| {
        assert!(counted.one_more() > 3, "the first panic");
    });
    let _registered = add(&checks, "flaps", made(OFTEN, flaps()));
    until("it is called again", || count.get() > 5);
}

#[test]
fn what_comes_to_nothing_within_the_gap_is_not_told() {
    let (sender, heard) = mpsc::channel();
    let (checks, engine) = hooked(Duration::from_secs(3_600), move |transition| {
        let _ = sender.send(transition.clone());
    });
    let _registered = add(&checks, "flaps", made(OFTEN, flaps()));
    let entry = find(&checks, "flaps");
    until("it has flapped", || entry.look(|known| known.changed) > 20);
    let _other = add(&checks, "other", made(OFTEN, || Check::blocking(|| ())));
    let names: Vec<_> = heard.iter().take(2).map(|one| one.name().to_owned()).collect();
    assert_eq!(names, ["flaps", "other"], "each once at first");
    engine.stop();
}
