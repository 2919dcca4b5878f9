//! A real Prometheus that scrapes servers under test, and its `promtool`. Both are found on the path.
//!
//! Without them the tests that want them say so and pass, except where `CI` is set. Uses the standard library and
//! `serde_json`, since the unit tests of the runtime include this file as well.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use super::http::Client;

/// Targets appear about five seconds after Prometheus has started; on a busy machine later.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a Prometheus is to do. As it is by default it scrapes nothing.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// What to scrape, each with the job it belongs to.
    pub targets: &'a [(&'a str, SocketAddr)],
    /// How often, as Prometheus reads it.
    pub interval: &'a str,
    /// Whether native histograms are scraped, for which it asks in protobuf.
    pub native: bool,
    /// Rules, as a file of them; evaluated as often as it scrapes.
    pub rules: &'a str,
    /// Whom alerts are sent to.
    pub alertmanager: Option<SocketAddr>,
}

impl Default for Plan<'_> {
    fn default() -> Self {
        Self {
            targets: &[],
            interval: "500ms",
            native: false,
            rules: "groups: []",
            alertmanager: None,
        }
    }
}

impl Plan<'_> {
    /// As a file of Prometheus, beside `rules.yml`.
    fn configuration(&self) -> String {
        let interval = self.interval;
        let mut text = format!(
            "global: {{scrape_interval: {interval}, scrape_timeout: {interval}, evaluation_interval: {interval}}}\n\
             rule_files: [rules.yml]\n"
        );
        if let Some(address) = self.alertmanager {
            let _ = writeln!(
                text,
                "alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{address}']}}]}}]}}"
            );
        }
        text.push_str("scrape_configs:\n");
        let mut jobs: Vec<_> = self.targets.iter().map(|(job, _)| job).collect();
        jobs.sort_unstable();
        jobs.dedup();
        for job in jobs {
            let targets = self.targets.iter().filter(|(of, _)| of == job);
            let targets: Vec<_> = targets.map(|(_, address)| format!("'{address}'")).collect();
            let targets = targets.join(", ");
            let _ =
                writeln!(text, "- {{job_name: {job}, static_configs: [{{targets: [{targets}]}}]}}");
        }
        text
    }
}

/// A running server that is not ours, and the folder of its files. It ends, and its files with it, when dropped.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) child: Child,
    pub(super) address: SocketAddr,
    pub(super) folder: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A running Prometheus. It ends when dropped.
#[derive(Debug)]
pub struct Prometheus(Server);

impl Prometheus {
    /// Starts one that scrapes each of `targets` twice a second; `None` where there is no Prometheus.
    ///
    /// # Panics
    ///
    /// When there is none and `CI` is set, or when it does not start.
    pub fn scraping(targets: &[SocketAddr]) -> Option<Self> {
        Self::start(&Plan { targets: &jobs(targets), ..Plan::default() })
    }

    /// The same with native histograms, for which it asks in protobuf.
    ///
    /// # Panics
    ///
    /// As [`scraping`](Self::scraping).
    pub fn scraping_native(targets: &[SocketAddr]) -> Option<Self> {
        Self::start(&Plan { targets: &jobs(targets), native: true, ..Plan::default() })
    }

    /// Starts one that does what is planned; `None` where there is no Prometheus.
    ///
    /// # Panics
    ///
    /// As [`scraping`](Self::scraping).
    pub fn start(plan: &Plan<'_>) -> Option<Self> {
        if !is_there("prometheus") {
            return None;
        }
        let folder = new_folder("prometheus");
        fs::write(folder.join("prometheus.yml"), plan.configuration()).expect("it can be written");
        fs::write(folder.join("rules.yml"), plan.rules).expect("it can be written");
        let features =
            if plan.native { "exemplar-storage,native-histograms" } else { "exemplar-storage" };
        let (child, address) = listening(
            Command::new("prometheus")
                .current_dir(&folder)
                .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"])
                .args([
                    "--web.listen-address=127.0.0.1:0",
                    &format!("--enable-feature={features}"),
                ]),
        );
        Some(Self(Server { child, address, folder }))
    }

