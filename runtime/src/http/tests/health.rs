//! What pages and probes say of checks, to whom, and how fast.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};

use super::{
    Client, Limits, Response, at_work, get, pages, serve_with, settings, starting,
    status::{AWAY, ask, ask_with},
};
use crate::{
    health::{
        Check, CheckOptions, Checks, Entry, Figures, HealthCheck, Kind, Place, Registration,
        Severity, Status, Verdict,
    },
    http::{Pages, RunningServer, Token, start},
    registry::Collector as _,
    snapshot::{Snapshot, Visitor as _},
};

/// Never run by itself: the test says what it found.
struct Told(CheckOptions);

impl HealthCheck for Told {
    fn check(&self) -> Check<'_> {
        Check::blocking(Verdict::pass)
    }

    fn options(&self) -> CheckOptions {
        self.0.initial_delay(Duration::from_secs(3_600)).fail_after(2)
    }
}

const PLAIN: CheckOptions = CheckOptions::new();

/// Checks of every kind and severity.
struct Told6 {
    checks: Arc<Checks>,
    _registered: Vec<Registration>,
}

impl Told6 {
    fn new() -> Self {
        let checks = Arc::<Checks>::default();
        let registered = [
            ("store/pool", PLAIN.tags(&["storage"])),
            ("store/replica", PLAIN.severity(Severity::Degraded).tags(&["storage"])),
            ("model", PLAIN),
            ("migrations", PLAIN.kind(Kind::Startup)),
            ("disk", PLAIN.kind(Kind::Informational)),
            ("news", PLAIN.severity(Severity::Info)),
        ]
        .map(|(name, options)| {
            let place = Place { file: "src/main.rs", line: 7 };
            checks.add_value(Some(name.to_owned()), Told(options), place).unwrap()
        });
        Self { checks, _registered: registered.into() }
    }

    fn pages(&self) -> Pages {
        Pages { engine: at_work(starting(Arc::clone(&self.checks))), ..pages() }
    }

    fn serve(&self) -> RunningServer {
        serve_with(Limits::default(), self.pages())
    }

    fn entry(&self, name: &str) -> Arc<Entry> {
        self.checks.all().iter().find(|entry| &*entry.name == name).cloned().unwrap()
    }

    fn tell(&self, name: &str, verdict: &Verdict) {
        self.entry(name).record(verdict, Duration::from_millis(12));
    }

    fn tell_all_pass(&self) {
        for entry in self.checks.all().iter() {
            entry.record(&Verdict::pass(), Duration::from_millis(12));
        }
    }
}

fn answer(server: &RunningServer, path: &str) -> (u16, String) {
    let response = get(server.local_addr(), path);
    (response.status, response.text().to_owned())
}

#[track_caller]
fn expect(server: &RunningServer, path: &str, status: u16, text: &str) {
    assert_eq!(answer(server, path), (status, text.to_owned()), "{path}");
}

fn body(response: &Response) -> Json {
    serde_json::from_slice(&response.body).unwrap()
}

fn error(text: &str) -> Verdict {
    Verdict::of_error("PoolTimedOut", &text)
}

#[test]
fn before_the_first_run_it_is_alive_and_neither_ready_nor_started() {
    let told = Told6::new();
    let server = told.serve();
    expect(&server, "/live", 200, "ok\n");
    expect(&server, "/ready", 503, "not_run_yet\n");
    expect(&server, "/startup", 503, "not_run_yet\n");
    assert_eq!(get(server.local_addr(), "/health").status, 503);
    told.tell_all_pass();
    for path in ["/live", "/ready", "/startup"] {
        expect(&server, path, 200, "ok\n");
    }
    assert_eq!(get(server.local_addr(), "/health").status, 200);
}

