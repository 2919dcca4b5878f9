//! A real nginx before a server under test, with the lines that the guide gives for it. Found on the path.
//!
//! Without it the tests that want it say so and pass, except where `CI` is set.

use std::{
    fs,
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use super::prometheus::{ATTEMPTS, Server, free_address, is_there, new_folder};

/// Whose lines these are.
const GUIDE: &str = include_str!("../../docs/guide/axum.md");
/// The address that the guide's lines pass requests on to.
const PASSED_TO: &str = "127.0.0.1:9464";
/// A running nginx. It ends when dropped.
#[derive(Debug)]
pub struct Nginx(Server);

impl Nginx {
    /// Starts one that passes on to `server` what the guide says; `None` where there is no nginx.
    ///
    /// # Panics
    ///
    /// When there is none and `CI` is set, when it does not start, or when the guide has no lines for it.
    pub fn before(server: SocketAddr) -> Option<Self> {
        if !is_there("nginx") {
            return None;
        }
        let folder = new_folder("nginx");
        for _ in 0..ATTEMPTS {
            if let Some((child, address)) = start(&folder, server) {
                return Some(Self(Server { child, address, folder }));
            }
        }
        panic!(
            "nginx does not start: {}",
            fs::read_to_string(folder.join("log")).unwrap_or_default()
        )
    }

    /// Where it listens. What it passes on begins with `/observant/`.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }
}

/// Starts one on a port that is free; `None` if somebody else was faster.
fn start(folder: &Path, server: SocketAddr) -> Option<(Child, SocketAddr)> {
    let address = free_address();
    let own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let own = own.map(|name| format!("{name}_temp_path {name};")).concat();
    let location = location().replace(PASSED_TO, &server.to_string());
    // One process, which is whoever runs the tests, and is gone when it is killed.
    let text = format!(
        "daemon off; master_process off; pid pid; error_log log;\nevents {{}}\n\
         http {{\naccess_log off; {own}\nserver {{\nlisten {address};\n{location}}}\n}}\n"
    );
    fs::write(folder.join("nginx.conf"), text).expect("it can be written");
    let mut child = Command::new("nginx")
        .args(["-p".as_ref(), folder.as_os_str(), "-c".as_ref(), "nginx.conf".as_ref()])
        .args(["-e", "log"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx starts");
    loop {
        if child.try_wait().expect("the system knows it").is_some() {
            return None;
        }
        if TcpStream::connect(address).is_ok() {
            return Some((child, address));
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The lines of the guide.
fn location() -> String {
    let (_, rest) =
        GUIDE.split_once("For nginx:\n\n```text\n").expect("the guide has lines for nginx");
    let (location, _) = rest.split_once("```").expect("they end");
    assert_eq!(location.matches(PASSED_TO).count(), 1, "they pass requests on:\n{location}");
    location.to_owned()
}
