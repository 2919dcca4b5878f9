//! What the example is judged by: all is well by itself, and each part that is broken while it runs shows where it should.
//!
//! Nothing waits for a moment: what is looked for comes to stay.

use std::{
    fs,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use observant_tests::http;
use serde_json::Value as Json;

use crate::program::{Finished, Place, Running};

/// Longer than anything takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// The checks of the example, in order.
const CHECKS: [&str; 11] = [
    "agents/analyst/Analyst/draft",
    "agents/orchestrator/review_folder",
    "agents/orchestrator/task/review_file",
    "agents/reader/load",
    "agents/reviewer/judge",
    "agents/writer/write",
    "model",
    "observant/slo",
    "store",
    "watchdog/runtime",
    "watchdog/telemetry",
];

/// A run that has written its report and serves.
struct Serving {
    place: Place,
    run: Running,
    address: SocketAddr,
}

impl Serving {
    /// With more files than an agent may fail on in a row.
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let place = Place::new();
        for number in 0..12 {
            place
                .put(&format!("{number}.md"), format!("# Title {number}\n\nOne sentence, here.\n"));
        }
        // What is no text is no fault of the reader.
        for number in 0..12 {
            place.put(&format!("{number}.bin"), [0, 1, 2, 3]);
        }
        let mut command = place.agents();
        command.args(arguments).envs(environment.iter().copied());
        let mut run = Running::start(&mut command);
        let looked = run.wait_for("where to look: http://");
        let address = looked.split('/').next().and_then(|address| address.parse().ok());
        Self { place, run, address: address.expect("an address") }
    }

    fn status(&self, path: &str) -> u16 {
        http::get(self.address, path).status
    }

    fn json(&self, path: &str) -> Json {
        serde_json::from_slice(&http::get(self.address, path).body).expect("JSON")
    }

    /// Waits for an endpoint to answer with this status code.
    #[track_caller]
    fn until_status(&self, path: &str, status: u16) {
        self.until(&format!("{path} is {status}"), || (self.status(path) == status).then_some(()));
    }

    /// Waits for a check to pass.
    #[track_caller]
    fn until_passes(&self, name: &str) {
        let path = format!("/health/{name}");
        self.until(&format!("{name} passes"), || {
            (self.json(&path)["status"] == "pass").then_some(())
        });
    }

    /// Waits for a check to fail for a reason, and returns it.
    #[track_caller]
    fn until_fails(&self, name: &str, reason: &str) -> Json {
        let path = format!("/health/{name}");
        self.until(&format!("{name} fails: {reason}"), || {
            Some(self.json(&path))
                .filter(|check| check["status"] == "fail" && check["reason"] == reason)
        })
    }

    #[track_caller]
    fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            let health = || format!("{:#}", self.json("/health"));
            assert!(start.elapsed() < PATIENCE, "it never came that {what}: {}", health());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ctrl-C ends it as ever.
    fn end(mut self) -> Place {
        self.run.interrupt();
        let (status, rest) = self.run.end();
        assert_eq!(status.code(), Some(0), "{rest}");
        self.place
    }
}

#[test]
fn all_is_well_and_a_memory_that_is_gone_shows_until_it_is_back() {
    let serving = Serving::start(&[], &[]);
    let health = serving.until("all is well", || {
        Some(serving.json("/health")).filter(|health| health["status"] == "pass")
    });
    let checks = health["checks"].as_array().expect("checks");
    assert_eq!(checks.iter().map(|check| &check["name"]).collect::<Vec<_>>(), CHECKS);
    assert!(checks.iter().all(|check| check["status"] == "pass"), "{health:#}");
    for path in ["/live", "/ready", "/startup", "/health"] {
        serving.until_status(path, 200);
    }

    let memory = serving.place.memory();
    let away = serving.place.root().join("away");
    fs::rename(&memory, &away).unwrap();
    serving.until_status("/ready", 503);
    serving.until_fails("store", "error");
    serving.until_status("/live", 200);
    fs::rename(&away, &memory).unwrap();
    serving.until_status("/ready", 200);
    serving.end();
}

#[test]
fn a_store_that_breaks_takes_the_program_out_of_traffic_and_is_back_at_the_end() {
    let serving = Serving::start(&["--chaos", "store"], &[]);
    serving.until_status("/ready", 503);
    serving.until_status("/health", 503);
    let store = serving.until_fails("store", "error");
    assert_eq!((&store["kind"], &store["severity"]), (&"readiness".into(), &"critical".into()));
    serving.until_status("/live", 200);
    // No call of an agent fails for it: that is what the check is for.
    serving.until_passes("agents/orchestrator/task/review_file");
    assert!(!serving.place.memory().exists());
    // It is mended when somebody says so, and broken again.
    serving.run.signal("USR1");
    serving.until_status("/ready", 200);
    assert!(serving.place.memory().join("store.db").is_file());
    serving.run.signal("USR1");
    serving.until_status("/ready", 503);
    let place = serving.end();
    assert!(place.memory().join("store.db").is_file());
}

#[test]
fn a_model_server_that_stops_degrades_and_fails_the_agents_that_need_it() {
    let mut serving = Serving::start(&["--chaos", "model"], &[]);
    let model = serving.until_fails("model", "error");
    assert_eq!((&model["kind"], &model["severity"]), (&"readiness".into(), &"degraded".into()));
    for agent in ["agents/analyst/Analyst/draft", "agents/orchestrator/task/review_file"] {
        let agent = serving.until_fails(agent, "consecutive_failures");
        assert!(agent["observed"]["value"].as_f64() >= Some(5.0), "{agent:#}");
    }
    assert_eq!(serving.run.wait_for("once more: "), "0 reviewed, 12 failed");
    // The others had nothing to do with it, and the program can be used.
    serving.until_passes("agents/reader/load");
    serving.until("it is degraded", || {
        Some(serving.json("/health")).filter(|health| health["status"] == "degraded")
    });
    for path in ["/live", "/ready", "/health"] {
        serving.until_status(path, 200);
    }
    serving.end();
}

#[test]
fn a_runtime_that_stands_still_fails_the_liveness_probe_alone() {
    // Instead of 10 s.
    let serving = Serving::start(&["--chaos", "stall"], &[("OBSERVANT_WATCHDOG", "1s")]);
    serving.until_status("/live", 503);
    let runtime = serving.until_fails("watchdog/runtime", "runtime_stalled");
    assert_eq!((&runtime["kind"], &runtime["severity"]), (&"liveness".into(), &"critical".into()));
    // What runs on that runtime cannot look any more, and what runs on threads of its own can.
    serving.until_fails("model", "stuck");
    serving.until_passes("store");
    serving.until_passes("watchdog/telemetry");
    serving.until_status("/ready", 200);
}

#[test]
fn what_cannot_be_broken_is_wrong_usage() {
    let named = ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1");
    for (arguments, environment, said) in [
        (&["--chaos", "fire"][..], None, "`store`, `model` and `stall`"),
        (&["--chaos", "store", "--once"], None, "--once"),
        (&["--again", "1", "--once"], None, "--once"),
        (&["--again", "0"], None, "positive number of seconds"),
        (&["--chaos", "model"], Some(named), "--built-in"),
        (&["--chaos", "stall"], Some(("OBSERVANT_LISTEN", "off")), "OBSERVANT_LISTEN"),
    ] {
        let place = Place::new();
        let run = Finished::of(place.agents().args(arguments).envs(environment));
        run.assert_code(2);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
}
