//! What `/status` of a run says of agents: who is at work, what went wrong, what was spent.

use observant_tests::http::Client;
use serde_json::Value as Json;

use crate::{
    kinds::address,
    models::{FakeModel, Reply},
    program::{Place, Running},
};

#[test]
fn status_lists_who_is_at_work_and_what_went_wrong() {
    let place = Place::new();
    place.put("a.txt", "alpha\nbeta gamma\n");
    let model = FakeModel::start(vec![Reply::Silence]);
    let base = format!("http://{}/v1", model.address);
    let mut run = Running::start(place.agents().env("OPENAI_BASE_URL", base));
    let address = address(&run.wait_for("metrics: http://"));
    model.asked.recv().expect("the model is asked");
    let start = std::time::Instant::now();
    let live = loop {
        let status = Client::connect(address).get("/status", &["accept: application/json"]);
        let status: Json = serde_json::from_slice(&status.body).expect("JSON");
        let (live, failures) = (status["runs"]["live"].clone(), status["runs"]["failures"].clone());
        // The drills are over soon; what waits for the model stays.
        if ["DeadlineExceeded", "tool_error", "panic"].iter().all(|it| failures["by_type"][it] == 1)
        {
            break live;
        }
        assert!(start.elapsed().as_secs() < 60, "{failures:#}");
    };
    for (kind, name) in [("workflow", "review_folder"), ("task", "Review"), ("agent", "analyst")] {
        let runs = live.as_array().expect("a list");
        let found = runs.iter().find(|run| run["kind"] == kind && run["name"] == name);
        assert!(
            found.is_some_and(|run| run["age_seconds"].as_f64() > Some(0.0)),
            "{kind}: {live:#}"
        );
    }
    run.interrupt();
    run.end();
}

#[test]
fn status_says_what_was_spent_by_whom_on_which_model() {
    let place = Place::new();
    place.put("a.txt", "alpha\nbeta gamma\n");
    let mut run = Running::start(&mut place.agents());
    let address = address(&run.wait_for("where to look: http://"));
    let status = Client::connect(address).get("/status", &["accept: application/json"]);
    let status: Json = serde_json::from_slice(&status.body).expect("JSON");
    let spend = &status["spend"];
    for figure in ["cost_usd", "input_tokens", "output_tokens"] {
        let rows = spend["rows"].as_array().expect("a list").iter();
        let sum: f64 = rows.map(|row| row[figure].as_f64().expect("a number")).sum();
        let all = spend[figure].as_f64().expect("a number");
        assert!(sum > 0.0 && (sum - all).abs() <= all * 1e-9, "{figure}: {sum} of {all}");
    }
    let analyst = spend["rows"].as_array().unwrap().iter().find(|row| row["agent"] == "analyst");
    let analyst = analyst.unwrap_or_else(|| panic!("{spend:#}"));
    assert!(analyst["model"].as_str().is_some_and(|model| !model.is_empty()), "{analyst}");
    let models = spend["models"].as_array().expect("a list");
    assert!(models.iter().any(|model| model["operation"] == "chat"
        && model["calls"].as_f64() > Some(0.0)
        && model["mean_seconds"].as_f64() > Some(0.0)));
    run.interrupt();
    run.end();
}