/// Of a check of each kind and severity, with whatever it found, while the program starts, works and ends.
#[test]
fn the_figure_of_a_probe_is_its_answer() {
    let told = Told6::new();
    let engine = starting(Arc::clone(&told.checks));
    let lifecycle = Arc::clone(engine.lifecycle());
    let figures = Figures::new(Arc::clone(&engine));
    let server = serve_with(Limits::default(), Pages { engine, ..pages() });
    let seen = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let agree = || {
        let mut snapshot = Snapshot::default();
        for family in figures.families() {
            snapshot.family(family);
            figures.series(family, &mut snapshot);
        }
        for (probe, path) in [("live", "/livez"), ("ready", "/readyz"), ("startup", "/startup")] {
            let figure = snapshot.find("observe_health_probe", &[("probe", probe)]).unwrap();
            let (status, word) = answer(&server, path);
            assert_eq!(figure.value.as_f64() > 0.5, status == 200, "{path} is {word}");
            seen.borrow_mut().insert((probe, status));
        }
    };
    let ways = || {
        told.tell_all_pass();
        agree();
        for entry in told.checks.all().iter() {
            for verdict in [Verdict::degraded("slow"), error("x"), error("x")] {
                entry.record(&verdict, Duration::from_millis(12));
                agree();
            }
            told.tell_all_pass();
            told.tell_all_pass();
        }
    };
    agree();
    ways();
    lifecycle.set_ready();
    ways();
    lifecycle.set_draining();
    ways();
    let both = ["ready", "startup"].map(|probe| [(probe, 200), (probe, 503)]);
    let expected = both.into_iter().flatten().chain([("live", 200)]);
    assert_eq!(seen.into_inner(), expected.collect(), "no check here is one of liveness");
}

#[test]
fn severity_decides_what_follows() {
    let told = Told6::new();
    told.tell_all_pass();
    let server = told.serve();
    let down = |name| {
        told.tell(name, &error("x"));
        told.tell(name, &error("x"));
        let health = get(server.local_addr(), "/health");
        let word = body(&health)["status"].as_str().unwrap().to_owned();
        (answer(&server, "/ready").0, health.status, word)
    };
    assert_eq!(down("news"), (200, 200, "pass".to_owned()));
    assert_eq!(down("disk"), (200, 200, "pass".to_owned()));
    assert_eq!(down("store/replica"), (200, 200, "degraded".to_owned()));
    assert_eq!(down("store/pool"), (503, 503, "fail".to_owned()));
    expect(&server, "/ready", 503, "fail\n");
    // What has started has started, and nothing here is a reason to restart.
    assert_eq!(down("migrations").1, 503);
    expect(&server, "/startup", 200, "ok\n");
    expect(&server, "/live", 200, "ok\n");
}

#[test]
fn one_failure_of_two_changes_nothing() {
    let told = Told6::new();
    told.tell_all_pass();
    let server = told.serve();
    told.tell("model", &error("x"));
    expect(&server, "/ready", 200, "ok\n");
    told.tell("model", &error("x"));
    expect(&server, "/ready", 503, "fail\n");
    told.tell("model", &Verdict::pass());
    expect(&server, "/ready", 503, "fail\n");
    told.tell("model", &Verdict::pass());
    expect(&server, "/ready", 200, "ok\n");
}

#[test]
fn the_text_is_that_of_kubernetes() {
    let told = Told6::new();
    told.tell_all_pass();
    let server = told.serve();
    expect(
        &server,
        "/readyz?verbose",
        200,
        "[+]lifecycle ok\n[+]model ok\n[+]news ok\n[+]store/pool ok\n[+]store/replica ok\n\
         readyz check passed\n",
    );
    for _ in 0..2 {
        told.tell("store/pool", &error("x"));
        told.tell("model", &Verdict::fail("too_far_behind"));
    }
    expect(
        &server,
        "/ready?verbose",
        503,
        "[+]lifecycle ok\n[-]model failed: too_far_behind\n[+]news ok\n[-]store/pool failed: error\n\
         [+]store/replica ok\nready check failed\n",
    );
    // What is left out does not count, a part goes with the whole, and what is not there is told.
    expect(
        &server,
        "/ready?verbose&exclude=store&exclude=model&exclude=stor&exclude=disk",
        200,
        "[+]lifecycle ok\n[+]model excluded: ok\n[+]news ok\n[+]store/pool excluded: ok\n\
         [+]store/replica excluded: ok\nwarn: some health checks cannot be excluded: no matches for \
         \"stor\", \"disk\"\nready check passed\n",
    );
    expect(&server, "/ready?exclude=store/pool", 503, "fail\n");
    expect(&server, "/ready?exclude=store/pool&exclude=model", 200, "ok\n");
    expect(
        &server,
        "/startup?verbose",
        200,
        "[+]lifecycle ok\n[+]migrations ok\nstartup check passed\n",
    );
    expect(&server, "/live?verbose", 200, "[+]lifecycle ok\nlive check passed\n");
    let (status, text) = answer(&server, "/health?verbose");
    assert_eq!(status, 503);
    assert!(text.contains("[+]disk ok\n") && text.ends_with("health check failed\n"), "{text}");
}

