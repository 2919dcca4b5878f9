//! What the tables say: of functions that were called, of those that were not, of agents, and of names that are hostile.

use super::{Functions, Report, Spend, cells, functions::tests::row};
use crate::snapshot::{Family, Kind, Snapshot, Value, Visitor as _};

fn report(functions: Functions, spend: Spend) -> Report {
    Report { functions, spend, most: 50 }
}

fn nobody() -> Spend {
    Spend::of(&[])
}

#[test]
fn modules_and_functions_come_by_the_time_they_took() {
    let rows = vec![
        row("a::quick", "one", 0.1),
        row("z::slow", "first", 2.0),
        row("z::slow", "second", 5.0),
        row("m::middle", "one", 1.0),
    ];
    let text = report(Functions::from_parts(rows, &[]), nobody()).to_string();
    let names: Vec<&str> =
        text.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(names, ["z::slow", "second", "first", "m::middle", "one", "a::quick", "one"]);
    let ends: Vec<usize> = text.lines().filter(|line| line.len() > 60).map(str::len).collect();
    assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "columns are straight:\n{text}");
}

#[test]
fn what_is_not_shown_is_said() {
    let rows = (1..=60u32).map(|n| row("m", "f", f64::from(n))).collect();
    let all = Functions::from_parts(rows, &["m::a", "m::b", "m::c", "m::d", "m::e", "m::f"]);
    let text = report(all.clone(), nobody()).to_string();
    // 1 to 10 of 1 to 60.
    assert!(text.contains("\nand 10 more, which ran for 3 % of the time"), "{text}");
    assert!(text.contains("\n6 never called: m::a, m::b, m::c, m::d, m::e, .."), "{text}");
    let text = report(all, nobody()).most(60).to_string();
    assert!(!text.contains("more, which"), "{text}");
}

#[test]
fn errors_are_listed_by_how_many_there_are_and_not_without_end() {
    let mut rows: Vec<_> = (0..12).map(|_| row("m", "f", 1.0)).collect();
    rows[3].errors = vec![("Few", 2), ("Many", 900)];
    for row in &mut rows[4..] {
        row.errors.push(("Other", 1));
        row.errors.push(("Another", 1));
    }
    let text = report(Functions::from_parts(rows, &[]), nobody()).to_string();
    let errors: Vec<&str> =
        text.lines().skip_while(|line| !line.ends_with("what failed")).skip(1).collect();
    assert_eq!(errors[..2], ["     900  Many in m::f", "       2  Few in m::f"]);
    assert_eq!(errors.len(), 11);
    assert_eq!(errors[10], "and 8 more types of errors");
}

#[test]
fn a_program_that_did_nothing_says_so() {
    let text = report(Functions::from_parts(Vec::new(), &["m::main"]), nobody()).to_string();
    assert_eq!(text, "what each function did: nothing was counted\nnever called: m::main");
}

#[test]
fn agents_come_by_what_they_spent_and_cannot_move_the_cursor() {
    let mut snapshot = Snapshot::default();
    let family = |name| Family::new(name, "", Kind::Counter, None);
    snapshot.family(&family("observe_llm_cost_usd_total"));
    for (agent, dollars) in [("cheap", 0.5), ("dear\x1b[2J\n", 2.0), ("", 9.0)] {
        snapshot.series(&[("gen_ai_agent_name", agent)], &Value::Float(dollars));
    }
    snapshot.family(&family("observe_tasks_total"));
    for (status, tasks) in [("success", 3), ("failure", 1)] {
        snapshot.series(&[("agent", "cheap"), ("status", status)], &Value::Unsigned(tasks));
    }
    let text = report(Functions::from_parts(Vec::new(), &[]), Spend::of(&snapshot.families));
    let text = text.to_string();
    let rows: Vec<&str> =
        text.lines().skip_while(|line| !line.starts_with("what each agent")).skip(1).collect();
    assert_eq!(rows.len(), 2, "what no agent spent is not listed:\n{text}");
    assert!(rows[0].starts_with("dear\u{fffd}[2J\u{fffd} ") && rows[0].contains("2.000000"));
    assert!(rows[1].starts_with("cheap ") && rows[1].contains(" 75 % "), "{}", rows[1]);
}

#[test]
fn names_end_somewhere() {
    assert_eq!(cells::name(&"x".repeat(48)), "x".repeat(48));
    assert_eq!(cells::name(&"ä".repeat(49)), "ä".repeat(47) + "…");
    assert_eq!(cells::time(Some(0.001_25)), "1.2ms");
    assert_eq!(cells::time(None), "-");
    assert_eq!(cells::share(0.0, 0.0), "-");
}
