//! Runs cargo: one environment for all runs, an end to each, and what it printed.

use serde_json::Value;
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// A test that hangs ends here.
const LONGEST: Duration = Duration::from_secs(3_600);

/// The name of a toolchain as rustup knows it; `None` is the one that runs this.
pub type Toolchain = Option<String>;

/// How cargo is run.
#[derive(Clone, Debug)]
pub struct Cargo {
    /// Where everything is built. Two copies of a crate need two: cargo knows a package that is a workspace
    /// by itself from another of the same name only by where it was built.
    pub target: PathBuf,
    /// Which compiler.
    pub toolchain: Toolchain,
}

/// What one run left.
#[derive(Debug)]
pub struct Output {
    /// Whether it ended well, and in time.
    pub success: bool,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Cargo {
    /// Runs `cargo arguments` in `directory`.
    ///
    /// # Errors
    ///
    /// When cargo cannot be started.
    pub fn run(&self, directory: &Path, arguments: &[&str]) -> io::Result<Output> {
        let mut command = match &self.toolchain {
            None => Command::new("cargo"),
            Some(toolchain) => {
                let mut command = Command::new("rustup");
                command.args(["run", toolchain, "cargo"]).env("RUSTUP_TOOLCHAIN", toolchain);
                command
            }
        };
        command
            // What every call runs through, millions of times in some tests.
            .args(["--config", "profile.dev.package.observant.opt-level=3"])
            .args(arguments)
            .current_dir(directory)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
            .env("CARGO_PROFILE_TEST_DEBUG", "line-tables-only")
            // What a published crate denies is its authors' business, as for whoever depends on it.
            .env("RUSTFLAGS", "--cap-lints=warn")
            .env("RUSTDOCFLAGS", "--cap-lints=warn")
            .env_remove("CARGO_BUILD_TARGET")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        // The package this program belongs to is not the one being built.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
            }) {
                command.env_remove(name);
            }
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(grouped(child).spawn()?)
    }

    /// The same, and only the lines of JSON on standard output.
    ///
    /// # Errors
    ///
    /// When cargo cannot be started.
    pub fn messages(
        &self,
        directory: &Path,
        arguments: &[&str],
    ) -> io::Result<(Output, Vec<Value>)> {
        let output = self.run(directory, arguments)?;
        let messages =
            output.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ok((output, messages))
    }
}

/// In a process group of its own, so that what cargo started ends with it.
#[cfg(unix)]
fn grouped(command: &mut Command) -> &mut Command {
    std::os::unix::process::CommandExt::process_group(command, 0)
}

#[cfg(not(unix))]
fn grouped(command: &mut Command) -> &mut Command {
    command
}

fn finish(mut child: Child) -> io::Result<Output> {
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > LONGEST {
            end(&mut child)?;
            break None;
        }
        thread::sleep(Duration::from_millis(20));
    };
    let text = |reader: JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    let (stdout, mut stderr) = (text(stdout), text(stderr));
    if status.is_none() {
        stderr.push_str("\nerror: ended after half an hour\n");
    }
    Ok(Output { success: status.is_some_and(|status| status.success()), stdout, stderr })
}

fn end(child: &mut Child) -> io::Result<()> {
    if cfg!(unix) {
        let group = format!("-{}", child.id());
        Command::new("kill").args(["-9", "--", &group]).status()?;
    }
    // Already gone, as a rule.
    let _ = child.kill();
    child.wait().map(drop)
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read until then is what there is.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
