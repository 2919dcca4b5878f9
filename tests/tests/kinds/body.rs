//! What the code of a function says of its call: heard by the right one, and by nobody where there is none.

use super::{one, series, text};
use observant::{Outcome, Usage, observe, testing::capture};

#[observe]
fn judged(outcome: Option<Outcome>, returned: Result<(), ()>) -> Result<(), ()> {
    if let Some(outcome) = outcome {
        observant::current().outcome(outcome);
    }
    returned
}

#[observe]
async fn judged_early(outcome: Outcome) {
    observant::current().outcome(outcome);
    tokio::task::yield_now().await;
    inner_of_judged();
}

#[observe]
fn inner_of_judged() {}

#[tokio::test]
async fn the_outcome_is_what_the_code_says() {
    let captured = capture();
    judged(Some(Outcome::Failure("wrong_answer")), Ok(())).unwrap();
    judged(Some(Outcome::Success), Err(())).unwrap_err();
    judged(Some(Outcome::Timeout), Err(())).unwrap_err();
    judged(None, Ok(())).unwrap();
    judged_early(Outcome::Rejected).await;
    let ends: Vec<_> = captured
        .calls()
        .iter()
        .map(|call| {
            (
                call.function().to_owned(),
                call.outcome().to_owned(),
                call.error_type().map(str::to_owned),
            )
        })
        .collect();
    let end = |function: &str, outcome: &str, error: Option<&str>| {
        (function.to_owned(), outcome.to_owned(), error.map(str::to_owned))
    };
    assert_eq!(
        ends,
        [
            end("judged", "error", Some("wrong_answer")),
            end("judged", "ok", None),
            end("judged", "error", Some("timeout")),
            end("judged", "ok", None),
            end("inner_of_judged", "ok", None),
            end("judged_early", "error", Some("rejected")),
        ]
    );
}

#[observe(llm, provider = "p", model = "asked")]
fn model() {
    helper();
}

/// A plain function of its own between the call of the model and what is said.
#[observe]
fn helper() {
    observant::current()
        .model("answered")
        .usage(Usage { input: 5, ..Usage::default() })
        .attr("of", "helper");
}

#[observe(agent = "around")]
fn around() {
    model();
    // No call of a model is open: nobody hears it.
    observant::current().usage(Usage { input: 1_000, ..Usage::default() });
}

#[test]
fn the_nearest_that_it_concerns_hears_it() {
    let captured = capture();
    around();
    let spans = captured.spans();
    let model = one(&spans, "chat asked");
    assert_eq!(text(model, "gen_ai.response.model"), Some("answered"));
    assert_eq!(text(model, "of"), None);
    assert_eq!(text(one(&spans, "helper"), "of"), Some("helper"));
    let agent = one(&spans, "invoke_agent around");
    assert_eq!(super::number(agent, "gen_ai.aggregated_usage.input_tokens"), Some(5));
}

#[test]
fn outside_of_a_call_nothing_happens() {
    observant::current()
        .usage(Usage::default())
        .outcome(Outcome::Timeout)
        .retry("outside")
        .event("outside")
        .score("outside", 1.0)
        .human_intervention()
        .chunk()
        .attr("k", 1);
    let snapshot = observant::snapshot();
    for (family, label) in [
        ("observe_retries_total", "reason"),
        ("observe_events_total", "event_type"),
        ("observe_evaluation_score", "name"),
    ] {
        assert_eq!(snapshot.sum(family, &[(label, "outside")]), 0.0, "{family}");
    }
}

#[observe(llm, provider = "p", model = |answer| &answer.model, usage = |answer| (answer.tokens, 1_u8))]
fn answers() -> Result<Answer, ()> {
    Ok(Answer { model: "answered".to_owned(), tokens: 41 })
}

struct Answer {
    model: String,
    tokens: u32,
}

#[test]
fn what_is_returned_says_it_too() {
    let captured = capture();
    answers().unwrap();
    let spans = captured.spans();
    let span = one(&spans, "chat");
    assert_eq!(text(span, "gen_ai.response.model"), Some("answered"));
    assert_eq!(super::number(span, "gen_ai.usage.input_tokens"), Some(41));
}

#[observe(agent = "scoped")]
async fn scoped() {
    observant::spawn(spawned()).await.unwrap();
}

#[observe(tool = "spawned")]
async fn spawned() {}

#[tokio::test]
async fn whom_it_is_for_goes_to_all_children_and_to_no_metric() {
    let captured = capture();
    observant::scope()
        .conversation("conversation-4711")
        .session("outer-session")
        .wrap(observant::scope().session("session-4711").user_hash("hash-4711").wrap(scoped()))
        .await;
    let spans = captured.spans();
    for name in ["invoke_agent scoped", "execute_tool spawned"] {
        let span = one(&spans, name);
        assert_eq!(text(span, "gen_ai.conversation.id"), Some("conversation-4711"), "{name}");
        assert_eq!(text(span, "session.id"), Some("session-4711"), "{name}: the inner one counts");
        assert_eq!(text(span, "user.hash"), Some("hash-4711"), "{name}");
    }
    for family in observant::snapshot().families {
        for series in family.series {
            assert!(!series.labels.iter().any(|(_, value)| value.contains("4711")), "{series:?}");
        }
    }
}

#[observe(step = "told")]
fn tells_events() {
    observant::current().event("orchestration_started");
}

#[test]
fn events_are_counted_and_shown() {
    let captured = capture();
    tells_events();
    let spans = captured.spans();
    assert_eq!(one(&spans, "told").events[0].name, "orchestration_started");
    let snapshot = observant::snapshot();
    let labels = [("event_type", "orchestration_started")];
    let events = series(&snapshot, "observe_events_total", &labels);
    assert_eq!(events.value.as_f64(), 1.0);
}
