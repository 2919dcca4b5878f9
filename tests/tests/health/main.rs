//! Annotated functions and registered values as checks of a running program: its pages, its metrics, its log, its hook.
//!
//! All tests share the checks that are linked into this program, and take turns: there is one guard in a process.

use std::{
    fmt::{self, Write as _},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use observant::{
    Guard, HealthCheck, Label,
    health::{Check, Status},
    health_check,
};
use observant_tests::{
    http::{self, Response},
    parse::{Dialect, Family, parse},
};
use serde_json::Value as Json;
use tracing_subscriber::{Layer, layer::SubscriberExt as _};

static STORE_IS_DOWN: AtomicBool = AtomicBool::new(false);

#[derive(Debug, Label)]
enum StoreError {
    ConnectionRefused,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection refused for user=admin password=hunter2")
    }
}

#[health_check(interval = "5ms", timeout = "60s", tags("storage"))]
fn store() -> Result<(), StoreError> {
    if STORE_IS_DOWN.load(SeqCst) { Err(StoreError::ConnectionRefused) } else { Ok(()) }
}

#[health_check(degraded, interval = "5ms", timeout = "60s", name = "model/server")]
async fn model() -> Result<(), Box<dyn std::error::Error>> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    Ok(())
}

#[health_check(liveness, interval = "5ms")]
fn alive() {}

#[health_check(startup, interval = "5ms")]
fn migrated() {}

#[health_check(informational, interval = "5ms")]
fn panics() {
    panic!("as told");
}

/// The one guard, and the right to it.
struct Turn {
    observant: Guard,
    _turn: MutexGuard<'static, ()>,
}

impl Turn {
    fn take(build: impl FnOnce(observant::Builder) -> observant::Builder) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        STORE_IS_DOWN.store(false, SeqCst);
        let builder = observant::builder().listen("127.0.0.1:0").signals(false);
        let observant = build(builder).init().unwrap();
        let turn = Self { observant, _turn: turn };
        turn.until("it is ready", |turn| turn.get("/ready").status == 200);
        turn
    }

    fn get(&self, path: &str) -> Response {
        http::get(self.observant.local_addr().unwrap(), path)
    }

    fn json(&self, path: &str) -> Json {
        serde_json::from_slice(&self.get(path).body).unwrap()
    }

    fn families(&self) -> Vec<Family> {
        parse(self.get("/metrics").text(), Dialect::Text).unwrap()
    }

    #[track_caller]
    fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(
                start.elapsed() < Duration::from_secs(120),
                "{what}: {:#}",
                self.json("/health")
            );
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// The value of one sample.
fn sample(families: &[Family], family: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let family = families.iter().find(|found| found.name == family)?;
    let matches = |name: &str, value: &str, sample: &observant_tests::parse::Sample| {
        sample.label(name) == Some(value)
    };
    let mut samples = family
        .samples
        .iter()
        .filter(|sample| labels.iter().all(|(name, value)| matches(name, value, sample)));
    samples.next().map(observant_tests::parse::Sample::value)
}

#[test]
fn annotated_functions_are_checks_without_another_word() {
    let turn = Turn::take(|builder| builder);
    turn.until("all have run", |turn| {
        turn.json("/health")["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["last_run"].is_object())
    });
    let health = turn.json("/health");
    let seen: Vec<_> = health["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| {
            let word = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
            (word("name"), word("kind"), word("severity"), word("status"))
        })
        // Ours looks after the threads that answer, where there are checks at all.
        .filter(|(name, ..)| !name.starts_with("watchdog/"))
        .collect();
    let expected = [
        ("alive", "liveness", "critical", "pass"),
        ("migrated", "startup", "critical", "pass"),
        ("model/server", "readiness", "degraded", "pass"),
        ("panics", "informational", "info", "fail"),
        ("store", "readiness", "critical", "pass"),
    ];
    let expected = expected.map(|(name, kind, severity, status)| {
        (name.to_owned(), kind.to_owned(), severity.to_owned(), status.to_owned())
    });
    assert_eq!(seen, expected);
    assert_eq!(health["status"], "pass");
    let one = turn.json("/health/store");
    let source = one["source"].as_str().unwrap();
    let line = include_str!("main.rs").lines().position(|line| line.starts_with("fn store()"));
    // That of the annotation, one line above.
    assert!(source.ends_with(&format!("main.rs:{}", line.unwrap())), "{source}");
    assert_eq!(turn.json("/health/panics")["reason"], "panic");
    for probe in ["/live", "/ready", "/startup"] {
        assert_eq!(turn.get(probe).text(), "ok\n", "{probe}");
    }
    // It is a function like any other.
    store().unwrap();
}