/// A line says how its check is, the last line and the status code what follows from all.
#[test]
fn what_fails_and_matters_to_no_probe_is_shown_to_fail() {
    let told = Told6::new();
    told.tell_all_pass();
    for _ in 0..2 {
        for name in ["store/replica", "news", "disk"] {
            told.tell(name, &error("x"));
        }
    }
    let server = told.serve();
    expect(
        &server,
        "/ready?verbose",
        200,
        "[+]lifecycle ok\n[+]model ok\n[-]news failed: error\n[+]store/pool ok\n\
         [-]store/replica failed: error\nready check passed\n",
    );
    expect(&server, "/ready", 200, "ok\n");
    expect(
        &server,
        "/health?verbose&exclude=news",
        200,
        "[+]lifecycle ok\n[-]disk failed: error\n[+]migrations ok\n[+]model ok\n\
         [+]news excluded: ok\n[+]store/pool ok\n[-]store/replica failed: error\n\
         health check passed\n",
    );
    // As it is of one check, and of the whole.
    assert_eq!(get(server.local_addr(), "/health/store/replica").status, 503);
    assert_eq!(body(&get(server.local_addr(), "/health"))["status"], "degraded");
}

#[test]
fn the_status_page_has_each_check_and_how_it_came_to_be_so() {
    let told = with_history();
    let server = told.serve();
    let health = body(&get(server.local_addr(), "/status"))["health"].clone();
    assert_eq!(health["status"], "fail");
    let checks = health["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 6);
    let pool = checks.iter().find(|check| check["name"] == "store/pool").unwrap();
    assert_eq!(
        (&pool["status"], &pool["kind"], &pool["severity"]),
        (&"fail".into(), &"readiness".into(), &"critical".into())
    );
    assert_eq!(pool["last_run"]["seconds"], 0.012);
    let words = |change: &Json| [change["from"].clone(), change["to"].clone()];
    let changes: Vec<_> = pool["transitions"].as_array().unwrap().iter().map(words).collect();
    assert_eq!(changes, [["unknown", "pass"], ["pass", "fail"]]);
    assert_eq!(pool["transitions"][1]["error_type"], "PoolTimedOut");
    assert!(!health.to_string().contains("hunter2"));
    // From elsewhere what all come to, as on `/health`.
    let (_, _, away) = ask(told.pages(), None, AWAY, "/status", None);
    let away: Json = serde_json::from_str(&away).unwrap();
    assert_eq!(away["health"], json!({ "status": "fail" }));
}

/// Points in time differ from run to run; their form does not.
fn without_times(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                if matches!(key.as_str(), "time" | "since" | "last_success") {
                    let text = value.as_str().unwrap();
                    assert!(text.len() == 24 && text.ends_with('Z'), "{text}");
                    *value = "TIME".into();
                } else {
                    without_times(value);
                }
            }
        }
        Json::Array(values) => values.iter_mut().for_each(without_times),
        _ => {}
    }
}

