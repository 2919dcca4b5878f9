//! A collector that is not ours, in between: `rotel`, found on the path as `rotel-agent`. What it understood, it sends
//! on to ours.

use super::{apart_from_twins, program};
use observant_tests::{
    otlp::{Receiver, Request},
    prometheus::{ATTEMPTS, free_address, is_there},
};
use std::{
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

struct Rotel {
    child: Child,
    grpc: SocketAddr,
    http: SocketAddr,
}

impl Drop for Rotel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rotel(to: &Receiver) -> Option<Rotel> {
    if !is_there("rotel-agent") {
        return None;
    }
    let started = (0..ATTEMPTS).find_map(|_| rotel_on(free_address(), free_address(), to));
    Some(started.expect("it listens"))
}

/// On these ports; `None` if somebody else was faster.
fn rotel_on(grpc: SocketAddr, http: SocketAddr, to: &Receiver) -> Option<Rotel> {
    let child = Command::new("rotel-agent")
        .args(["start", "--otlp-grpc-endpoint", &grpc.to_string()])
        .args(["--otlp-http-endpoint", &http.to_string()])
        .args(["--exporter", "otlp", "--otlp-exporter-protocol", "grpc"])
        .args(["--otlp-exporter-endpoint", &to.url()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut rotel = Rotel { child, grpc, http };
    let start = Instant::now();
    while TcpStream::connect(grpc).is_err() || TcpStream::connect(http).is_err() {
        assert!(start.elapsed() < PATIENCE, "it never listens");
        if rotel.child.try_wait().expect("it is a child").is_some() {
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
    Some(rotel)
}

#[test]
fn an_independent_collector_understands_what_we_send() {
    for protocol in ["grpc", "http/protobuf"] {
        for compression in ["none", "gzip"] {
            let receiver = Receiver::start();
            let Some(rotel) = rotel(&receiver) else { return };
            let address = if protocol == "grpc" { rotel.grpc } else { rotel.http };
            let mut program = program(&[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &*format!("http://{address}")),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", compression),
                ("OTEL_SERVICE_NAME", "shop"),
            ]);
            program.init("");
            program.tell("work");
            assert_eq!(program.tell("flush"), true, "{protocol} {compression}");
            assert_eq!(apart_from_twins(&program.end()), "");
            let sent = receiver_has(&receiver);
            let names: Vec<_> = receiver.metrics().into_iter().map(|metric| metric.name).collect();
            for name in
                ["observe_calls_total", "observe_call_duration_seconds", "observant_build_info"]
            {
                assert!(names.iter().any(|known| known == name), "{name} of {names:?}");
            }
            assert!(sent.contains("shop") && sent.contains("telemetry.sdk.name"), "{sent}");
            let spans = receiver.spans();
            let both = spans.iter().find(|span| span.name == "Store::load_both").expect("it ran");
            assert!(spans.iter().any(|span| span.parent_span_id == both.span_id), "{spans:?}");
        }
    }
}

/// Waits for both signals, and returns the metrics as text.
fn receiver_has(receiver: &Receiver) -> String {
    let is_there = |requests: &[Request]| {
        let spans = requests.iter().flat_map(Request::spans);
        let has_spans = spans.into_iter().any(|span| span.name == "Store::load_both");
        has_spans && requests.iter().any(|request| request.metrics.is_some())
    };
    receiver.wait_for(is_there);
    let pushed = receiver.requests().into_iter().find_map(|request| request.metrics);
    format!("{pushed:?}")
}