#[test]
fn a_failure_turns_ready_and_back_and_its_text_is_in_the_log_alone() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);
    impl<S: tracing::Subscriber> Layer<S> for Log {
        fn on_event(
            &self,
            event: &tracing::Event<'_>,
            _: tracing_subscriber::layer::Context<'_, S>,
        ) {
            struct Fields(String);
            impl tracing::field::Visit for Fields {
                fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
                    let _ = write!(self.0, " {field}={value:?}");
                }
            }
            let mut fields = Fields(event.metadata().level().to_string());
            event.record(&mut fields);
            if event.metadata().target() == "observant::health" && fields.0.contains("store") {
                self.0.lock().unwrap().push(fields.0);
            }
        }
    }
    let log = Log::default();
    // Of the whole process: the log is written on a thread of ours.
    let subscriber = tracing_subscriber::registry().with(log.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let turn = Turn::take(|builder| builder);
    log.0.lock().unwrap().clear();
    STORE_IS_DOWN.store(true, SeqCst);
    turn.until("it is not ready", |turn| turn.get("/ready").status == 503);
    let runs = |turn: &Turn| {
        let labels = [("name", "store"), ("status", "fail")];
        sample(&turn.families(), "observe_health_checks_total", &labels).unwrap()
    };
    let probe = |name| sample(&turn.families(), "observe_health_probe", &[("probe", name)]);
    assert_eq!(["live", "ready", "startup"].map(probe), [Some(1.0), Some(0.0), Some(1.0)]);
    let before = runs(&turn);
    turn.until("it goes on failing", |turn| runs(turn) > before + 2.0);
    let one = turn.json("/health/store");
    assert_eq!(
        (&one["status"], &one["reason"], &one["error_type"]),
        (&"fail".into(), &"error".into(), &"ConnectionRefused".into())
    );
    for path in
        ["/health", "/health/store", "/ready?verbose", "/health?verbose", "/metrics", "/status"]
    {
        assert!(!turn.get(path).text().contains("hunter2"), "{path}");
    }
    assert_eq!(turn.get("/live").status, 200, "somebody else's failure is no reason to restart");
    STORE_IS_DOWN.store(false, SeqCst);
    turn.until("it is ready again", |turn| turn.get("/ready").status == 200);
    turn.until("both are logged", |_| log.0.lock().unwrap().len() >= 2);
    let lines = log.0.lock().unwrap().clone();
    assert_eq!(lines.len(), 2, "once per transition: {lines:?}");
    assert!(lines[0].starts_with("WARN") && lines[0].contains("hunter2"), "{lines:?}");
    assert!(lines[0].contains("error_type=\"ConnectionRefused\""), "{lines:?}");
    assert!(lines[1].starts_with("INFO"), "{lines:?}");
}

#[test]
fn metrics_say_what_the_pages_say() {
    let turn = Turn::take(|builder| builder);
    let value = |turn: &Turn, family: &str, labels: &[(&str, &str)]| {
        sample(&turn.families(), family, labels)
    };
    let store = [("name", "store"), ("kind", "readiness")];
    assert_eq!(value(&turn, "observe_health_check", &store), Some(1.0));
    let panics = [("name", "panics"), ("kind", "informational")];
    turn.until("it has panicked", |turn| {
        let labels = [("name", "panics"), ("status", "panic")];
        value(turn, "observe_health_checks_total", &labels) > Some(2.0)
    });
    assert_eq!(value(&turn, "observe_health_check", &panics), Some(0.0));
    // Every way to end is there from the start.
    for status in ["degraded", "fail", "panic", "pass", "stuck", "timeout"] {
        let labels = [("name", "model/server"), ("kind", "readiness"), ("status", status)];
        assert!(value(&turn, "observe_health_checks_total", &labels).is_some(), "{status}");
    }
    let last = "observe_health_check_last_success_timestamp_seconds";
    assert!(value(&turn, last, &store) > Some(1.7e9));
    assert_eq!(value(&turn, last, &panics), Some(0.0));
    assert!(value(&turn, "observe_health_check_transitions_total", &store) >= Some(1.0));
    let families = turn.families();
    let family =
        families.iter().find(|family| family.name == "observe_health_check_duration_seconds");
    assert!(family.unwrap().samples.iter().any(|sample| sample.label("name") == Some("store")));
    assert_eq!(
        value(&turn, "observant_health_transitions_dropped_total", &[("receiver", "log")]),
        Some(0.0)
    );
    let Turn { observant, _turn } = turn;
    drop(observant);
    let left = observant::snapshot();
    assert!(left.families.iter().all(|family| !family.name.starts_with("observe_health")));
}

#[test]
fn the_hook_hears_of_it() {
    let (sender, heard) = mpsc::channel();
    let sender = Mutex::new(sender);
    let turn = Turn::take(|builder| {
        builder.transition_gap(Duration::ZERO).on_transition(move |transition| {
            if transition.name() == "store" {
                let _ = sender.lock().unwrap().send((transition.to(), transition.error_type()));
            }
        })
    });
    STORE_IS_DOWN.store(true, SeqCst);
    let down = heard.iter().find(|(to, _)| *to == Status::Fail).unwrap();
    assert_eq!(down, (Status::Fail, Some("ConnectionRefused")));
    STORE_IS_DOWN.store(false, SeqCst);
    assert_eq!(heard.iter().next().unwrap().0, Status::Pass);
    drop(turn);
}

