//! A real Alertmanager, found on the path, and the webhook that it delivers to. Uses `prometheus` for what the two
//! servers have in common.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::prometheus::{Server, is_there, listening, new_folder};

/// Debian's package calls it by the second name.
const NAMES: [&str; 2] = ["alertmanager", "prometheus-alertmanager"];

/// A running Alertmanager. It ends when dropped.
#[derive(Debug)]
pub struct Alertmanager(Server);

impl Alertmanager {
    /// Starts one that delivers each alert by itself and at once; `None` where there is no Alertmanager.
    ///
    /// # Panics
    ///
    /// When there is none and `CI` is set, or when it does not start.
    pub fn delivering_to(webhook: &Webhook) -> Option<Self> {
        let is_found = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
        let Some(name) = NAMES.iter().find(is_found) else {
            // Says so.
            is_there(NAMES[0]);
            return None;
        };
        let folder = new_folder("alertmanager");
        let mut text = String::from(
            "route: {receiver: test, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}\n",
        );
        let url = webhook.address;
        let _ = writeln!(
            text,
            "receivers: [{{name: test, webhook_configs: [{{url: 'http://{url}/'}}]}}]"
        );
        fs::write(folder.join("alertmanager.yml"), text).expect("it can be written");
        let (child, address) = listening(
            Command::new(name)
                .current_dir(&folder)
                .args(["--config.file=alertmanager.yml", "--storage.path=data"])
                .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]),
        );
        Some(Self(Server { child, address, folder }))
    }

    /// Where Prometheus finds it.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }
}

/// Somebody whom alerts are delivered to.
#[derive(Debug)]
pub struct Webhook {
    address: SocketAddr,
    delivered: Receiver<Value>,
    /// What was taken out of that.
    came: Vec<Value>,
}

impl Webhook {
    /// One on any free port.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (sender, delivered) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(body) = taken(&stream) else { continue };
                let alerts = body["alerts"].as_array().cloned().unwrap_or_default();
                if alerts.into_iter().any(|alert| sender.send(alert).is_err()) {
                    return;
                }
            }
        });
        Self { address, delivered, came: Vec::new() }
    }

    /// Waits for an alert that is as wanted, unless it has come already, and returns it.
    ///
    /// # Panics
    ///
    /// When it does not come in time, with what came instead.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        patience: Duration,
        mut is_wanted: impl FnMut(&Value) -> bool,
    ) -> Value {
        let deadline = Instant::now() + patience;
        if let Some(alert) = self.came.iter().find(|alert| is_wanted(alert)) {
            return alert.clone();
        }
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(alert) = self.delivered.recv_timeout(left) else {
                let labels = self
                    .came
                    .iter()
                    .map(|alert| format!("{} {}", alert["status"], alert["labels"]));
                panic!("it was not delivered, but\n{}", labels.collect::<Vec<_>>().join("\n"));
            };
            self.came.push(alert.clone());
            if is_wanted(&alert) {
                return alert;
            }
        }
    }
}

/// The JSON that is posted on a connection, which is answered and closed.
fn taken(mut stream: &TcpStream) -> Option<Value> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
    serde_json::from_slice(&body).ok()
}
