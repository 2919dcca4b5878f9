//! What programs do as processes: panics that abort, forks, signals, no room for threads, stacks of their own.

use super::{LOOPBACK, host, program};
use observant_tests::http::Client;
use serde_json::Value as Json;
use std::{
    io::Write as _,
    net::TcpStream,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

/// Nothing of ours stands between a panic and the abort: the message is the program's, and it ends by the signal.
#[test]
fn a_panic_that_aborts_aborts() {
    for set_up in [format!("init {LOOPBACK}\n"), String::new()] {
        let mut child = Command::new(host())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let commands = format!("{set_up}call-all 1\npanic\n");
        child.stdin.take().unwrap().write_all(commands.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("as told") && said.contains("src/main.rs"), "{said}");
        assert!(!output.status.success());
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&output.status),
            Some(6),
            "{said}"
        );
    }
}

/// Children of a process whose threads were recording, ending, and being scraped at that moment.
#[test]
#[cfg(unix)]
fn forked_children_record_and_end() {
    let mut program = program();
    let address = program.init(LOOPBACK);
    program.tell("storm 1 2");
    program.tell("check 16");
    let stop = Arc::new(AtomicBool::new(false));
    let scrapers: Vec<_> = (0..2)
        .map(|_| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || {
                while !stop.load(SeqCst) {
                    let page = "/metrics?name[]=observe_calls_total&name[]=observe_health_check";
                    assert_eq!(observant_tests::http::get(address, page).status, 200);
                }
            })
        })
        .collect();
    let children = program.tell("fork 200");
    stop.store(true, SeqCst);
    for scraper in scrapers {
        scraper.join().unwrap();
    }
    program.tell("calm");
    let children = children.as_array().unwrap();
    assert_eq!(children.len(), 200);
    let failed: Vec<_> = children.iter().filter(|child| **child != Json::Null).collect();
    assert!(failed.is_empty(), "{} children: {failed:?}", failed.len());
    // The parent goes on, and has none of the children's calls.
    let before = program.tell("figures");
    program.tell("fork 1");
    assert_eq!(program.tell("figures"), before);
    assert_eq!(program.get("/metrics").status, 200);
}

#[test]
#[cfg(target_os = "linux")]
fn signals_are_the_programs() {
    let mut program = program();
    program.init(LOOPBACK);
    assert_eq!(program.get("/metrics").status, 200, "with a thread for pages there are three");
    let told = program.tell("handle-signals 2000");
    assert_eq!((&told["handled"], &told["elsewhere"]), (&2_000.into(), &0.into()));
    assert_eq!(program.tell("wait-for-signal"), true);
    program.end();
}

/// A client that goes while it is written to is no reason for a program to end that left `SIGPIPE` as it was.
#[test]
#[cfg(unix)]
fn a_client_that_goes_does_not_end_the_program() {
    let mut program = program();
    let address = program.init(LOOPBACK);
    program.tell("default-broken-pipe");
    program.tell("call-all 1");
    for _ in 0..50 {
        let mut socket = TcpStream::connect(address).unwrap();
        // Three megabytes are more than sockets hold.
        socket.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut first = [0; 1];
        std::io::Read::read_exact(&mut socket, &mut first).unwrap();
        drop(socket);
    }
    assert_eq!(Client::connect(address).get("/live", &[]).status, 200);
    assert_eq!(program.get("/metrics").status, 200);
    program.end();
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_can_start_no_threads_is_told_and_lives() {
    let mut program = program();
    assert_eq!(program.tell("no-more-threads"), true);
    let told = program.tell(&format!("init {LOOPBACK}"));
    assert!(told["error"].as_str().is_some_and(|error| error.contains("thread")), "{told}");
    program.tell("call-all 1");
    program.end();
    // When they run out later, the server answers what it can and says why not the rest.
    let mut program = super::program();
    program.init(LOOPBACK);
    assert_eq!(program.tell("no-more-threads"), true);
    let metrics = program.get("/metrics");
    assert!([200, 503].contains(&metrics.status), "{}", metrics.status);
    assert_eq!(program.get("/live").status, 200);
    program.end();
}

/// Calls on stacks of their own end in every order.
#[test]
fn coroutines_end_in_any_order() {
    let mut program = program();
    let told = program.tell("coroutines");
    let calls = 24 * 4;
    assert_eq!(told["ended"], calls);
    assert_eq!((&told["waits"], &told["inner"]), (&calls.into(), &calls.into()), "{told}");
    assert_eq!(told["in_flight"], 0);
}
