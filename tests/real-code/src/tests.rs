//! Builds a tree with its tests and runs them. What cargo prints in, verdicts out.

use crate::{cargo::Cargo, package::Package, programs};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::Path,
};

/// Something that cargo builds a program of tests from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    kind: String,
    name: String,
}

impl Target {
    /// As arguments of `cargo test`.
    fn arguments(&self) -> Vec<String> {
        match self.kind.as_str() {
            "bin" | "test" | "example" | "bench" => {
                vec![format!("--{}", self.kind), self.name.clone()]
            }
            "doc" => vec!["--doc".to_owned()],
            _ => vec!["--lib".to_owned()],
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// What was built.
#[derive(Debug, Default)]
pub struct Build {
    /// Targets without tests, such as the library itself.
    pub built: BTreeSet<Target>,
    /// Programs of tests.
    pub tested: BTreeSet<Target>,
    /// Observed functions that are in any of these.
    pub callsites: BTreeSet<String>,
    /// Whether there is a library whose documentation can be tested.
    pub library: bool,
    /// What the compiler refused, as it prints it.
    pub errors: Vec<String>,
}

impl Build {
    /// Builds libraries, programs and tests of the package at `tree`; what fails does not stop the rest.
    ///
    /// # Errors
    ///
    /// When cargo cannot be started.
    pub fn run(cargo: &Cargo, tree: &Path, features: &[String]) -> io::Result<Self> {
        let chosen = features.join(",");
        let mut arguments =
            vec!["build", "--lib", "--bins", "--tests", "--keep-going", "--message-format=json"];
        arguments.extend(["--features", &chosen]);
        let library = Package::open(cargo, tree)?.library;
        if !library {
            arguments.retain(|argument| *argument != "--lib");
        }
        let (output, messages) = cargo.messages(tree, &arguments)?;
        let mut build = Self { library, ..Self::default() };
        let tree = tree.display().to_string();
        for message in &messages {
            let own = message["manifest_path"].as_str().is_some_and(|path| path.starts_with(&tree));
            if own {
                build.note(message)?;
            }
        }
        if !output.success && build.errors.is_empty() {
            build.errors.push(output.stderr);
        }
        Ok(build)
    }

    fn note(&mut self, message: &Value) -> io::Result<()> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let target = &message["target"];
        match message["reason"].as_str() {
            Some("compiler-artifact") if target["kind"][0] != "custom-build" => {
                let target = Target { kind: text(&target["kind"][0]), name: text(&target["name"]) };
                if let Some(program) = message["executable"].as_str() {
                    programs::callsites(&fs::read(program)?, &mut self.callsites);
                }
                if message["profile"]["test"] == true {
                    self.tested.insert(target);
                } else {
                    self.built.insert(target);
                }
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                self.errors.push(text(&message["message"]["rendered"]));
            }
            _ => {}
        }
        Ok(())
    }

    /// Everything that could be built.
    #[must_use]
    pub fn targets(&self) -> BTreeSet<&Target> {
        self.built.union(&self.tested).collect()
    }
}

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not, or did not come to its end.
    Failed,
    /// It was not run.
    Ignored,
}

/// Verdicts by target and test.
#[derive(Debug, Default)]
pub struct Results(pub BTreeMap<(String, String), Verdict>);

impl Results {
    /// Runs the tests of `targets`, and with `documentation` the examples in it.
    ///
    /// # Errors
    ///
    /// When cargo cannot be started.
    pub fn run(
        cargo: &Cargo,
        tree: &Path,
        features: &[String],
        targets: impl IntoIterator<Item = Target>,
        documentation: bool,
    ) -> io::Result<Self> {
        let doc = Target { kind: "doc".to_owned(), name: "documentation".to_owned() };
        let mut results = Self::default();
        for target in targets.into_iter().chain(documentation.then_some(doc)) {
            results.target(cargo, tree, features, &target)?;
        }
        Ok(results)
    }

    fn target(
        &mut self,
        cargo: &Cargo,
        tree: &Path,
        features: &[String],
        target: &Target,
    ) -> io::Result<()> {
        let (chosen, which) = (features.join(","), target.arguments());
        let mut arguments = vec!["test", "--no-fail-fast", "--features", &chosen];
        arguments.extend(which.iter().map(String::as_str));
        let output = cargo.run(tree, &arguments)?;
        let mut ended = false;
        for line in output.stdout.lines() {
            ended |= line.starts_with("test result: ");
            let Some((name, verdict)) = verdict(line) else { continue };
            self.0.insert((target.to_string(), name), verdict);
        }
        // A program of its own making has no list; one that crashed has no end.
        if !ended || (!output.success && !self.failed(target)) {
            let verdict = if output.success { Verdict::Passed } else { Verdict::Failed };
            self.0.insert((target.to_string(), "the program".to_owned()), verdict);
        }
        Ok(())
    }

    fn failed(&self, target: &Target) -> bool {
        let target = target.to_string();
        self.0.iter().any(|((of, _), verdict)| *of == target && *verdict == Verdict::Failed)
    }

    /// How many passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.0.values().filter(|verdict| **verdict == Verdict::Passed).count()
    }

    /// Tests that pass here and not in `other`.
    #[must_use]
    pub fn lost(&self, other: &Self) -> Vec<String> {
        let passed = self.0.iter().filter(|(_, verdict)| **verdict == Verdict::Passed);
        passed
            .filter(|(test, _)| other.0.get(*test) != Some(&Verdict::Passed))
            .map(|((target, name), _)| format!("{target}: {name}"))
            .collect()
    }
}

/// Reads `test name ... ok`.
fn verdict(line: &str) -> Option<(String, Verdict)> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let verdict = match outcome.split([',', ' ']).next()? {
        "ok" => Verdict::Passed,
        "FAILED" => Verdict::Failed,
        "ignored" => Verdict::Ignored,
        _ => return None,
    };
    // Examples in the documentation are called by their line, which annotations keep.
    Some((name.to_owned(), verdict))
}
