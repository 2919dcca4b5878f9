//! How runs end: by a result, a panic, a timeout, or never.

use super::*;
use std::sync::{Mutex, mpsc};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

#[test]
fn a_check_that_never_returns_costs_one_thread_in_all() {
    let (checks, _engine) = engine();
    let (open, gate) = mpsc::channel::<()>();
    let (gate, entered) = (Arc::new(Mutex::new(gate)), Count::default());
    let counted = entered.clone();
    let options = OFTEN.timeout(Duration::from_millis(5)).interval(Duration::from_millis(1));
    let hangs = made(options, move || {
        let (gate, counted) = (Arc::clone(&gate), counted.clone());
        Check::blocking(move || {
            counted.one_more();
            let _ = gate.lock().unwrap().recv();
        })
    });
    let _registered = add(&checks, "hangs", hangs);
    let entry = find(&checks, "hangs");
    until("it is stuck", || runs(&entry, Ended::Stuck) >= 20);
    assert_eq!(entered.get(), 1, "it is not started again");
    assert_eq!(runs(&entry, Ended::TimedOut), 1);
    assert_eq!(status(&entry), (Status::Fail, "stuck"));
    assert!(entry.look(|known| known.stuck));
    // Nobody else waits for it.
    let _other = add(&checks, "fine", made(OFTEN, || Check::blocking(|| ())));
    let other = find(&checks, "fine");
    until("another runs", || status(&other).0 == Status::Pass);
    // It returns: from then on it runs again.
    drop(open);
    until("it passes", || status(&entry).0 == Status::Pass);
    assert!(!entry.look(|known| known.stuck));
    assert!(entered.get() > 1);
}

#[test]
fn a_panic_is_a_failure_and_the_next_run_is_none_of_its_business() {
    let (checks, _engine) = engine();
    let panics = |count: Count| {
        move || {
            let count = count.clone();
            Check::blocking(move || assert!(count.one_more() > 2, "the first two panic"))
        }
    };
    let panics_async = |count: Count| {
        move || {
            let count = count.clone();
            Check::future(async move {
                tokio::task::yield_now().await;
                assert!(count.one_more() > 2, "the first two panic");
            })
        }
    };
    let _blocking = add(&checks, "blocking", made(OFTEN, panics(Count::default())));
    let _future = add(&checks, "future", made(OFTEN, panics_async(Count::default())));
    for name in ["blocking", "future"] {
        let entry = find(&checks, name);
        until("it recovers", || status(&entry).0 == Status::Pass);
        assert_eq!(runs(&entry, Ended::Panicked), 2, "{name}");
        let reasons: Vec<_> =
            entry.known().changes.iter().map(|change| (change.to, change.reason)).collect();
        assert_eq!(reasons, [(Status::Fail, "panic"), (Status::Pass, "")]);
    }
}

#[test]
fn errors_are_types_and_codes_and_never_texts() {
    let (checks, _engine) = engine();
    let refuses = || Check::blocking(|| "secret".parse::<u8>().map(drop));
    let _registered = add(&checks, "refuses", made(OFTEN, refuses));
    let entry = find(&checks, "refuses");
    until("it failed", || status(&entry).0 == Status::Fail);
    let known = entry.known();
    assert_eq!((known.reason, known.error_type), ("error", Some("ParseIntError")));
    assert!(!format!("{known:?}").contains("invalid digit"), "{known:?}");
}

#[test]
fn an_async_check_runs_where_it_was_registered_else_on_ours() {
    let (checks, _engine) = engine();
    let (sender, ran_on) = mpsc::channel();
    let tells = |options: CheckOptions| {
        let sender = sender.clone();
        made(options, move || {
            let sender = sender.clone();
            Check::future(async move {
                let name = thread::current().name().map(str::to_owned);
                let _ = sender.send((options.own_runtime, name));
            })
        })
    };
    let theirs =
        Builder::new_multi_thread().worker_threads(1).thread_name("theirs").build().unwrap();
    let inside = theirs.enter();
    let _there = add(&checks, "there", tells(OFTEN));
    assert_eq!(ran_on.recv().unwrap(), (None, Some("theirs".to_owned())));
    let _own = add(&checks, "own", tells(OFTEN.own_runtime()));
    let ours = ran_on.iter().find(|(own, _)| own.is_some()).unwrap();
    assert_eq!(ours.1.as_deref(), Some("observant-checks"));
    drop(inside);
}

