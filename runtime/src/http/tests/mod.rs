//! Tests over real sockets, port 0: the server as setup starts it, with pages and limits of the test's making.

#[cfg(target_os = "linux")]
mod descriptors;
mod health;
mod lifecycle;
mod limits;
mod live;
mod metrics;
mod native;
mod openapi;
mod prometheus;
mod requests;
mod scrapes;
mod status;

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use serde_json::{Value as Json, json};

use super::{Artifact, Detail, Limits, Pages, RunningServer, ServerSettings, start};
use crate::{
    health::{Checks, Engine, Hooked},
    snapshot::{Family, Kind, Value, Visitor},
};

// The tests of the workspace's public face use the same client and the same Prometheus.
#[allow(unreachable_pub, dead_code)]
#[path = "../../../../tests/src/http.rs"]
mod http;
#[allow(unreachable_pub, dead_code)]
#[path = "../../../../tests/src/prometheus.rs"]
mod scraper;
use http::{Client, Response, get};

fn settings(limits: Limits) -> ServerSettings {
    http::observe(openapi::assert_published);
    ServerSettings {
        address: Some("127.0.0.1:0".to_owned()),
        way_out: "listen elsewhere",
        hosts: vec!["metrics.example.com".to_owned()],
        any_host: false,
        token: None,
        limits,
    }
}

/// Two families, and a lifecycle that is ready.
fn pages() -> Pages {
    Pages {
        metrics: Arc::new(|visitor, _| two_families(visitor)),
        status: Arc::new(|detail, function| match function {
            Some(name) if name != "there::is" => None,
            _ => Some(json!({ "full": detail == Detail::Full, "function": function })),
        }),
        artifact: Arc::new(|wanted| match wanted {
            Artifact::Rules => Some("groups: []\n".to_owned()),
            Artifact::Dashboard(name) if name == "genai-cost" => Some(
                r#"{ "uid": "observant-genai-cost", "title": "Cost", "panels": [] }"#.to_owned(),
            ),
            Artifact::Dashboard(_) => None,
        }),
        engine: at_work(starting(Arc::default())),
        on_scrape: Arc::new(|_| {}),
    }
}

/// What runs these checks, in a program that starts.
fn starting(checks: Arc<Checks>) -> Arc<Engine> {
    Engine::start(checks, Hooked::default()).unwrap()
}

/// The program is ready.
fn at_work(engine: Arc<Engine>) -> Arc<Engine> {
    engine.lifecycle().set_ready();
    engine
}

fn two_families(visitor: &mut dyn Visitor) {
    visitor.family(&Family {
        name: "calls_total",
        help: "Calls.",
        kind: Kind::Counter,
        unit: None,
    });
    visitor.series(&[("function", "load")], &Value::Unsigned(3));
    visitor.family(&Family { name: "in_flight", help: "", kind: Kind::Gauge, unit: None });
    visitor.series(&[], &Value::Unsigned(1));
}

const TWO_FAMILIES: &str = "\
# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{function=\"load\"} 3
# TYPE in_flight gauge
in_flight 1
";

fn serve() -> RunningServer {
    start(settings(Limits::default()), pages()).unwrap()
}

fn serve_with(limits: Limits, pages: Pages) -> RunningServer {
    start(settings(limits), pages).unwrap()
}

/// The server's own figures, off its status page.
fn figures(server: &RunningServer) -> Json {
    let status: Json = serde_json::from_slice(&get(server.local_addr(), "/status").body).unwrap();
    status["server"].clone()
}

/// A page that says when it has begun and ends when it is told to.
struct Gate {
    begun: mpsc::Receiver<()>,
    end: mpsc::Sender<()>,
}

impl Gate {
    /// The gate, and what to call in a page to wait at it.
    fn new() -> (Self, impl Fn() + Send + Sync + 'static) {
        let (started, begun) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let ended = std::sync::Mutex::new(ended);
        let gate = Self { begun, end };
        (gate, move || {
            started.send(()).unwrap();
            // Opened, or given up by a test that has failed.
            let _ = ended.lock().unwrap().recv();
        })
    }

    fn wait_for_one(&self) {
        self.begun.recv_timeout(Duration::from_secs(20)).expect("a page begins");
    }

    fn let_one_pass(&self) {
        self.end.send(()).unwrap();
    }
}