struct Pool {
    down: Arc<AtomicBool>,
    looked: Arc<AtomicUsize>,
}

impl HealthCheck for Pool {
    fn check(&self) -> Check<'_> {
        Check::future(async {
            self.looked.fetch_add(1, SeqCst);
            if self.down.load(SeqCst) { Err("gone") } else { Ok(()) }
        })
    }
}

/// What is no check itself, and is looked at in every way.
#[derive(HealthCheck)]
#[health(interval = "5ms", timeout = "60s")]
struct Looked {
    #[health(with = look)]
    blocking: String,
    #[health(with = look_async)]
    awaited: String,
    #[health(with = look_otherwise)]
    unlabelled: String,
    #[health(with = look_otherwise_async)]
    unlabelled_awaited: String,
}

fn look(_: &str) -> Result<(), StoreError> {
    Err(StoreError::ConnectionRefused)
}

async fn look_async(_: &str) -> Result<(), StoreError> {
    tokio::task::yield_now().await;
    Err(StoreError::ConnectionRefused)
}

fn look_otherwise(_: &str) -> Result<(), fmt::Error> {
    Err(fmt::Error)
}

async fn look_otherwise_async(_: &str) -> Result<(), fmt::Error> {
    tokio::task::yield_now().await;
    Err(fmt::Error)
}

#[test]
fn a_labelled_error_is_its_variant_however_it_is_looked_for() {
    let turn = Turn::take(|builder| builder);
    let [blocking, awaited, unlabelled, unlabelled_awaited] = Default::default();
    let looked = Looked { blocking, awaited, unlabelled, unlabelled_awaited };
    let _registered = observant::health().register_as("looked", looked).unwrap();
    for (part, error_type) in [
        ("blocking", "ConnectionRefused"),
        ("awaited", "ConnectionRefused"),
        ("unlabelled", "Error"),
        ("unlabelled_awaited", "Error"),
    ] {
        let page = format!("/health/looked/{part}");
        turn.until("it has run", |turn| turn.json(&page)["last_run"].is_object());
        assert_eq!(turn.json(&page)["error_type"], error_type, "{part}");
    }
}

#[derive(HealthCheck)]
#[health(interval = "5ms", timeout = "60s", fail_after = 1, pass_after = 1)]
struct Dependencies {
    pool: Option<Arc<Pool>>,
    #[health(degraded)]
    cache: Box<dyn HealthCheck>,
    #[health(skip)]
    _name: String,
}

#[test]
fn what_is_registered_counts_until_it_is_dropped() {
    let turn = Turn::take(|builder| builder);
    let (down, looked) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let pool = || Pool { down: Arc::clone(&down), looked: Arc::clone(&looked) };
    let dependencies = Dependencies {
        pool: Some(Arc::new(pool())),
        cache: Box::new(pool()),
        _name: "none".to_owned(),
    };
    let registered = observant::health().register_as("deps", dependencies).unwrap();
    assert_eq!(registered.names().collect::<Vec<_>>(), ["deps/pool", "deps/cache"]);
    let twice = observant::health().register_as("deps", pool());
    drop(twice.expect("`deps` itself is no check"));
    let again = observant::health().register_as("deps/pool", pool()).unwrap_err();
    assert!(again.is_check() && again.to_string().contains("main.rs:"), "{again}");
    turn.until("it counts", |turn| turn.json("/health")["status"] == "fail");
    turn.until("it has an error", |turn| turn.json("/health/deps/pool")["error_type"] == "str");
    assert_eq!(turn.get("/ready").status, 503);
    assert_eq!(turn.get("/ready?exclude=deps").status, 200);
    assert_eq!(turn.json("/health/deps")["checks"].as_array().unwrap().len(), 2);
    down.store(false, SeqCst);
    turn.until("it recovers", |turn| turn.json("/health/deps")["status"] == "pass");
    assert_eq!(turn.get("/ready").status, 200);
    drop(registered);
    assert_eq!(turn.get("/health/deps/pool").status, 404);
    turn.until("what was looked at is given back", |_| Arc::strong_count(&looked) == 1);
}

#[test]
fn checks_of_a_runtime_run_in_it() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.unwrap();
    let turn = runtime.block_on(async { Turn::take(|builder| builder) });
    // That of `init`: with it blocked, what was linked in is degraded, and what blocks by itself is not.
    let (open, gate) = mpsc::channel::<()>();
    runtime.spawn(async move {
        let _ = gate.recv();
    });
    turn.until("a block checks nothing else", |turn| turn.get("/ready").status == 200);
    drop(open);
    turn.until("it passes", |turn| turn.json("/health/model/server")["status"] == "pass");
    drop(turn);
    runtime.shutdown_background();
}
