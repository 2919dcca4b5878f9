//! A program under test that takes commands (`fixtures/program`): starts it, tells it what to do, reads what it says.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
};

use serde_json::Value as Json;

use crate::http::{self, Response};

/// A running program; killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: Option<ChildStderr>,
    address: Option<SocketAddr>,
    said: String,
}

impl Program {
    /// Starts `executable` with these variables and none of ours besides.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start(executable: impl AsRef<Path>, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(executable.as_ref());
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("OBSERVANT_") || text.starts_with("OTEL_") {
                command.env_remove(&name);
            }
        }
        // Unless a test wants it: what is told goes to standard error plainly.
        command.env("OBSERVANT_LOGS", "off").env_remove("RUST_LOG");
        let mut child = command
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let stderr = child.stderr.take();
        let stdin = child.stdin.take();
        Self { child, stdin, stdout, stderr, address: None, said: String::new() }
    }

    /// Starts `executable` with these variables, set up and listening on any free port; what it writes on standard error is
    /// not looked at.
    ///
    /// # Panics
    ///
    /// When it does not start, or cannot be set up.
    pub fn serving(executable: impl AsRef<Path>, environment: &[(&str, &str)]) -> Self {
        let listen = [("OBSERVANT_LISTEN", "127.0.0.1:0")];
        let mut program = Self::start(executable, &[environment, &listen].concat());
        program.ignore_error();
        program.init("");
        program
    }

    /// Tells it to do something and returns its answer.
    ///
    /// # Panics
    ///
    /// When it ends instead; with what it wrote on standard error.
    pub fn tell(&mut self, command: &str) -> Json {
        let stdin = self.stdin.as_mut().expect("it still takes commands");
        writeln!(stdin, "{command}").expect("it reads commands");
        loop {
            let mut line = String::new();
            let read = self.stdout.read_line(&mut line).expect("it writes UTF-8");
            assert!(read > 0, "it ended at `{command}`:\n{}", self.error());
            match line.strip_prefix("= ") {
                Some(answer) => return serde_json::from_str(answer).expect("answers are JSON"),
                None => self.said.push_str(&line),
            }
        }
    }

    /// Has it call `builder()` with these settings, or `init()` without any, and returns where it listens.
    ///
    /// # Panics
    ///
    /// When that is an error, or nothing listens.
    pub fn init(&mut self, settings: &str) -> SocketAddr {
        let answer = self.tell(format!("init {settings}").trim_end());
        let address = answer["address"].as_str().unwrap_or_else(|| panic!("no address: {answer}"));
        let address = address.parse().expect("an address");
        self.address = Some(address);
        address
    }

    /// Where it listens.
    ///
    /// # Panics
    ///
    /// When [`init`](Self::init) has not been called.
    pub fn address(&self) -> SocketAddr {
        self.address.expect("it listens")
    }

    /// Gets a page of it.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub fn get(&self, target: &str) -> Response {
        http::get(self.address(), target)
    }

    /// `/status`, read.
    ///
    /// # Panics
    ///
    /// When it is not 200 and JSON.
    pub fn status(&self) -> Json {
        let response = self.get("/status");
        assert_eq!(response.status, 200);
        serde_json::from_slice(&response.body).expect("JSON")
    }

    /// What the system knows it by.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by its name without `SIG`.
    ///
    /// # Panics
    ///
    /// When it is not there any more.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("there is `kill`").success(), "{name} cannot be sent");
    }

    /// Whether it has ended.
    ///
    /// # Panics
    ///
    /// When the system does not know it.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it is a child of ours").is_some()
    }

    /// Waits for its end, however it ends, and returns its status and the rest of its standard error.
    ///
    /// # Panics
    ///
    /// When the system does not know it.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let error = self.error();
        (self.child.wait().expect("it is a child of ours"), error)
    }

    /// Tells it to do something that has no answer.
    ///
    /// # Panics
    ///
    /// When it takes no commands any more.
    pub fn order(&mut self, command: &str) {
        let stdin = self.stdin.as_mut().expect("it still takes commands");
        writeln!(stdin, "{command}").expect("it reads commands");
    }

    /// What it wrote on standard output so far besides answers.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// Leaves it without a reader of its standard error.
    pub fn ignore_error(&mut self) {
        self.stderr = None;
    }

    /// The rest of its standard error.
    fn error(&mut self) -> String {
        let mut error = String::new();
        if let Some(stderr) = &mut self.stderr {
            stderr.read_to_string(&mut error).expect("it writes UTF-8");
        }
        error
    }

    /// Lets it end as programs do, and returns what it wrote on standard error.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn end(mut self) -> String {
        drop(self.stdin.take());
        let error = self.error();
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}\n{error}");
        error
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
