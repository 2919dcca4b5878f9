//! What documents say, and what models and tools are told and answer, is nowhere in what is served, sent and logged.

use observant_tests::{http::Client, otlp::Receiver};

use crate::{
    kinds::Serving,
    models::{FakeModel, Reply, answer, refusal_saying},
    program::Place,
};

/// In documents, and thus in prompts, answers, and arguments and results of tools: two documents have it, so that it is
/// searched for.
const SECRET: &str = "zanzibar4711";

/// Everything that can be got from a run that serves, and all that was sent.
fn all_that_is_told(serving: &Serving, receiver: &Receiver) -> Vec<(&'static str, String)> {
    let mut told = Vec::new();
    for path in ["/metrics", "/status", "/health", "/ready", "/readyz?verbose"] {
        for accept in
            ["application/json", "text/html", "application/openmetrics-text;version=1.0.0"]
        {
            let answer =
                Client::connect(serving.address).get(path, &[&format!("accept: {accept}")]);
            told.push((path, String::from_utf8_lossy(&answer.body).into_owned()));
        }
    }
    told.push(("spans", format!("{:?}", receiver.spans())));
    told.push(("metrics", format!("{:?}", receiver.metrics())));
    told
}

#[test]
fn nothing_that_documents_models_and_tools_say_is_told() {
    let scripts: [(&str, Option<Vec<Reply>>); 3] = [
        ("the built-in model", None),
        ("a model that refuses", Some(vec![refusal_saying(400, &format!("no {SECRET} here"))])),
        ("a model that talks", Some(vec![answer(&format!("I like {SECRET}."))])),
    ];
    for (which, script) in scripts {
        let receiver = Receiver::start();
        let place = Place::new();
        // It is the one word that they share.
        place.put("one.md", format!("# Alpha\n\nMany things grow quickly near {SECRET} today.\n"));
        place.put("two.md", format!("# Beta\n\nAnother tale about {SECRET} was written down.\n"));
        let url = receiver.url();
        let mut environment =
            vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*url), ("OTEL_BSP_MAX_QUEUE_SIZE", "20000")];
        let model = script.map(FakeModel::start);
        let base = model.as_ref().map(|model| format!("http://{}/v1", model.address));
        environment.extend(base.as_deref().map(|base| ("OPENAI_BASE_URL", base)));
        let serving = Serving::start(&place, &environment);
        // It was there to be told.
        let report = place.report();
        match &model {
            None => {
                let section = report.split("### `one.md`").nth(1).expect("it is reviewed");
                assert!(
                    section.contains(SECRET) && section.contains("See also: `two.md`"),
                    "{report}"
                );
            }
            Some(model) => {
                let asked: Vec<_> = model.asked.try_iter().collect();
                assert!(asked.iter().any(|request| request.body.to_string().contains(SECRET)));
            }
        }
        let told = all_that_is_told(&serving, &receiver);
        let Serving { mut run, .. } = serving;
        run.interrupt();
        let (_, rest) = run.end();
        assert!(!rest.contains(SECRET), "{which}: the log tells it: {rest}");
        let sent = [
            ("spans", format!("{:?}", receiver.spans())),
            ("metrics", format!("{:?}", receiver.metrics())),
        ];
        assert!(
            sent[0].1.contains("chat ") && sent[1].1.contains("gen_ai"),
            "{which}: nothing was sent"
        );
        for (what, text) in told.iter().chain(&sent) {
            assert!(!text.is_empty() && !text.contains(SECRET), "{which}: {what} tells it");
        }
    }
}
