//! What is in the set: names, caps, coming and going, fresh runs, verdicts that are computed.

use super::{
    super::{
        Kind, Severity,
        checks::{MOST, OURS, Refused, Source},
    },
    *,
};
use std::sync::{Mutex, mpsc};

fn nothing() -> Made<impl Fn() -> Check<'static> + Send + Sync> {
    made(CheckOptions::new(), || Check::blocking(|| ()))
}

#[test]
fn two_of_one_name_are_an_error_that_names_both_lines() {
    let checks = Arc::new(Checks::default());
    let _first = add(&checks, "store", nothing());
    let other = Place { file: "other.rs", line: 7 };
    let error = checks.add_value(Some("store".to_owned()), nothing(), other).unwrap_err();
    assert!(error.0.contains("`store`: at tests.rs:1 and at other.rs:7"), "{}", error.0);
}

#[test]
fn a_name_is_free_again_when_its_check_is_gone() {
    let (checks, _engine) = engine();
    for _ in 0..3 {
        let registered = add(&checks, "store", made(OFTEN, || Check::blocking(|| ())));
        assert_eq!(registered.names().collect::<Vec<_>>(), ["store"]);
        let entry = find(&checks, "store");
        until("it runs", || status(&entry).0 == Status::Pass);
    }
    assert!(checks.all().is_empty());
}

#[test]
fn there_is_a_cap_and_what_is_refused_is_counted() {
    let checks = Arc::new(Checks::default());
    let all: Vec<_> = (0..MOST).map(|_| nothing()).collect();
    let registered = add(&checks, "many", all);
    let error = checks.add_value(Some("more".to_owned()), nothing(), HERE).unwrap_err();
    assert!(error.0.contains("2000 health checks already"), "{}", error.0);
    assert_eq!(checks.refused(), 1);
    drop(registered);
    let _more = add(&checks, "more", nothing());
}

#[test]
fn names_are_fit_for_paths_and_labels() {
    let checks = Arc::new(Checks::default());
    for name in ["", "a b", "a//b", "/a", "a/", "é", "a\"b", "a?b", &"a".repeat(129)] {
        let refused = checks.add_value(Some(name.to_owned()), nothing(), HERE);
        assert!(refused.unwrap_err().0.contains("a name that cannot be"), "{name}");
    }
    let _fine = add(&checks, "Store-1.main/pool_2", nothing());
}

#[test]
fn options_that_cannot_be_are_errors() {
    let checks = Arc::new(Checks::default());
    let plain = CheckOptions::new();
    for (options, what) in [
        (plain.interval(Duration::ZERO), "an interval of 0ns"),
        (plain.timeout(Duration::from_secs(3_601)), "a timeout of 3601s"),
        (plain.fail_after(0), "`fail_after` at 0"),
        (plain.kind(Kind::Liveness), "is of the kind `liveness`"),
        (
            plain.kind(Kind::Informational).severity(Severity::Critical),
            "informational and critical",
        ),
    ] {
        let check = made(options, || Check::blocking(|| ()));
        let error = checks.add_value(Some("check".to_owned()), check, HERE).unwrap_err();
        assert!(error.0.contains(what) && error.0.contains("tests.rs:1"), "{}", error.0);
    }
}

#[test]
fn what_has_no_name_is_called_by_its_type() {
    struct ModelServer2;
    impl HealthCheck for ModelServer2 {
        fn check(&self) -> Check<'_> {
            Check::blocking(|| ())
        }
    }
    let checks = Arc::new(Checks::default());
    let registered = checks.add_value(None, Box::new(ModelServer2), HERE).unwrap();
    assert_eq!(registered.names().collect::<Vec<_>>(), ["box"]);
    let registered = checks.add_value(None, ModelServer2, HERE).unwrap();
    assert_eq!(registered.names().collect::<Vec<_>>(), ["model_server2"]);
}

#[test]
fn fresh_runs_are_single_and_waited_for() {
    let (checks, engine) = engine();
    let (begun, started) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Arc::new(Mutex::new(gate));
    let options =
        CheckOptions::new().interval(Duration::from_secs(3_600)).timeout(Duration::from_secs(600));
    let waits = made(options, move || {
        let (begun, gate) = (begun.clone(), Arc::clone(&gate));
        Check::blocking(move || {
            let _ = begun.send(());
            let _ = gate.lock().unwrap().recv();
        })
    });
    let _registered = add(&checks, "waits", waits);
    let entry = find(&checks, "waits");
    started.recv().unwrap();
    // Both wait for the run that is under way.
    let fresh: Vec<_> = (0..2).map(|_| engine.fresh(vec![Arc::clone(&entry)])).collect();
    open.send(()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for one in fresh {
            one.await;
        }
    });
    assert_eq!(runs(&entry, Ended::Passed), 1);
    // A third starts one of its own: the next would be in an hour.
    let third = engine.fresh(vec![Arc::clone(&entry)]);
    started.recv().unwrap();
    open.send(()).unwrap();
    runtime.block_on(third);
    assert_eq!(runs(&entry, Ended::Passed), 2);
}

