//! What the tables say: of functions that were called, of those that were not, of agents, and of names that are hostile.

use super::{Functions, Report, Spend, cells, functions::tests::row};
use crate::{
    callsite::{Buckets, Callsite, Metadata, Module},
    cell::{self, Ended},
    registry::{Figures, Listing},
    snapshot::{Family, Kind, Snapshot, Value, Visitor as _},
};

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
        text.lines().skip(2).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(names, ["z::slow", "second", "first", "m::middle", "one", "a::quick", "one"]);
    let ends: Vec<usize> =
        text.lines().skip(1).filter(|line| line.len() > 60).map(str::len).collect();
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
    let errors: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains("what failed, by how often"))
        .skip(1)
        .collect();
    assert_eq!(errors[..2], ["     900  Many in m::f", "       2  Few in m::f"]);
    assert_eq!(errors.len(), 11);
    assert_eq!(errors[10], "and 8 more kinds of failures");
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
    assert_eq!(rows.len(), 3, "{text}");
    assert!(rows[0].starts_with("(no agent) ") && rows[0].contains(" 9.000000 "), "{text}");
    assert!(rows[0].split_whitespace().filter(|cell| *cell == "-").count() == 6, "{text}");
    assert!(rows[1].starts_with("dear\u{fffd}[2J\u{fffd} ") && rows[1].contains("2.000000"));
    assert!(rows[2].starts_with("cheap ") && rows[2].contains(" 75 % "), "{}", rows[2]);
}

#[test]
fn agents_whose_names_begin_alike_are_two_and_what_costs_nothing_is_a_dash() {
    let alike = ["x".repeat(60) + "a", "x".repeat(60) + "b"];
    let mut snapshot = Snapshot::default();
    snapshot.family(&Family::new("observe_tasks_total", "", Kind::Counter, None));
    for agent in &alike {
        snapshot.series(&[("agent", agent), ("status", "success")], &Value::Unsigned(1));
    }
    // Who has no name and spent nothing is not listed.
    snapshot.series(&[("agent", ""), ("status", "success")], &Value::Unsigned(1));
    let spend = Spend::of(&snapshot.families);
    let text = report(Functions::from_parts(Vec::new(), &[]), spend).to_string();
    let (_, table) = text.split_once("what each agent spent, by cost").expect("a table");
    let (heads, rows) = table.split_once('\n').expect("rows");
    assert!(heads.contains("llm calls") && heads.contains("tool calls"), "{heads}");
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(rows.len(), 2, "{text}");
    for row in rows {
        assert!(row.starts_with(&("x".repeat(47) + "… ")), "{text}");
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(cells, [cells[0], "0", "1", "100", "%", "0", "0", "-", "0", "0", "0"]);
    }
}

#[test]
fn panics_are_among_what_failed_and_bounds_are_explained_where_there_are_some() {
    let rows = vec![row("m", "f", 1.0), row("m", "g", 1.0).panicked(3)];
    let text = report(Functions::from_parts(rows, &[]), nobody()).to_string();
    assert!(
        text.ends_with("\n   calls  what failed, by how often\n       3  panic in m::g"),
        "{text}"
    );
    assert!(!text.contains("upper bounds"), "what single calls took is exact:\n{text}");
    let rows = vec![row("m", "f", 1.0).called(2)];
    let text = report(Functions::from_parts(rows, &["m::idle"]), nobody()).to_string();
    assert!(
        text.starts_with(
            "what each function did: modules by self time, their functions by total time\nfunction "
        ),
        "{text}"
    );
    let end = "\nof several calls p99 and max are upper bounds, at most 9 % too much\nnever called: m::idle";
    assert!(text.ends_with(end), "{text}");
}

/// The bound of the bucket of a call is above what it took.
#[test]
fn of_one_call_all_times_are_the_same_and_none_is_above_the_sum() {
    let module = Module { path: "m", file: "m.rs", crate_name: "package", crate_version: "1.0.0" };
    let callsite: &'static Callsite = Box::leak(Box::new(Callsite::new(Metadata {
        module: Box::leak(Box::new(module)),
        function: "f",
        line: 1,
        fallible: false,
        cancellable: false,
        buckets: Buckets::Default,
        labels: &[],
    })));
    let shard = cell::current(callsite.make_cells().expect("it is on"));
    let end = |duration| {
        shard.start();
        shard.end(Ended { outcome: 0, duration, busy: duration, own: duration });
    };
    let times = || {
        let listing = Listing::new(vec![callsite]);
        let figures = Figures::of(&listing.functions[0]);
        let bound = figures.seconds(callsite.ladder(), 1.0).expect("a call");
        let (total, bounded) = Functions::of(&listing).times();
        (total, bounded, bound)
    };
    end(10_000_019);
    let (total, bounded, bound) = times();
    assert!(bound > total, "the bound is no bound: nothing is tested");
    assert_eq!(bounded, [Some(total); 3]);
    end(3);
    let (total, [mean, p99, max], bound) = times();
    assert!(bound > total, "the bound is no bound: nothing is tested");
    assert_eq!((mean, p99, max), (Some(total / 2.0), Some(total), Some(total)));
    end(10_000_019);
    let (total, [_, p99, max], bound) = times();
    assert!(bound < total && [p99, max] == [Some(bound); 2], "of several the bound is shown");
}

#[test]
fn names_end_somewhere() {
    assert_eq!(cells::name(&"x".repeat(48)), "x".repeat(48));
    assert_eq!(cells::name(&"ä".repeat(49)), "ä".repeat(47) + "…");
    let path = format!("{}::the_function", "module::".repeat(10));
    assert_eq!(cells::path("a::b"), "a::b");
    assert_eq!(cells::path(&"x".repeat(48)), "x".repeat(48));
    let shown = cells::path(&path);
    assert!(shown.starts_with('…') && shown.ends_with("module::::the_function"), "{shown}");
    assert_eq!(shown.chars().count(), 48);
    for hostile in
        ['\u{61c}', '\u{200f}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{2028}', '\u{2029}', '\n']
    {
        let text = format!("a{hostile}b");
        assert_eq!([cells::name(&text), cells::path(&text)], ["a\u{fffd}b", "a\u{fffd}b"]);
    }
    assert_eq!(cells::name("a\u{2027}b\u{202f}c\u{2065}"), "a\u{2027}b\u{202f}c\u{2065}");
    assert_eq!([cells::dollars(0.0), cells::dollars(0.25)], ["-", "0.250000"]);
    assert_eq!(cells::time(Some(0.001_25)), "1.2ms");
    assert_eq!(cells::time(None), "-");
    assert_eq!(cells::share(0.0, 0.0), "-");
}