/// A validator that is not ours.
fn assert_valid(value: &Json) {
    let schema: Json = serde_json::from_str(include_str!("../../../schema/health.json")).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("urn:observant:health:1", schema).unwrap();
    let index = compiler.compile("urn:observant:health:1", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(value, index) {
        panic!("{error:#}\n{value:#}");
    }
}

/// The files beside this one, as they are published; `BLESS=1` writes them anew.
#[track_caller]
fn assert_golden(name: &str, mut value: Json) {
    without_times(&mut value);
    let path = format!("{}/src/http/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = format!("{value:#}\n");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "{path}");
}

fn with_history() -> Told6 {
    let told = Told6::new();
    told.tell_all_pass();
    for _ in 0..2 {
        told.tell("store/pool", &error("password=hunter2"));
        told.tell("model", &Verdict::fail("error_ratio").observed(0.4, 0.05, "ratio"));
    }
    told
}

#[test]
fn our_json_is_as_published_and_holds_to_its_schema() {
    let told = with_history();
    told.entry("news").set_stuck(true);
    let server = told.serve();
    for (name, path) in [
        ("all", "/health"),
        ("one", "/health/store/pool"),
        ("observed", "/health/model"),
        ("group", "/health/store"),
        ("tag", "/health?tag=storage"),
    ] {
        let response = get(server.local_addr(), path);
        assert_eq!(response.header("content-type"), Some("application/json"), "{path}");
        assert_eq!(response.status, 503, "{path}");
        assert!(!response.text().contains("hunter2"), "{path}");
        assert_valid(&body(&response));
        assert_golden(name, body(&response));
    }
    let escaped = get(server.local_addr(), "/health/store%2Fp%6Fol");
    assert_eq!(body(&escaped)["name"], "store/pool");
    for path in ["/health/migrations", "/health/news"] {
        let response = get(server.local_addr(), path);
        assert_eq!(response.status, 200, "{path}");
        assert_valid(&body(&response));
    }
    for path in ["/health/nothing", "/health/store/", "/health/stor", "/health?tag=nothing"] {
        assert_eq!(get(server.local_addr(), path).status, 404, "{path}");
    }
}

#[test]
fn the_validator_finds_what_is_wrong() {
    for wrong in [
        json!({ "schema": "urn:observant:health:1", "status": "warn", "lifecycle": "ready" }),
        json!({ "schema": "urn:observant:health:1", "status": "pass", "lifecycle": "ready", "x": 1 }),
    ] {
        assert!(std::panic::catch_unwind(|| assert_valid(&wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn the_draft_is_for_who_asks_for_it() {
    let told = with_history();
    let server = told.serve();
    let accepting = |accept: &str, path: &str| {
        let header = format!("Accept: {accept}");
        Client::connect(server.local_addr()).get(path, &[&header])
    };
    let health = "application/health+json";
    let response = accepting(health, "/health");
    assert_eq!(response.header("content-type"), Some(health));
    assert_eq!(response.header("vary"), Some("Accept"));
    assert_eq!(response.status, 503);
    assert_golden("draft", body(&response));
    assert_golden("draft-one", body(&accepting(health, "/health/store/replica")));
    for (accept, wanted) in [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json, application/health+json;q=0.9", "application/json"),
        ("application/health+json;q=0", "application/json"),
        ("application/json;q=0.5, Application/Health+JSON", health),
        ("application/health+json, application/json", health),
        ("text/html;;,,;q=x, application/health+json ; q=0.1", health),
    ] {
        assert_eq!(accepting(accept, "/health").header("content-type"), Some(wanted), "{accept}");
    }
}

#[test]
fn head_is_get_without_a_body_and_nothing_is_cached() {
    let told = with_history();
    let server = told.serve();
    for path in
        ["/health", "/health/model", "/ready?verbose", "/startup", "/live", "/health?verbose"]
    {
        let get = get(server.local_addr(), path);
        let mut client = Client::connect(server.local_addr());
        let head = client.request("HEAD", path, &[]);
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        assert_eq!(head.header("content-length"), get.header("content-length"), "{path}");
        assert_eq!(get.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[test]
fn off_loopback_only_what_all_come_to_is_seen() {
    let told = with_history();
    let secret = ["store", "pool", "model", "error_ratio", "PoolTimedOut", "main.rs", "0.4"];
    let paths = [
        "/health",
        "/health?verbose",
        "/health?tag=storage",
        "/health?tag=nothing",
        "/ready",
        "/ready?verbose",
        "/startup?verbose",
        "/health/model",
        "/health/nothing",
        "/health/store",
    ];
    for path in paths {
        for token in [None, Some("s3cret")] {
            let (status, _, text) = ask(told.pages(), token, AWAY, path, None);
            for word in secret {
                assert!(!text.contains(word), "{path} {token:?}: {text}");
            }
            let single = path.starts_with("/health/");
            let expected = match (single, token) {
                (false, _) if path.starts_with("/startup") => 200,
                (false, _) if path == "/health?tag=nothing" => 200,
                (false, _) => 503,
                (true, None) => 404,
                (true, Some(_)) => 401,
            };
            assert_eq!(status.as_u16(), expected, "{path} {token:?}");
        }
    }
    let (_, _, text) = ask(told.pages(), None, AWAY, "/ready?verbose", None);
    assert_eq!(text, "[+]lifecycle ok\n[-]checks failed: reason withheld\nready check failed\n");
    let (_, _, text) = ask(told.pages(), None, AWAY, "/health", None);
    let seen: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(
        seen,
        json!({ "schema": "urn:observant:health:1", "status": "fail", "lifecycle": "ready" })
    );
    assert_valid(&seen);
    let draft = Some(("accept", "application/health+json"));
    let (_, _, text) = ask_with(told.pages(), None, AWAY, "/health", draft);
    assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), json!({ "status": "fail" }));
    let (status, _, text) =
        ask(told.pages(), Some("s3cret"), AWAY, "/health", Some("Bearer s3cret"));
    assert_eq!(status.as_u16(), 503);
    assert!(text.contains("store/pool"), "{text}");
}

#[test]
fn fresh_is_for_who_brings_the_token_or_is_on_this_machine_where_there_is_none() {
    let told = Told6::new();
    told.tell_all_pass();
    let ran = |name: &str| told.entry(name).look(|known| known.runs.iter().sum::<u64>());
    let fresh = "/health/model?fresh=1";
    let challenge = |token, peer, authorization| {
        ask(told.pages(), token, peer, fresh, authorization).0.as_u16()
    };
    assert_eq!(challenge(None, AWAY, None), 404);
    assert_eq!(challenge(Some("s3cret"), AWAY, None), 401);
    assert_eq!(challenge(Some("s3cret"), "127.0.0.1:1", None), 401);
    assert_eq!(challenge(Some("s3cret"), "127.0.0.1:1", Some("Bearer wrong")), 401);
    assert_eq!(ask(told.pages(), None, AWAY, "/health?fresh", None).0.as_u16(), 401);
    assert_eq!(ran("model"), 1, "none of them ran it");
    assert_eq!(challenge(Some("s3cret"), AWAY, Some("Bearer s3cret")), 200);
    assert_eq!(ran("model"), 2);
    assert_eq!(challenge(None, "127.0.0.1:1", None), 200);
    assert_eq!(ran("model"), 3);
    assert_eq!(ran("news"), 1, "nobody else");
    assert_eq!(ask(told.pages(), None, "127.0.0.1:1", "/health?fresh=1", None).0.as_u16(), 200);
    assert_eq!((ran("model"), ran("news")), (4, 2));
}

/// Hangs in every way there is.
fn black_holes(checks: &Arc<Checks>, each: usize) -> (Vec<Registration>, tokio::runtime::Runtime) {
    struct Hangs;
    impl HealthCheck for Hangs {
        fn check(&self) -> Check<'_> {
            Check::blocking(|| thread::park_timeout(Duration::from_secs(30)))
        }
    }
    struct HangsAsync;
    impl HealthCheck for HangsAsync {
        fn check(&self) -> Check<'_> {
            Check::future(std::future::pending::<()>())
        }
    }
    let place = Place { file: "tests.rs", line: 1 };
    let theirs = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    // The user's runtime is blocked.
    theirs.spawn(async { thread::park_timeout(Duration::from_secs(30)) });
    let inside = theirs.enter();
    let options = CheckOptions::new()
        .timeout(Duration::from_millis(100))
        .interval(Duration::from_millis(200));
    let registered = vec![
        checks
            .add_value(Some("blocking".to_owned()), With(options, Many::of(each, || Hangs)), place)
            .unwrap(),
        checks
            .add_value(
                Some("async".to_owned()),
                With(options, Many::of(each, || HangsAsync)),
                place,
            )
            .unwrap(),
    ];
    drop(inside);
    (registered, theirs)
}

struct Many;

impl Many {
    fn of<C>(count: usize, make: impl Fn() -> C) -> Vec<C> {
        (0..count).map(|_| make()).collect()
    }
}

struct With<C>(CheckOptions, C);

impl<C: HealthCheck> HealthCheck for With<C> {
    fn check(&self) -> Check<'_> {
        self.1.check()
    }

    fn options(&self) -> CheckOptions {
        self.0
    }
}

#[test]
fn probes_are_quick_with_every_dependency_black_holed_and_the_runtime_blocked() {
    let checks = Arc::<Checks>::default();
    let (registered, theirs) = black_holes(&checks, 100);
    let engine = at_work(starting(Arc::clone(&checks)));
    let server = serve_with(Limits::default(), Pages { engine, ..pages() });
    let start = Instant::now();
    let failed = |entry: &&Arc<Entry>| entry.glance(Instant::now()).status == Status::Fail;
    while checks.all().iter().filter(failed).count() < 200 {
        assert!(start.elapsed() < Duration::from_secs(120), "all of them time out");
        thread::sleep(Duration::from_millis(5));
    }
    let mut client = Client::connect(server.local_addr());
    let mut times: Vec<Duration> = (0..2_000)
        .map(|_| {
            let start = Instant::now();
            let response = client.get("/ready", &[]);
            assert_eq!((response.status, response.text()), (503, "fail\n"));
            start.elapsed()
        })
        .collect();
    times.sort();
    let percent = |part: usize| times[times.len() * part / 100];
    println!("p50 {:?}, p99 {:?}", percent(50), percent(99));
    // A machine under load and a build that is not optimized; by itself p99 is a fraction of a millisecond.
    assert!(percent(50) < Duration::from_millis(100), "{:?}", percent(50));
    drop(registered);
    theirs.shutdown_background();
}

#[test]
fn a_thousand_checks_are_reported_too() {
    let told = Told6::new();
    let many = Many::of(1_000, || Told(PLAIN));
    let place = Place { file: "tests.rs", line: 1 };
    let options = PLAIN.initial_delay(Duration::from_secs(3_600));
    let _registered =
        told.checks.add_value(Some("many".to_owned()), With(options, many), place).unwrap();
    told.tell_all_pass();
    let server = told.serve();
    let response = get(server.local_addr(), "/health");
    assert_eq!(response.status, 200);
    assert_eq!(body(&response)["checks"].as_array().unwrap().len(), 1_006);
    assert_valid(&body(&response));
    // Where there is no place for such a report, what all come to is told, and no 503.
    let limits = Limits { statuses: 0, ..Limits::default() };
    let server = serve_with(limits, told.pages());
    let response = get(server.local_addr(), "/health");
    assert_eq!((response.status, body(&response)["status"].as_str()), (200, Some("pass")));
}

#[test]
fn a_token_is_asked_for_in_no_other_way() {
    let told = Told6::new();
    let mut settings = settings(Limits::default());
    settings.token = Some(Token::new("s3cret".to_owned()));
    let server = start(settings, told.pages()).unwrap();
    let response = get(server.local_addr(), "/health?fresh=1&token=s3cret");
    assert_eq!((response.status, response.header("www-authenticate")), (401, Some("Bearer")));
    let authorized = Client::connect(server.local_addr())
        .get("/health?fresh=1", &["Authorization: Bearer s3cret"]);
    assert_eq!(authorized.status, 200);
}
