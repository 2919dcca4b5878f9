//! Functions switched off and on while a program runs, by environment, code and control. The program is a process, since
//! switches are one per process.

use observant_tests::program::Program;
use serde_json::{Value as Json, json};

/// Where the observed functions live.
const FUNCTIONS: &str = "observant_fixture_program::functions";

fn program(environment: &[(&str, &str)]) -> Program {
    let free = [("OBSERVANT_LISTEN", "127.0.0.1:0")];
    let environment = [&free, environment].concat();
    Program::start(env!("CARGO_BIN_EXE_observant-fixture-program"), &environment)
}

/// Calls of one function that ended well.
fn ok(program: &mut Program, function: &str) -> u64 {
    program.tell(&format!("figures {function}"))["calls"]["ok"].as_u64().expect("a number")
}

/// How many functions the program has, and how many of them are off.
fn numbers(program: &Program) -> (u64, u64) {
    let status = program.status();
    let number = |json: &Json| json.as_u64().expect("a number");
    (number(&status["totals"]["functions"]), number(&status["switches"]["functions_off"]))
}

#[test]
fn everything_off_and_on_again_within_one_call() {
    let mut program = program(&[]);
    program.init("");
    for round in 1..4 {
        program.tell("call plain labelled");
        assert_eq!((ok(&mut program, "plain"), ok(&mut program, "labelled")), (round, round));
        program.tell("control disable");
        assert_eq!(program.tell("control is_enabled"), false);
        let (functions, off) = numbers(&program);
        assert_eq!(functions, off);
        program.tell("call plain labelled waits cancelled panics fallible");
        program.tell("control enable");
        assert_eq!(program.tell("control is_enabled"), true);
        assert_eq!(numbers(&program).1, 0);
    }
    assert_eq!(program.tell("figures panics")["calls"]["panic"], 0);
    assert_eq!(
        program.tell("figures waits")["calls"],
        json!({ "ok": 0, "error": 0, "panic": 0, "cancelled": 0 })
    );
}

#[test]
fn by_function_by_type_by_module_and_by_crate() {
    let mut program = program(&[]);
    program.init("");
    let functions = numbers(&program).0;
    for (path, covered) in [
        (format!("{FUNCTIONS}::plain"), 1),
        (format!("{FUNCTIONS}::Store"), 2),
        (format!("{FUNCTIONS}::Store::load"), 1),
        (format!("{FUNCTIONS}::twins"), 2),
        (format!("{FUNCTIONS}::twins::same"), 2),
        (format!("{FUNCTIONS}::twins::same#2"), 1),
        (format!("{FUNCTIONS}::twins::"), 2),
        (format!(" {FUNCTIONS}::labelled "), 1),
        ("observant_fixture_program".to_owned(), functions),
        // No prefix of letters, and nothing that is not there.
        (format!("{FUNCTIONS}::plai"), 0),
        ("observant_fixture".to_owned(), 0),
        (format!("{FUNCTIONS}::plain::deeper"), 0),
    ] {
        assert_eq!(program.tell(&format!("control switch_off {path}")), covered, "{path}");
        assert_eq!(numbers(&program).1, covered, "{path}");
        assert_eq!(program.tell(&format!("control switch_on {path}")), covered, "{path}");
        assert_eq!(numbers(&program).1, 0, "{path}");
        program.tell("control set_filter");
    }
}

#[test]
fn what_is_off_is_not_counted_and_its_neighbours_are() {
    let mut program = program(&[]);
    program.init("");
    for (path, off, on) in [
        ("plain", "plain", "load"),
        ("Store::load", "load", "plain"),
        ("labelled", "labelled", "plain"),
        ("twins::same#2", "other", "one"),
    ] {
        let figures = |call| match call {
            "load" => "Store::load",
            "one" => "same",
            "other" => "same#2",
            other => other,
        };
        let before = (ok(&mut program, figures(off)), ok(&mut program, figures(on)));
        program.tell(&format!("control switch_off {FUNCTIONS}::{path}"));
        program.tell(&format!("call {off} {on}"));
        assert_eq!(
            (ok(&mut program, figures(off)), ok(&mut program, figures(on))),
            (before.0, before.1 + 1)
        );
        program.tell(&format!("control switch_on {FUNCTIONS}::{path}"));
        program.tell(&format!("call {off}"));
        assert_eq!(ok(&mut program, figures(off)), before.0 + 1, "{path}");
    }
}

#[test]
fn the_longest_path_decides_whoever_said_it() {
    let filter =
        format!("off,{FUNCTIONS}=metrics,{FUNCTIONS}::Store=OFF, {FUNCTIONS}::Store::load = on");
    let code = format!("init filter={}", filter.replace(' ', ""));
    for (environment, init) in
        [(("OBSERVANT_FILTER", filter.as_str()), "init"), (("OBSERVANT_A", ""), code.as_str())]
    {
        let mut program = program(&[environment]);
        program.tell("call plain load");
        program.tell(init);
        program.tell("call plain load");
        assert_eq!((ok(&mut program, "plain"), ok(&mut program, "Store::load")), (2, 2));
        program.tell("work");
        assert_eq!(ok(&mut program, "Store::load_both"), 0);
        program.tell("shapes");
        assert_eq!(ok(&mut program, "free"), 0, "`off` alone is for everything else");
        let shown = program.tell("control filter");
        // What is shown is what is taken.
        assert_eq!(
            program.tell(&format!("control set_filter {}", shown.as_str().unwrap())),
            Json::Null
        );
        assert_eq!(program.tell("control filter"), shown);
        // A path switched on beats the directives above it, and forgets those below.
        program.tell(&format!("control switch_on {FUNCTIONS}"));
        program.tell("work");
        assert_eq!(ok(&mut program, "Store::load_both"), 1);
        assert_eq!(program.tell("control filter"), format!("{FUNCTIONS}=on,off"));
    }
}

