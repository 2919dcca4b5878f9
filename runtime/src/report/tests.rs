//! What the tables say: of functions that were called, of those that were not, of agents, and of names that are hostile.

use super::{Functions, Report, Spend, cells, functions::tests::row, width};
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

/// The columns where the cells of a line end, in a terminal.
fn ends(line: &str) -> Vec<usize> {
    let mut column = 0;
    let mut ends = Vec::new();
    let mut chars = line.trim_end().chars().peekable();
    while let Some(char) = chars.next() {
        column += width::of(char);
        // What stands between cells is two blanks, or one before a cell as wide as its column.
        if char != ' ' && chars.peek().is_none_or(|next| *next == ' ') {
            ends.push(column);
        }
    }
    ends
}

#[test]
fn columns_are_straight_whatever_stands_in_them() {
    let rows = vec![
        row("m", "変数と関数の名前", 123_456.7).called(1_234_567_890),
        row("m", "हिन्दी", 0.000_000_3),
        row("m", "gro\u{308}\u{df}e", 1.0).panicked(12_345_678_901),
        row("m", &"関".repeat(40), 999.97),
        row("m", "plain", 59.0),
    ];
    let text = report(Functions::from_parts(rows, &[]), nobody()).to_string();
    let (table, failed) = text.split_once("\n\n").expect("something failed");
    let table: Vec<&str> =
        table.lines().skip(1).filter(|line| !line.starts_with("of sev")).collect();
    let [heads, _module, rows @ ..] = &table[..] else { panic!("{text}") };
    assert_eq!(rows.len(), 5, "{text}");
    for row in rows {
        assert_eq!(ends(row)[1..], ends(heads)[1..], "{text}");
    }
    assert!(text.contains(" 1d10h ") && text.contains(" 16m40s "), "{text}");
    assert_eq!(
        failed,
        "      calls  what failed, by how often\n12345678901  panic in m::gro\u{308}\u{df}e"
    );

    let mut snapshot = Snapshot::default();
    snapshot.family(&Family::new("observe_llm_cost_usd_total", "", Kind::Counter, None));
    for (agent, dollars) in [("変数", 1e15 / 7.0), ("plain", 0.000_000_1)] {
        snapshot.series(&[("gen_ai_agent_name", agent)], &Value::Float(dollars));
    }
    snapshot.family(&Family::new("observe_llm_tokens_total", "", Kind::Counter, None));
    let tokens = [("gen_ai_agent_name", "plain"), ("gen_ai_token_type", "input")];
    snapshot.series(&tokens, &Value::Unsigned(123_456_789_012));
    let text = report(Functions::from_parts(Vec::new(), &[]), Spend::of(&snapshot.families));
    let text = text.to_string();
    let (_, table) = text.split_once("\n\n").expect("a table");
    let [heads, dear, cheap] = table.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    let last = |line: &str| *ends(line).last().expect("cells");
    assert!(dear.contains(" 142857142857142.84") && cheap.contains(" <0.000001 "), "{text}");
    assert_eq!([last(dear), last(cheap)], [last(heads); 2], "{text}");
    for (cell, head) in [(" <0.000001", " USD"), (" 123456789012", " tokens in")] {
        let end = |line: &str, cell: &str| {
            let at = line.find(cell).expect("it is there") + cell.len();
            width::width(&line[..at])
        };
        assert_eq!(end(cheap, cell), end(heads, head), "{text}");
    }
}

#[test]
fn cancelled_tasks_neither_succeeded_nor_failed() {
    let mut snapshot = Snapshot::default();
    snapshot.family(&Family::new("observe_tasks_total", "", Kind::Counter, None));
    for (status, tasks) in [("success", 3), ("failure", 1), ("cancelled", 96)] {
        snapshot.series(&[("agent", "a"), ("status", status)], &Value::Unsigned(tasks));
    }
    let text = report(Functions::from_parts(Vec::new(), &[]), Spend::of(&snapshot.families));
    let text = text.to_string();
    assert!(text.contains(" 100     75 % "), "{text}");
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
    for (seconds, text) in [
        (0.0, "0.0ns"),
        (59.94, "59.9s"),
        (999.94, "999.9s"),
        (999.96, "16m40s"),
        (3_599.6, "1h0m"),
        (86_399.0, "23h59m"),
        (123_456.7, "1d10h"),
        (4e7, "462d23h"),
    ] {
        assert_eq!(cells::time(Some(seconds)), text);
    }
    assert_eq!(cells::name(&"関".repeat(24)), "関".repeat(24));
    assert_eq!(cells::name(&"関".repeat(25)), "関".repeat(23) + "…");
    assert_eq!(cells::path(&"関".repeat(25)), "…".to_owned() + &"関".repeat(23));
    assert_eq!(cells::name(&"e\u{301}".repeat(48)), "e\u{301}".repeat(48));
    assert_eq!(cells::path(&"e\u{301}".repeat(49)), "…".to_owned() + &"e\u{301}".repeat(47));
    assert_eq!(cells::dollars(0.000_000_4), "<0.000001");
    assert_eq!(cells::share(0.0, 0.0), "-");
}