#[test]
fn a_stalled_runtime_counts_as_a_timeout_and_then_as_stuck() {
    let (checks, _engine) = engine();
    let theirs = runtime();
    let options = OFTEN.timeout(Duration::from_millis(200));
    let inside = theirs.enter();
    let _registered =
        add(&checks, "there", made(options, || Check::future(tokio::task::yield_now())));
    drop(inside);
    let entry = find(&checks, "there");
    until("it passes", || status(&entry).0 == Status::Pass);
    let (open, gate) = mpsc::channel::<()>();
    theirs.spawn(async move {
        let _ = gate.recv();
    });
    until("it is noticed", || runs(&entry, Ended::Stuck) > 0);
    assert_eq!(status(&entry).0, Status::Fail);
    drop(open);
    until("it recovers", || status(&entry).0 == Status::Pass);
}

#[test]
fn a_runtime_that_ended_is_a_failure_and_no_panic() {
    let (checks, _engine) = engine();
    let theirs = runtime();
    let inside = theirs.enter();
    let _registered = add(&checks, "there", made(OFTEN, || Check::future(async {})));
    drop(inside);
    let entry = find(&checks, "there");
    until("it passes", || status(&entry).0 == Status::Pass);
    drop(theirs);
    until("it fails", || status(&entry) == (Status::Fail, "cancelled"));
}

#[test]
fn nothing_is_left_of_ten_thousand_timeouts() {
    let (checks, engine) = engine();
    let theirs = runtime();
    let inside = theirs.enter();
    let options = OFTEN.timeout(Duration::from_millis(1));
    let hangs = || made(options, || Check::future(std::future::pending::<()>()));
    let all: Vec<_> =
        (0..200).map(|number| add(&checks, &format!("hangs-{number}"), hangs())).collect();
    drop(inside);
    let timeouts = || checks.all().iter().map(|entry| runs(entry, Ended::TimedOut)).sum::<u64>();
    until("ten thousand", || timeouts() >= 10_000);
    let alive = theirs.metrics().num_alive_tasks();
    assert!(alive <= all.len() + 1, "{alive} tasks of {} checks", all.len());
    drop(all);
    until("no task is left", || theirs.metrics().num_alive_tasks() == 0);
    engine.stop();
}

#[test]
fn what_is_too_old_is_unknown() {
    let (checks, engine) = engine();
    let _registered = add(&checks, "once", made(OFTEN, || Check::blocking(|| ())));
    let entry = find(&checks, "once");
    until("it passes", || status(&entry).0 == Status::Pass);
    engine.stop();
    let later = Instant::now() + Duration::from_secs(60 * 60);
    let glance = entry.glance(later);
    assert_eq!((glance.status, glance.reason), (Status::Unknown, "stale"));
    let soon = entry.glance(Instant::now());
    assert_eq!(soon.status, Status::Pass, "its timeout, 60 s, is not over");
}

#[test]
fn a_startup_check_runs_until_it_has_passed() {
    let (checks, _engine) = engine();
    let count = Count::default();
    let counted = count.clone();
    let options = OFTEN.kind(super::super::Kind::Startup);
    let starts = made(options, move || {
        let counted = counted.clone();
        Check::blocking(move || {
            if counted.one_more() < 3 { Verdict::fail("warming") } else { Verdict::pass() }
        })
    });
    let _registered = add(&checks, "starts", starts);
    let entry = find(&checks, "starts");
    until("it passes", || status(&entry).0 == Status::Pass);
    // Others go on running meanwhile.
    let _other = add(&checks, "other", made(OFTEN, || Check::blocking(|| ())));
    let other = find(&checks, "other");
    until("others run", || runs(&other, Ended::Passed) > 50);
    assert_eq!(count.get(), 3);
    let much_later = Instant::now() + Duration::from_secs(100_000);
    assert_eq!(entry.glance(much_later).status, Status::Pass, "it is never stale");
}
