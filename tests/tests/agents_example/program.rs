//! The program under test: finds or builds it, runs it in a temporary place, reads what it says.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio},
    sync::OnceLock,
    thread,
    time::SystemTime,
};

use observant_tests::prometheus::new_folder;

/// Root of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a member of the workspace")
}

/// The example's executable. `cargo test` of the workspace has built it; where it has not, or an
/// older one lies there, it is built now.
pub(crate) fn executable() -> &'static Path {
    static EXECUTABLE: OnceLock<PathBuf> = OnceLock::new();
    EXECUTABLE.get_or_init(|| {
        let this = env::current_exe().expect("a test knows where it is");
        let profile = this.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
        let name = format!("agents{}", env::consts::EXE_SUFFIX);
        let executable = profile.join("examples").join(name);
        if !is_fresh(&executable) {
            build(profile);
        }
        assert!(executable.is_file(), "there is no {}", executable.display());
        executable
    })
}

fn is_fresh(executable: &Path) -> bool {
    let Ok(built) = fs::metadata(executable).and_then(|data| data.modified()) else { return false };
    ["examples/agents", "examples/Cargo.toml", "runtime/src", "macros/src"]
        .iter()
        .all(|source| newest(&workspace().join(source)) <= built)
}

fn newest(path: &Path) -> SystemTime {
    let data = fs::metadata(path).expect("sources can be read");
    let own = data.modified().expect("files have a time of modification");
    if !data.is_dir() {
        return own;
    }
    let entries = fs::read_dir(path).expect("sources can be listed");
    // A directory's own time changes with every file an editor puts there, so only files count.
    entries
        .map(|entry| newest(&entry.expect("sources can be listed").path()))
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

fn build(profile: &Path) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace()).args(["build", "--quiet", "--example", "agents"]);
    match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => {}
        Some(profile) => {
            cargo.args(["--profile", profile]);
        }
    }
    let target = profile.parent().expect("a profile lies in the target directory");
    cargo.env("CARGO_TARGET_DIR", target);
    assert!(cargo.status().expect("cargo runs").success(), "the example does not build");
}

/// A temporary directory, gone when dropped.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new() -> Self {
        let path = new_folder("agents-test");
        for name in ["folder", "work", "memory"] {
            fs::create_dir(path.join(name)).expect("a temporary directory can be made");
        }
        Self(path.canonicalize().expect("it was just made"))
    }

    /// The folder under review.
    pub(crate) fn folder(&self) -> PathBuf {
        self.0.join("folder")
    }

    /// The directory the program runs in.
    pub(crate) fn work(&self) -> PathBuf {
        self.0.join("work")
    }

    /// Where the program remembers.
    pub(crate) fn memory(&self) -> PathBuf {
        self.0.join("memory")
    }

    /// The place itself.
    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    /// Puts a file into the folder under review.
    pub(crate) fn put(&self, path: &str, contents: impl AsRef<[u8]>) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("it can be made");
        fs::write(path, contents).expect("a test can write its own folder");
    }

    pub(crate) fn report(&self) -> String {
        fs::read_to_string(self.work().join("report.md")).expect("there is a report")
    }

    /// The program on this folder, with its usual memory and a free port.
    pub(crate) fn agents(&self) -> Command {
        let mut command = self.bare(executable());
        command.arg(self.folder()).arg("--data").arg(self.memory());
        command
    }

    /// `executable` in the working directory, without arguments, shielded from this environment.
    pub(crate) fn bare(&self, executable: &Path) -> Command {
        let mut command = Command::new(executable);
        command.current_dir(self.work()).env("OBSERVANT_LISTEN", "127.0.0.1:0");
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("OPENAI_") || text.starts_with("OTEL_") || text == "RUST_BACKTRACE"
            {
                command.env_remove(&name);
            }
        }
        command
    }

    /// Runs the program to its end with `--once` and further arguments.
    pub(crate) fn once(&self, arguments: &[&str]) -> Finished {
        Finished::of(self.agents().arg("--once").args(arguments))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } =
            command.stdin(Stdio::null()).output().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
    }
}

/// A run that goes on; killed when dropped.
pub(crate) struct Running {
    child: Child,
    /// `None` once nobody listens.
    pipes: Option<(BufReader<ChildStdout>, ChildStderr)>,
    /// Everything it said so far.
    pub(crate) said: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let stderr = child.stderr.take().expect("it is piped");
        Self { child, pipes: Some((stdout, stderr)), said: String::new() }
    }

    /// Reads until a line that begins so, and returns the rest of it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, beginning: &str) -> String {
        let (stdout, _) = self.pipes.as_mut().expect("somebody listens");
        loop {
            let mut line = String::new();
            let read = stdout.read_line(&mut line).expect("it writes UTF-8");
            assert!(read > 0, "it ended without saying `{beginning}`:\n{}", self.said);
            self.said.push_str(&line);
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.trim().to_owned();
            }
        }
    }

    /// From here on nobody is interested in what it says, however much that is.
    #[cfg(unix)]
    pub(crate) fn ignore(&mut self) {
        let Some((mut stdout, mut stderr)) = self.pipes.take() else { return };
        thread::spawn(move || io::copy(&mut stdout, &mut io::sink()));
        thread::spawn(move || io::copy(&mut stderr, &mut io::sink()));
    }

    /// Ctrl-C.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends a signal by its name. The shell's own `kill` is there wherever a shell is.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().expect("there is a shell");
        assert!(status.success());
    }

    /// Waits for its end and returns what it still said, on standard output and standard error.
    pub(crate) fn end(&mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        if let Some((stdout, stderr)) = &mut self.pipes {
            stdout.read_to_string(&mut rest).expect("it writes UTF-8");
            stderr.read_to_string(&mut rest).expect("it writes UTF-8");
        }
        (self.child.wait().expect("it ends"), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
