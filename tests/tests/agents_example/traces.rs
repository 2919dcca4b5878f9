//! One trace for each task: across spawned agents, blocking file work and the requests to the model server; in a
//! collector, and printed by `--trace`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use observant_tests::otlp::Receiver;
use opentelemetry_proto::tonic::trace::v1::{Span, Status, span::SpanKind, status::StatusCode};

use crate::program::{Finished, Place};

/// Who works within whom, of a review: the root is within nobody.
const REVIEW: [(&str, &str); 23] = [
    ("task Review", ""),
    ("review_file", "task Review"),
    // Blocking work.
    ("invoke_agent reader", "review_file"),
    ("file.read", "invoke_agent reader"),
    ("decode", "invoke_agent reader"),
    ("SELECT files", "review_file"),
    ("INSERT files", "review_file"),
    ("INSERT knowledge", "INSERT files"),
    // What keeps a document from the model.
    ("guardrail secrets", "review_file"),
    ("guardrail instructions", "review_file"),
    // Agents in a task of their own.
    ("agree", "review_file"),
    ("Conversation::about", "agree"),
    ("invoke_agent analyst", "agree"),
    ("invoke_agent reviewer", "agree"),
    ("read_answer", "invoke_agent reviewer"),
    ("evaluator grounding", "agree"),
    // The request.
    ("Model::ask", "invoke_agent analyst"),
    ("chat extractive-1", "Model::ask"),
    ("POST", "chat extractive-1"),
    // The server, and its blocking work.
    ("POST /v1/chat/completions", "POST"),
    ("respond", "POST /v1/chat/completions"),
    ("completion", "respond"),
    ("answer", "completion"),
];

/// The same, of the drill whose model refuses twice.
const OVERLOADED: [(&str, &str); 6] = [
    ("task Drill", ""),
    ("rehearse", "task Drill"),
    ("ask_overloaded_model", "rehearse"),
    ("invoke_agent sparring_partner", "ask_overloaded_model"),
    ("Model::ask", "invoke_agent sparring_partner"),
    ("POST /v1/chat/completions", "POST"),
];

/// The same, of the digest, whose answer is streamed.
const DIGEST: [(&str, &str); 7] = [
    ("task Digest", ""),
    ("agree", "task Digest"),
    ("invoke_agent editor", "agree"),
    ("Model::ask", "invoke_agent editor"),
    ("chat extractive-1", "Model::ask"),
    ("POST", "chat extractive-1"),
    ("POST /v1/chat/completions", "POST"),
];

fn place_with_files(files: usize) -> Place {
    let place = Place::new();
    for number in 0..files {
        let text = format!("# Title {number}\n\nA sentence about subject {number}, no other.\n");
        place.put(&format!("file{number}.md"), text);
    }
    place
}

/// A trace as its spans by name, each with the names of those it is within.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) spans: Vec<Span>,
}

impl Trace {
    pub(crate) fn of_all(spans: Vec<Span>) -> Vec<Self> {
        let mut traces: BTreeMap<Vec<u8>, Vec<Span>> = BTreeMap::new();
        for span in spans {
            traces.entry(span.trace_id.clone()).or_default().push(span);
        }
        traces.into_values().map(|spans| Self { spans }).collect()
    }

    pub(crate) fn named<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t Span> {
        self.spans.iter().filter(move |span| span.name == name)
    }

    /// The names of a span's parents; `""` is that of a root, and `?` of one that never came.
    fn parents(&self, name: &str) -> BTreeSet<&str> {
        let names: HashMap<_, _> =
            self.spans.iter().map(|span| (&span.span_id[..], &*span.name)).collect();
        let parent = |span: &Span| {
            if span.parent_span_id.is_empty() {
                return "";
            }
            names.get(&span.parent_span_id[..]).copied().unwrap_or("?")
        };
        self.named(name).map(parent).collect()
    }

    /// What task it is the trace of.
    fn task(&self) -> Option<String> {
        let root = self.spans.iter().find(|span| span.name.starts_with("task "))?;
        let value = root.attributes.iter().find(|attribute| attribute.key == "task")?;
        match value.value.clone()?.value? {
            opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(task) => {
                Some(task)
            }
            _ => None,
        }
    }

    #[track_caller]
    pub(crate) fn assert_nested(&self, expected: &[(&str, &str)]) {
        for (name, parent) in expected {
            assert_eq!(self.parents(name), [*parent].into(), "{name} in {self:#?}");
        }
    }
}

