//! Guards: one at a time, and what their end does.

use super::program;
use observant_tests::http::Client;
use serde_json::json;
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_second_init_is_an_error_and_the_first_goes_on() {
    let mut program = program(&[]);
    program.init("");
    for again in ["init", "init listen=off", "init disabled=true"] {
        let answer = program.tell(again);
        assert_eq!(answer["already_initialized"], true, "{answer}");
        assert!(answer["error"].as_str().unwrap().contains("main"), "{answer}");
    }
    program.tell("call plain");
    assert_eq!(program.status()["totals"]["calls"]["ok"], 1);
    assert_eq!(program.get("/ready").status, 200);
}

#[test]
fn of_many_at_once_one_succeeds() {
    let mut program = program(&[]);
    for _ in 0..5 {
        let answers = program.tell("init-race");
        let answers = answers.as_array().unwrap();
        let won = answers.iter().filter(|answer| answer["address"].is_string()).count();
        let lost = answers.iter().filter(|answer| answer["already_initialized"] == true).count();
        assert_eq!((won, lost), (1, 7), "{answers:?}");
    }
}

#[test]
fn after_the_guard_is_gone_there_may_be_another() {
    let mut program = program(&[]);
    let first = program.init("");
    program.tell("call plain");
    assert_eq!(program.get("/metrics").status, 200);
    assert_eq!(program.tell("drop"), true);
    assert!(TcpStream::connect(first).is_err(), "the port is closed");
    program.tell("call plain");
    // The very address again, at once.
    let second = program.init(&format!("listen={first}"));
    assert_eq!(second, first);
    assert_eq!(program.get("/ready").text(), "ok\n");
    let metrics = program.get("/metrics").text().to_owned();
    assert!(
        metrics.contains("function=\"plain\",outcome=\"ok\"} 2\n"),
        "functions went on counting"
    );
    let once = metrics.matches("# TYPE observant_build_info").count();
    assert_eq!(once, 1, "our own families are there once");
    // The counter of scrapes is one per process and does not go back.
    assert!(metrics.contains("observant_scrape_duration_seconds_count 1\n"));
    program.tell("drop");
    // A disabled guard, and one after it, which is not.
    program.tell("init disabled=true");
    program.tell("call plain");
    program.tell("drop");
    program.init("");
    program.tell("call plain");
    assert_eq!(program.tell("figures plain")["calls"]["ok"], 3);
}

#[test]
fn calls_before_init_count() {
    let mut program = program(&[]);
    program.tell("call plain fallible");
    program.tell("begin");
    program.init("");
    let totals = program.status()["totals"].clone();
    assert_eq!(totals["calls"], json!({ "ok": 1, "error": 1, "panic": 0, "cancelled": 0 }));
    assert_eq!(totals["in_flight"], 1);
    // Begun on one clock and ended on another.
    program.tell("finish");
    let metrics = program.get("/metrics").text().to_owned();
    let sum = "observe_call_duration_seconds_sum{module=\"observant_fixture_program::functions\",\
               function=\"waits\",outcome=\"ok\"} ";
    let sum = metrics.split(sum).nth(1).and_then(|rest| rest.lines().next()).unwrap();
    let sum: f64 = sum.parse().unwrap();
    assert!((0.001..20.0).contains(&sum), "{sum}: calibration alone takes milliseconds");
}

#[test]
fn a_drain_is_not_ready_and_still_serves() {
    let mut program = program(&[]);
    // The test ends before the drain does.
    program.init("drain_ms=3600000");
    assert_eq!(program.get("/ready").status, 200);
    program.tell("drop-elsewhere");
    let start = Instant::now();
    while program.get("/ready").status != 503 {
        assert!(start.elapsed() < PATIENCE, "never drains");
        thread::yield_now();
    }
    let (ready, verbose) = (program.get("/ready"), program.get("/readyz?verbose"));
    assert_eq!((ready.status, ready.text()), (503, "draining\n"));
    assert!(verbose.text().contains("[-]lifecycle failed: draining"), "{}", verbose.text());
    assert_eq!(program.get("/live").status, 200);
    assert_eq!(program.get("/startup").status, 200);
    assert_eq!(program.get("/health").status, 503);
    program.tell("call plain");
    let metrics = program.get("/metrics");
    assert_eq!(metrics.status, 200);
    assert!(metrics.text().contains("function=\"plain\",outcome=\"ok\"} 1\n"));
    assert_eq!(program.status()["lifecycle"], "draining");
    assert_eq!(program.tell("init")["already_initialized"], true, "the old guard is not gone yet");
    assert_eq!(program.tell("dropped"), false);
}

#[test]
fn a_program_that_says_when_it_has_started_is_waited_for() {
    let mut program = program(&[]);
    program.tell("started"); // Nothing waits for it: it is not remembered.
    program.init("manual_startup=true");
    for _ in 0..3 {
        for probe in ["/ready", "/startup"] {
            let answer = program.get(probe);
            assert_eq!((answer.status, answer.text()), (503, "starting\n"), "{probe}");
        }
        assert_eq!(program.get("/live").status, 200);
        assert_eq!(program.status()["lifecycle"], "starting");
    }
    program.tell("started");
    for probe in ["/ready", "/startup", "/live"] {
        assert_eq!(program.get(probe).status, 200, "{probe}");
    }
    program.tell("started");
    assert_eq!(program.status()["lifecycle"], "ready");
    // The next guard waits by itself, or not at all.
    assert_eq!(program.tell("shutdown"), true);
    program.init("");
    assert_eq!(program.get("/ready").status, 200);
    assert_eq!(program.tell("shutdown"), true);
    program.init("manual_startup=true");
    assert_eq!(program.get("/ready").status, 503);
    // A program may end before it has started.
    assert_eq!(program.tell("shutdown"), true);
    assert_eq!(program.tell("shutdown"), serde_json::Value::Null, "there is no guard");
}