#[test]
fn from_another_thread_for_all_threads() {
    let mut program = program(&[]);
    program.init("");
    program.tell("call plain");
    assert_eq!(program.tell(&format!("control-elsewhere switch_off {FUNCTIONS}::plain")), 1);
    program.tell("call plain");
    assert_eq!(ok(&mut program, "plain"), 1);
    program.tell("control-elsewhere disable");
    program.tell("call load");
    program.tell("control-elsewhere enable");
    assert_eq!((ok(&mut program, "plain"), ok(&mut program, "Store::load")), (1, 0));
    assert_eq!(program.tell(&format!("control-elsewhere switch_on {FUNCTIONS}::plain")), 1);
    program.tell("call plain");
    assert_eq!(ok(&mut program, "plain"), 2);
}

#[test]
fn calls_in_flight_end_as_they_began() {
    let mut program = program(&[]);
    program.init("");
    let waits = |program: &mut Program| {
        let figures = program.tell("figures waits");
        let number = |json: &Json| json.as_u64().expect("a number");
        (
            number(&figures["calls"]["ok"]),
            number(&figures["calls"]["cancelled"]),
            number(&figures["in_flight"]),
        )
    };
    program.tell("begin");
    program.tell("begin");
    assert_eq!(waits(&mut program), (0, 0, 2));
    program.tell(&format!("control switch_off {FUNCTIONS}::waits"));
    assert_eq!(waits(&mut program), (0, 0, 2), "they still run");
    program.tell("finish");
    assert_eq!(waits(&mut program), (2, 0, 0));
    // Begun while off: never counted, whatever happens to the switch.
    program.tell("begin");
    program.tell(&format!("control switch_on {FUNCTIONS}::waits"));
    assert_eq!(waits(&mut program), (2, 0, 0));
    program.tell("finish");
    assert_eq!(waits(&mut program), (2, 0, 0));
    // A value that was never polled has not begun; what holds at its first poll decides.
    program.tell("prepare");
    assert_eq!(waits(&mut program), (2, 0, 0));
    program.tell("control disable");
    program.tell("finish");
    program.tell("prepare");
    program.tell("control enable");
    assert_eq!(waits(&mut program), (2, 0, 0));
    program.tell("cancel");
    assert_eq!(waits(&mut program), (2, 0, 0));
    program.tell("prepare");
    program.tell("finish");
    assert_eq!(waits(&mut program), (3, 0, 0));
    // Dropped while off.
    program.tell("begin");
    program.tell("control disable");
    program.tell("cancel");
    assert_eq!(waits(&mut program), (3, 1, 0));
    program.tell("begin");
    program.tell("cancel");
    program.tell("control enable");
    assert_eq!(waits(&mut program), (3, 1, 0));
}

#[test]
fn a_bad_filter_is_an_error_and_changes_nothing() {
    let mut program = program(&[("OBSERVANT_FILTER", &format!("{FUNCTIONS}::plain=off"))]);
    program.init("");
    let before = program.tell("control filter");
    assert_eq!(before, format!("{FUNCTIONS}::plain=off"));
    for (operation, part) in [
        ("set_filter a=loud", "unknown level"),
        ("set_filter a=off,b", "`b` has no level"),
        ("set_filter a*=off", "`*`"),
        ("set_filter =off", "no path"),
        ("switch_off", "no path"),
        ("switch_on ::", "no path"),
        ("switch_off a::*", "`*`"),
    ] {
        let answer = program.tell(&format!("control {operation}"));
        assert_eq!(answer["setting"], true, "{operation}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(part), "{operation}: {answer}");
        assert_eq!(program.tell("control filter"), before, "{operation}");
        assert_eq!(numbers(&program).1, 1, "{operation}");
    }
    assert_eq!(program.tell("control set_filter"), Json::Null, "an empty filter filters nothing");
    assert_eq!(numbers(&program).1, 0);
}

#[test]
fn control_works_without_init() {
    let mut program = program(&[]);
    assert_eq!(program.tell("control is_enabled"), true);
    assert_eq!(program.tell("control filter"), "");
    assert_eq!(program.tell(&format!("control switch_off {FUNCTIONS}::plain")), 1);
    program.tell("call plain load");
    assert_eq!((ok(&mut program, "plain"), ok(&mut program, "Store::load")), (0, 1));
}

#[test]
fn init_starts_from_its_settings() {
    let mut program = program(&[]);
    program.tell(&format!("control switch_off {FUNCTIONS}::plain"));
    program.tell("control disable");
    program.init(&format!("filter={FUNCTIONS}::Store=off"));
    program.tell("call plain load");
    assert_eq!((ok(&mut program, "plain"), ok(&mut program, "Store::load")), (1, 0));
    assert_eq!(program.tell("control filter"), format!("{FUNCTIONS}::Store=off"));
}

#[test]
fn every_shape_returns_what_it_returns_on_and_off() {
    let mut program = program(&[]);
    program.init("");
    let on = program.tell("shapes");
    assert_eq!(on["observed"], on["bare"]);
    let counted = program.status()["totals"]["calls"].clone();
    assert!(counted["ok"].as_u64().unwrap() > 20, "{counted}");
    program.tell("control disable");
    assert_eq!(program.tell("shapes"), on);
    assert_eq!(program.status()["totals"]["calls"], counted);
}