#[test]
fn every_task_is_one_trace_with_one_root() {
    let receiver = Receiver::start();
    let place = place_with_files(9);
    place.put("picture.bin", [0, 1, 2, 3]);
    let mut command = place.agents();
    command.arg("--once").env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url());
    command.env("OTEL_BSP_MAX_QUEUE_SIZE", "20000");
    Finished::of(&mut command).assert_code(0);

    let traces = Trace::of_all(receiver.spans());
    let tasks: BTreeMap<String, &Trace> =
        traces.iter().filter_map(|trace| Some((trace.task()?, trace))).collect();
    assert_eq!(tasks.len(), 15, "{:?}", tasks.keys());
    for trace in tasks.values() {
        let roots = trace.spans.iter().filter(|span| span.parent_span_id.is_empty());
        let roots: Vec<_> = roots.map(|span| &*span.name).collect();
        assert!(matches!(roots[..], ["task Review" | "task Drill" | "task Digest"]), "{roots:?}");
        for span in &trace.spans {
            assert!(!trace.parents(&span.name).contains("?"), "{}: {trace:#?}", span.name);
        }
    }
    // Nothing of a task is anywhere else.
    for trace in traces.iter().filter(|trace| trace.task().is_none()) {
        // The store is asked for other ends, too.
        for (name, _) in REVIEW.iter().filter(|(name, _)| !name.ends_with(" files")) {
            assert_eq!(trace.named(name).count(), 0, "{name} is in no task: {trace:#?}");
        }
    }

    for number in 0..9 {
        tasks[&format!("file{number}.md")].assert_nested(&REVIEW);
    }
    let trace = tasks["file0.md"];
    let kinds = |name| trace.named(name).map(Span::kind).collect::<Vec<_>>();
    assert!(kinds("POST").iter().all(|kind| *kind == SpanKind::Client));
    assert!(kinds("POST /v1/chat/completions").iter().all(|kind| *kind == SpanKind::Server));

    tasks["picture.bin"].assert_nested(&[
        ("invoke_agent reader", "review_file"),
        ("file.read", "invoke_agent reader"),
    ]);
    let overloaded = tasks["drill \"overloaded model\""];
    overloaded.assert_nested(&OVERLOADED);
    assert_eq!(overloaded.named("chat extractive-1-overloaded").count(), 3);
    assert_eq!(overloaded.named("respond").count(), 3);
    let broken = tasks["drill \"broken tool\""];
    broken.assert_nested(&[("rehearse", "task Drill"), ("execute_tool column", "rehearse")]);
    let column = broken.named("execute_tool column").next().and_then(|span| span.status.as_ref());
    assert_eq!(column.map(Status::code), Some(StatusCode::Error));
    let missed = tasks["drill \"missed deadline\""];
    missed.assert_nested(&[("read_endless_document", "rehearse"), ("POST", "chat extractive-1")]);
    tasks["digest"].assert_nested(&DIGEST);
}

/// The lines of the printed tree, each by its depth and its name.
fn printed(said: &str) -> Vec<(usize, String)> {
    let mut lines = said.lines().skip_while(|line| *line != "the trace of one task:").skip(1);
    let heading = lines.next().expect("a tree");
    assert!(heading.starts_with("trace "), "{said}");
    // What happened within a span is no span.
    let is_event = |line: &&str| line.trim_start_matches(['│', ' ']).starts_with('·');
    let branches = lines.filter(|line| !is_event(line)).map_while(|line| {
        let (indent, rest) = line.split_once("─ ")?;
        Some((indent.chars().count() / 3, rest.split("  ").next()?.to_owned()))
    });
    branches.collect()
}

#[test]
fn trace_prints_the_tree_of_one_task() {
    let receiver = Receiver::start();
    let place = place_with_files(3);
    // First by name, and never reviewed.
    place.put("binary", [0, 1, 2, 3]);
    // With the memory of the first run too there is a review to be seen.
    for _ in 0..2 {
        let mut command = place.agents();
        command.args(["--once", "--trace"]);
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url());
        let run = Finished::of(&mut command);
        run.assert_code(0);
        assert_eq!(run.stderr, "");
        assert_eq!(run.stdout.matches("\ntrace ").count(), 1, "{}", run.stdout);
        assert!(run.stdout.contains("  task=file0.md"), "{}", run.stdout);

        let tree = printed(&run.stdout);
        for (name, parent) in REVIEW {
            let at = tree.iter().position(|(_, each)| each == name).expect(name);
            let above = tree[..at].iter().rfind(|(depth, _)| *depth < tree[at].0);
            assert_eq!(above.map_or("", |(_, name)| name), parent, "{name} in {}", run.stdout);
        }
        assert_eq!(tree.iter().filter(|(depth, _)| *depth == 0).count(), 1, "{}", run.stdout);
    }
    assert_eq!(receiver.spans(), [], "what is printed is not sent");
}

#[test]
fn trace_says_when_there_is_nothing_to_print() {
    let place = place_with_files(1);
    let mut command = place.agents();
    let run = Finished::of(command.args(["--once", "--trace"]).env("OTEL_SDK_DISABLED", "true"));
    run.assert_code(0);
    assert!(run.stdout.contains("\nnothing was recorded"), "{}", run.stdout);
}

#[test]
fn an_empty_folder_has_a_drill_to_trace() {
    let run = Place::new().once(&["--trace"]);
    run.assert_code(0);
    let tree = printed(&run.stdout);
    for (name, _) in OVERLOADED {
        assert!(tree.iter().any(|(_, each)| each == name), "{name} in {}", run.stdout);
    }
}

#[test]
fn nothing_is_traced_unless_somebody_asks() {
    let run = place_with_files(2).once(&[]);
    run.assert_code(0);
    assert!(!run.stdout.contains("trace"), "{}", run.stdout);
    assert_eq!(run.stderr, "");
}