    /// Waits until each of its targets has been scraped, and returns what `/api/v1/targets` says of them.
    ///
    /// # Panics
    ///
    /// When a target is down, with the message of Prometheus, or never comes.
    pub fn scraped(&self) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.ask("/api/v1/targets");
            let targets = answer["data"]["activeTargets"].as_array().cloned().unwrap_or_default();
            for target in &targets {
                // On a busy machine a scrape may come too late, and be told so; the next one is as good.
                let told = target["lastError"].as_str().unwrap_or_default();
                let late = ["context deadline exceeded", "503 Service Unavailable"];
                let late = late.iter().any(|end| told.ends_with(end));
                assert!(late || target["health"] != "down", "{told}");
            }
            if !targets.is_empty() && targets.iter().all(|target| target["health"] == "up") {
                return targets;
            }
            assert!(Instant::now() < deadline, "targets never came up: {answer}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The series an instant query finds now, each with its `metric` and `value`, or `histogram` if it is a native one.
    /// After a scrape that failed there are none until the next: that is waited for.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the query.
    pub fn query(&self, expression: &str) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.query_once(expression);
            let failed = || !self.query_once("min_over_time(up[5s]) == 0").is_empty();
            if !found.is_empty() || Instant::now() > deadline || !failed() {
                return found;
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    fn query_once(&self, expression: &str) -> Vec<Value> {
        let answer = self.ask(&format!("/api/v1/query?query={}", encoded(expression)));
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        answer["data"]["result"].as_array().cloned().unwrap_or_default()
    }

    /// The series that a query finds over the last so many seconds, second by second, each with its `metric` and `values`.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the query.
    pub fn query_range(&self, expression: &str, seconds: u64) -> Vec<Value> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_secs();
        let (query, start) = (encoded(expression), now - seconds);
        let answer =
            self.ask(&format!("/api/v1/query_range?query={query}&start={start}&end={now}&step=1"));
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        answer["data"]["result"].as_array().cloned().unwrap_or_default()
    }

    /// The values of a label of the series that a selector finds.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the selector.
    pub fn label_values(&self, selector: &str, label: &str) -> Vec<String> {
        let answer =
            self.ask(&format!("/api/v1/label/{label}/values?match[]={}", encoded(selector)));
        assert_eq!(answer["status"], "success", "{selector}: {answer}");
        let values = answer["data"].as_array().into_iter().flatten();
        values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    /// Waits until an instant query finds something.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the query, or finds nothing for a minute.
    pub fn query_until_found(&self, expression: &str) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.query_once(expression);
            if !found.is_empty() {
                return found;
            }
            assert!(Instant::now() < deadline, "{expression} finds nothing");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until exemplars of the series that an expression names are there: each with its `labels`, `value` and
    /// `timestamp`.
    ///
    /// # Panics
    ///
    /// When there are none for a minute.
    pub fn exemplars(&self, expression: &str) -> Vec<Value> {
        let query = encoded(expression);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let target = format!("/api/v1/query_exemplars?query={query}&start=0&end=4102444800");
            let answer = self.ask(&target);
            let series = answer["data"].as_array().cloned().unwrap_or_default();
            let found: Vec<Value> = series
                .iter()
                .flat_map(|series| series["exemplars"].as_array().cloned().unwrap_or_default())
                .collect();
            if !found.is_empty() {
                return found;
            }
            assert!(Instant::now() < deadline, "{expression} has no exemplars: {answer}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What its API answers to a GET; null until it is ready.
    ///
    /// # Panics
    ///
    /// When it is gone.
    pub fn ask(&self, target: &str) -> Value {
        // HTTP/1.0, so that the answer ends with the connection.
        let mut client = Client::connect(self.0.address);
        client.send(format!("GET {target} HTTP/1.0\r\n\r\n")).expect("prometheus reads");
        let answer = client.closed();
        let body = answer
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .map(|end| &answer[end + 4..]);
        // Until it is ready, Prometheus answers with text.
        serde_json::from_slice(body.unwrap_or_default()).unwrap_or_default()
    }
}

/// All of one job.
fn jobs(targets: &[SocketAddr]) -> Vec<(&'static str, SocketAddr)> {
    targets.iter().map(|address| ("observant", *address)).collect()
}

/// Of addresses that were free a moment ago, how many may be taken when a server comes to them.
pub const ATTEMPTS: usize = 5;

/// Where nobody listens at this moment, for a server that takes no port 0.
///
/// # Panics
///
/// When there is no port left.
pub fn free_address() -> SocketAddr {
    let free = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    free.local_addr().expect("it is bound")
}

/// An empty folder of its own for the files of a server, or of whatever is called so.
///
/// # Panics
///
/// When none can be made.
pub fn new_folder(server: &str) -> PathBuf {
    static FOLDERS: AtomicU32 = AtomicU32::new(0);
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let name = format!("observant-{server}-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    // Of a process of the same number that was killed.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Starts a server of the Prometheus project, and waits until its log says where it listens.
pub(super) fn listening(command: &mut Command) -> (Child, SocketAddr) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the server starts");
    let mut log = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let mut said = String::new();
    let address = log.by_ref().map_while(Result::ok).find_map(|line| {
        said.push_str(&line);
        said.push('\n');
        // Prometheus 3 says in between which component it is.
        let rest = line.split_once("msg=\"Listening on\" ")?.1.split_once("address=")?.1;
        rest.split_whitespace().next()?.parse().ok()
    });
    // Read on, or it would block on a full pipe.
    thread::spawn(move || {
        let errors = log.map_while(Result::ok).filter(|line| line.contains("level=error"));
        errors.for_each(|line| eprintln!("{line}"));
    });
    let Some(address) = address else { panic!("it does not say where it listens:\n{said}") };
    (child, address)
}

/// As it stands in the query of a URL.
fn encoded(expression: &str) -> String {
    let mut encoded = String::new();
    for byte in expression.bytes() {
        let _ = write!(encoded, "%{byte:02X}");
    }
    encoded
}

/// What `promtool check metrics` has to say about a document in text 0.0.4; `None` where there is no promtool.
///
/// # Panics
///
/// When there is none and `CI` is set.
pub fn promtool_check(document: &str) -> Option<Result<(), String>> {
    if !is_there("promtool") {
        return None;
    }
    let mut child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(document.as_bytes()).expect("promtool reads");
    drop(input);
    let output = child.wait_with_output().expect("promtool ends");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Some(if output.status.success() && said.is_empty() { Ok(()) } else { Err(said.into_owned()) })
}

/// Whether a program that a test wants is on the path; says so where it is not.
///
/// # Panics
///
/// When it is not and `CI` is set.
pub fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        let message = format!(
            "SKIPPED: no `{program}` on the path; CONTRIBUTING.md says where it comes from"
        );
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
    }
    found
}