#[test]
fn a_shutdown_lasts_as_long_as_the_drain() {
    let mut program = program(&[]);
    let address = program.init("drain_ms=300");
    let start = Instant::now();
    assert_eq!(program.tell("shutdown"), true, "there was nothing to deliver");
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert!(TcpStream::connect(address).is_err(), "the server has ended");
}

#[test]
fn a_drain_lasts_as_long_as_it_should_and_ends() {
    for (environment, settings) in
        [(("OBSERVANT_DRAIN", "300ms"), ""), (("OBSERVANT_DRAIN", "60m"), "drain_ms=300")]
    {
        let mut program = program(&[environment]);
        let address = program.init(settings);
        let start = Instant::now();
        program.tell("drop");
        let took = start.elapsed();
        assert!((Duration::from_millis(300)..PATIENCE).contains(&took), "{took:?}");
        assert!(TcpStream::connect(address).is_err());
        program.init("");
    }
}

#[test]
fn requests_in_flight_are_answered_and_idle_connections_end() {
    let mut program = program(&[]);
    let address = program.init("");
    let mut idle = Client::connect(address);
    assert_eq!(idle.get("/live", &[]).status, 200);
    let start = Instant::now();
    program.tell("drop");
    assert!(start.elapsed() < PATIENCE);
    assert!(idle.end().is_ok(), "told, not reset");
}

/// An answer to a GET on a connection of its own; `None` when nothing listens any more.
fn ask(address: SocketAddr, page: &str) -> Option<Vec<u8>> {
    let mut socket = TcpStream::connect(address).ok()?;
    let mut answer = Vec::new();
    let request = format!("GET {page} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    // A connection that was accepted by the system alone is reset: nothing came.
    let _ = socket.write_all(request.as_bytes());
    let _ = socket.read_to_end(&mut answer);
    Some(answer)
}

#[test]
fn answers_during_the_end_are_whole_or_none() {
    let mut program = program(&[]);
    program.tell("work");
    let address = program.init("drain_ms=200");
    let (answered, first) = mpsc::channel();
    let scrapers = ["/metrics", "/status"].map(|page| {
        let answered = answered.clone();
        thread::spawn(move || {
            let mut whole = 0;
            while let Some(answer) = ask(address, page) {
                let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
                    assert!(answer.is_empty(), "a part of a head");
                    continue;
                };
                let (head, body) = (String::from_utf8_lossy(&answer[..head]), &answer[head + 4..]);
                assert!(head.starts_with("HTTP/1.1 200"), "{head}");
                assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
                whole += 1;
                if whole == 1 {
                    answered.send(page).unwrap();
                }
            }
        })
    });
    // Both are at it when the end begins.
    for _ in &scrapers {
        first.recv_timeout(PATIENCE).unwrap();
    }
    program.tell("drop");
    for scraper in scrapers {
        scraper.join().unwrap();
    }
    program.init("");
    assert_eq!(program.get("/metrics").status, 200);
}

#[test]
fn a_panic_does_not_wait_for_the_drain() {
    let mut program = program(&[]);
    let address = program.init("drain_ms=3600000");
    assert_eq!(program.tell("panic-with-guard"), true);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn the_end_of_main_ends_everything() {
    let mut program = program(&[]);
    program.init("");
    program.tell("begin");
    let told = program.end();
    assert!(!told.contains("panic"), "{told}");
}

/// As somebody sees it who presses Ctrl-C in a terminal, and then once more.
#[cfg(target_os = "linux")]
#[test]
fn who_ends_it_in_a_terminal_is_told_why_it_takes_so_long() {
    let command = format!("exec {}", env!("CARGO_BIN_EXE_observant-fixture-program"));
    let mut script = std::process::Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("OBSERVANT_LISTEN", "127.0.0.1:0")
        .env("OBSERVANT_DRAIN", "15s")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("util-linux is there");
    let mut keys = script.stdin.take().unwrap();
    let mut screen = script.stdout.take().unwrap();
    let mut seen = String::new();
    let mut until = |text: &str| {
        while !seen.contains(text) {
            let mut bytes = [0; 256];
            let read = screen.read(&mut bytes).expect("it writes");
            assert!(read > 0, "{text:?} is missing in {seen:?}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    };
    keys.write_all(b"init\n").unwrap();
    until("\"address\":");
    let start = Instant::now();
    keys.write_all(b"\x03").unwrap();
    until("ends in 15s (OBSERVANT_DRAIN)");
    keys.write_all(b"\x03").unwrap();
    let status = script.wait().unwrap();
    assert!(start.elapsed() < Duration::from_secs(14), "the second Ctrl-C waits for nothing");
    assert_eq!(status.code(), Some(128 + 2), "{seen}");
}