struct Ratio(Mutex<f64>);

impl Source for Ratio {
    fn name(&self) -> String {
        "agent/plan".to_owned()
    }

    fn options(&self) -> CheckOptions {
        OFTEN.severity(Severity::Degraded)
    }

    fn place(&self) -> Place {
        HERE
    }

    fn evaluate(&self, _: Instant) -> Verdict {
        let ratio = *self.0.lock().unwrap();
        if ratio > 0.05 {
            Verdict::fail("error_ratio").observed(ratio, 0.05, "ratio")
        } else {
            Verdict::pass()
        }
    }
}

#[test]
fn verdicts_that_are_computed_are_checks_like_any() {
    let (checks, _engine) = engine();
    let source = Arc::new(Ratio(Mutex::new(0.0)));
    let contributed: Arc<dyn Source> = source.clone();
    let registered = checks.contribute(contributed).unwrap();
    let entry = find(&checks, "agent/plan");
    until("it passes", || status(&entry).0 == Status::Pass);
    *source.0.lock().unwrap() = 0.4;
    until("it fails", || status(&entry) == (Status::Fail, "error_ratio"));
    let observed = entry.known().observed.unwrap();
    assert_eq!((observed.value, observed.threshold, observed.unit), (0.4, 0.05, "ratio"));
    drop(registered);
    assert!(checks.all().is_empty());
}

#[test]
fn what_is_down_is_asked_less_often_until_it_comes_up() {
    let options = CheckOptions::new().interval(Duration::from_secs(2)).fail_after(3);
    let checks = Arc::new(Checks::default());
    let _registered = add(&checks, "down", made(options, || Check::blocking(|| ())));
    let entry = find(&checks, "down");
    let after = |verdict: Verdict| {
        entry.record(&verdict, Duration::ZERO);
        entry.interval().as_secs()
    };
    let mut intervals = vec![after(Verdict::pass())];
    intervals.extend((0..8).map(|_| after(Verdict::fail("down"))));
    assert_eq!(intervals, [2, 2, 2, 2, 4, 8, 16, 16, 16]);
    assert_eq!(after(Verdict::pass()), 2, "it may be coming up");
}

/// A check of ours, as the watchdog contributes it.
struct Ours(&'static str);

impl Source for Ours {
    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn options(&self) -> CheckOptions {
        OFTEN
    }

    fn place(&self) -> Place {
        HERE
    }

    fn evaluate(&self, _: Instant) -> Verdict {
        Verdict::pass()
    }
}

#[test]
fn no_check_of_the_program_stands_in_the_place_of_one_of_ours() {
    let checks = Arc::new(Checks::default());
    let register = |name: &str| {
        let value = made(OFTEN, || Check::blocking(|| ()));
        checks.add_value(Some(name.to_owned()), value, HERE)
    };
    for name in OURS {
        let Refused(message) = register(name).unwrap_err();
        assert!(message.contains(name) && message.contains("register_as"), "{message}");
    }
    assert!(register("watchdog/mine").is_err(), "the next of ours may be called so");
    let _taken = ["slo", "watchdog", "watchdogs/runtime"].map(|name| register(name).unwrap());
    let _ours = OURS.map(|name| checks.contribute(Arc::new(Ours(name))).unwrap());
}

#[test]
fn ours_find_room_beside_as_many_as_there_may_be() {
    let checks = Arc::new(Checks::default());
    let value = || made(OFTEN, || Check::blocking(|| ()));
    let add = |name: String| checks.add_value(Some(name), value(), HERE);
    let before = checks.contribute(Arc::new(Ours(OURS[0]))).unwrap();
    let kept: Vec<_> = (0..MOST).map(|number| add(format!("check/{number}")).unwrap()).collect();
    assert!(add("one/more".to_owned()).is_err());
    let _after = checks.contribute(Arc::new(Ours(OURS[1]))).unwrap();
    assert!(add("one/more".to_owned()).is_err());
    drop((before, kept));
    let _more = add("one/more".to_owned()).unwrap();
}
