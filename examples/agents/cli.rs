//! The command line: what may be said, and what it means.

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf, time::Duration};

use lexopt::{Parser, ValueExt, prelude::*};

use crate::chaos::Chaos;

/// What `--help` prints.
pub const HELP: &str = "\
A small team of agents reviews a folder of text and source files and writes report.md.

Usage: agents [OPTIONS] [FOLDER]

FOLDER is the current one unless named. Hidden files, target, node_modules and what .gitignore
names are left out. The team's memory lies in your cache folder; the report is all that is written.

Options:
      --once              end after the report; else metrics are served until Ctrl-C
  -o, --out FILE          the report [report.md]
      --data DIRECTORY    the team's memory, instead of a place in the cache folder
  -j, --jobs N            files under review at a time [8]
      --deadline SECONDS  longest time for one file [60]
      --max-bytes N       files longer than this are left out [1048576]
      --again SECONDS     review the folder once more so long after each review, until Ctrl-C
      --fresh             review again what has not changed since the last run
      --no-ignore         do not honour .gitignore
      --trace             print the trace of one task, the first file's, and send none
      --built-in          ask the built-in model even if OPENAI_BASE_URL is set
      --chaos WHAT        break something some seconds after the report, for /health to tell:
                          store, model (the built-in one) or stall (the async runtime);
                          `kill -USR1` mends it, and the next one breaks it again
  -h, --help              this text
  -V, --version           the version

Environment:
  OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL
                          an OpenAI-compatible server; it is sent the text of every file
  OBSERVANT_LISTEN        where metrics are served [127.0.0.1:9464]
  OTEL_EXPORTER_OTLP_ENDPOINT
                          a collector that is sent the trace of every task, and metrics

Exit status: 0 all reviewed, 1 something failed, 2 wrong usage, 130 interrupted before the report.";

/// What was asked for.
#[derive(Debug)]
pub enum Command {
    /// Print the help.
    Help,
    /// Print the version.
    Version,
    /// Review a folder.
    Review(Options),
}

/// How to review.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each flag of the command line")]
pub struct Options {
    /// The folder.
    pub folder: PathBuf,
    /// End after the report.
    pub once: bool,
    /// Where the report goes.
    pub out: PathBuf,
    /// Where the memory goes; the cache folder if `None`.
    pub data: Option<PathBuf>,
    /// Files at a time.
    pub jobs: NonZeroUsize,
    /// Longest time for one file.
    pub deadline: Duration,
    /// Longest file, in bytes.
    pub largest_file: u64,
    /// How long after a review the next one begins.
    pub again: Option<Duration>,
    /// Review again what has not changed.
    pub fresh: bool,
    /// Leave out what `.gitignore` names.
    pub honour_ignore_files: bool,
    /// Print the trace of one task, and record no other.
    pub trace: bool,
    /// Ask the built-in model whatever the environment says.
    pub built_in: bool,
    /// What to break while it serves.
    pub chaos: Option<Chaos>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("."),
            once: false,
            out: PathBuf::from("report.md"),
            data: None,
            jobs: NonZeroUsize::new(8).expect("eight is not zero"),
            deadline: Duration::from_secs(60),
            largest_file: 1024 * 1024,
            again: None,
            fresh: false,
            honour_ignore_files: true,
            trace: false,
            built_in: false,
            chaos: None,
        }
    }
}

/// Reads the arguments, the program's own name first.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    let mut folder = None;
    let mut parser = Parser::from_iter(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("once") => options.once = true,
            Short('o') | Long("out") => options.out = parser.value()?.into(),
            Long("data") => options.data = Some(parser.value()?.into()),
            Short('j') | Long("jobs") => options.jobs = parser.value()?.parse()?,
            Long("deadline") => options.deadline = parser.value()?.parse_with(seconds)?,
            Long("max-bytes") => options.largest_file = parser.value()?.parse()?,
            Long("again") => options.again = Some(parser.value()?.parse_with(seconds)?),
            Long("fresh") => options.fresh = true,
            Long("no-ignore") => options.honour_ignore_files = false,
            Long("trace") => options.trace = true,
            Long("built-in") => options.built_in = true,
            Long("chaos") => options.chaos = Some(parser.value()?.parse_with(Chaos::parse)?),
            Value(value) if folder.is_none() => folder = Some(PathBuf::from(value)),
            other => return Err(other.unexpected()),
        }
    }
    options.folder = folder.unwrap_or(options.folder);
    if options.once && options.chaos.is_some() {
        return Err("`--chaos` breaks what is served, and with `--once` nothing is".into());
    }
    if options.once && options.again.is_some() {
        return Err("`--again` goes on until Ctrl-C, and `--once` ends after one review".into());
    }
    Ok(Command::Review(options))
}

fn seconds(value: &str) -> Result<Duration, String> {
    value
        .parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "it is no positive number of seconds".to_owned())
}
