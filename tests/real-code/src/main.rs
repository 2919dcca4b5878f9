//! The program behind `scripts/real-code`: from a list of crates to a table.

use lexopt::{Arg, Parser, ValueExt};
use observant_real_code::{
    Build, Cargo, Diagnostics, Package, Report, Results, Trees, Wanted, differences, everything,
    is_by_nature,
};
use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

const HELP: &str = "\
Puts `#[observe]` before every function of published crates that is not `const`, builds them, runs their
tests, and compares with the crates as they are.

usage: scripts/real-code [OPTIONS] [CRATE ..]

A CRATE is `name`, `name@version`, or either with `:feature,feature`. Without any, those of
tests/real-code/crates.txt are taken.

  --lints            compare what rustc and clippy say, with every lint on, instead of running tests
  --no-doc           leave out the examples in the documentation
  --toolchain NAME   use this toolchain of rustup
  --list FILE        take the crates of another list, one a line
  --help             print this

Sources are fetched and unpacked by cargo, copied below target/real-code, and annotated there. The exit
status is 0 if everything built, and every test passed that passes without annotations. `functions` is
how many were annotated; `compiled` how many the tests' programs hold, where a macro may have made many
of one and a condition none.";

const TESTS: [&str; 8] =
    ["crate", "version", "edition", "functions", "compiled", "built", "tests before", "after"];
const LINTS: [&str; 7] =
    ["crate", "version", "edition", "functions", "lints before", "after", "by nature"];

#[derive(Default)]
struct Options {
    lints: bool,
    no_doc: bool,
    toolchain: Option<String>,
    list: Option<PathBuf>,
    crates: Vec<Wanted>,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options::default();
    let mut parser = Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("lints") => options.lints = true,
            Arg::Long("no-doc") => options.no_doc = true,
            Arg::Long("toolchain") => options.toolchain = Some(parser.value()?.string()?),
            Arg::Long("list") => options.list = Some(parser.value()?.into()),
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Value(value) => options.crates.push(value.parse()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

fn run() -> Result<bool, Box<dyn Error>> {
    let Some(mut options) = options()? else {
        println!("{HELP}");
        return Ok(true);
    };
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    if options.crates.is_empty() {
        let list = options.list.clone().unwrap_or_else(|| home.join("crates.txt"));
        options.crates = listed(&list)?;
    }
    let workspace = home.join("../..").canonicalize()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let room = target.unwrap_or_else(|| workspace.join("target")).join("real-code");
    let cargo = |target| Cargo { target: room.join(target), toolchain: options.toolchain.clone() };
    let (bare, observed) = (cargo("target/bare"), cargo("target/observed"));
    let bench = Bench { bare, observed, room, runtime: workspace.join("runtime"), options };
    Ok(if bench.options.lints {
        bench.each(&LINTS, Bench::lints)
    } else {
        bench.each(&TESTS, Bench::tests)
    })
}

/// The crates of a list: one a line, `#` begins a comment.
fn listed(list: &Path) -> Result<Vec<Wanted>, Box<dyn Error>> {
    let text = fs::read_to_string(list).map_err(|error| format!("{}: {error}", list.display()))?;
    let words = text.lines().filter_map(|line| line.split('#').next()?.split_whitespace().next());
    words.map(|word| word.parse().map_err(Into::into)).collect()
}

/// What all crates share.
struct Bench {
    bare: Cargo,
    observed: Cargo,
    room: PathBuf,
    runtime: PathBuf,
    options: Options,
}

/// One crate, fetched and annotated.
struct Subject {
    package: Package,
    trees: Trees,
}

impl Bench {
    fn prepare(&self, wanted: &Wanted) -> io::Result<Subject> {
        eprintln!("{}: fetching", wanted.name);
        let package = Package::fetch(wanted, &self.bare, &self.room.join("scratch"))?;
        let room = self.room.join(format!("{}-{}", package.name, package.version));
        let trees = Trees::make(&package, &room, &self.runtime)?;
        Ok(Subject { package, trees })
    }

    /// Every crate in turn; one that cannot be had, or is broken by itself, does not stop the others.
    fn each(
        &self,
        header: &[&str],
        compare: impl Fn(&Self, &Wanted, &mut Report) -> io::Result<()>,
    ) -> bool {
        let mut report = Report::new(header);
        for wanted in &self.options.crates {
            if let Err(error) = compare(self, wanted, &mut report) {
                report.fault(format!("{}: {error}", wanted.name));
            }
        }
        println!("{report}");
        report.is_good()
    }

    fn tests(&self, wanted: &Wanted, report: &mut Report) -> io::Result<()> {
        let Subject { package, trees } = self.prepare(wanted)?;
        let (name, features) = (&package.name, &wanted.features);
        eprintln!("{name}: as it is");
        let bare = Build::run(&self.bare, &trees.bare, features)?;
        if bare.targets().is_empty() {
            return Err(io::Error::other(format!("does not build by itself: {:?}", bare.errors)));
        }
        let documentation = !self.options.no_doc && bare.library;
        let targets = bare.tested.iter().cloned();
        let before = Results::run(&self.bare, &trees.bare, features, targets, documentation)?;
        fs::copy(trees.bare.join("Cargo.lock"), trees.observed.join("Cargo.lock"))?;
        eprintln!("{name}: {} functions observed", trees.counts.functions);
        let observed = Build::run(&self.observed, &trees.observed, features)?;
        let missing: Vec<_> = bare.targets().difference(&observed.targets()).copied().collect();
        let targets = bare.tested.intersection(&observed.tested).cloned();
        let after =
            Results::run(&self.observed, &trees.observed, features, targets, documentation)?;
        if !bare.callsites.is_empty() || observed.callsites.is_empty() {
            report.fault(format!("{name}: what was built is not what was annotated"));
        }
        for target in &missing {
            report.fault(format!("{name}: {target} does not build"));
        }
        if !missing.is_empty() {
            observed.errors.iter().for_each(|error| report.fault(error.clone()));
        }
        for test in before.lost(&after) {
            report.fault(format!("{name}: {test}: passes without annotations only"));
        }
        report.counted(&trees.counts);
        report.row(&[
            name,
            &package.version,
            &package.edition,
            &trees.counts.functions.to_string(),
            &observed.callsites.len().to_string(),
            if missing.is_empty() { "yes" } else { "NO" },
            &before.passed().to_string(),
            &after.passed().to_string(),
        ]);
        Ok(())
    }

    fn lints(&self, wanted: &Wanted, report: &mut Report) -> io::Result<()> {
        let Subject { package, trees } = self.prepare(wanted)?;
        let lints = everything(&self.bare, &self.room.join("scratch"))?;
        let of = |cargo, tree| Diagnostics::of(cargo, tree, &wanted.features, &lints);
        let bare = of(&self.bare, &trees.bare)?;
        fs::copy(trees.bare.join("Cargo.lock"), trees.observed.join("Cargo.lock"))?;
        let observed = of(&self.observed, &trees.observed)?;
        let (by_nature, others): (Vec<_>, Vec<_>) =
            differences(&bare, &observed).into_iter().partition(|line| is_by_nature(line));
        for line in others {
            report.fault(format!("{}: {line}", package.name));
        }
        report.counted(&trees.counts);
        report.row(&[
            &package.name,
            &package.version,
            &package.edition,
            &trees.counts.functions.to_string(),
            &bare.count().to_string(),
            &observed.count().to_string(),
            &by_nature.len().to_string(),
        ]);
        Ok(())
    }
}
