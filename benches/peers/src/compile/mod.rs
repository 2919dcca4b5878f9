//! What annotating a function costs when it is compiled, and in the program that comes out.
//!
//! For every attribute a crate of 1,000 functions is written, and one of ten: their difference is free of
//! what cargo, the linker and the attribute's own runtime take. Dependencies are built beforehand,
//! nothing is incremental, and the attributes take turns. What is reported is processor time, of all threads of
//! cargo and rustc: on a busy machine it is steadier than what a clock on the wall says.

mod functions;

use crate::{
    processor,
    table::{Table, number},
};
use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// How a function is annotated, and what that needs.
struct Attribute {
    name: &'static str,
    written: &'static str,
    dependency: &'static str,
}

const ATTRIBUTES: [Attribute; 6] = [
    Attribute { name: "none", written: "", dependency: "" },
    Attribute {
        name: "observant",
        written: "#[observant::observe]",
        dependency: concat!(
            "observant = { path = \"",
            env!("CARGO_MANIFEST_DIR"),
            "/../../runtime\", default-features = false }"
        ),
    },
    Attribute {
        name: "fastrace",
        written: "#[fastrace::trace]",
        dependency: "fastrace = { version = \"*\", features = [\"enable\"] }",
    },
    Attribute {
        name: "hotpath",
        written: "#[hotpath::measure]",
        dependency: "hotpath = { version = \"*\", features = [\"hotpath\"] }",
    },
    Attribute {
        name: "tracing",
        written: "#[tracing::instrument(skip_all)]",
        dependency: "tracing = \"*\"",
    },
    Attribute {
        name: "autometrics",
        written: "#[autometrics::autometrics]",
        dependency: "autometrics = { version = \"*\", features = [\"prometheus\"] }",
    },
];

const ROUNDS: usize = 3;

/// What is asked of cargo.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Check,
    Debug,
    Release,
}

impl Mode {
    const ALL: [Self; 3] = [Self::Check, Self::Debug, Self::Release];

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Debug => &["build"],
            Self::Release => &["build", "--release"],
        }
    }
}

/// The crates' sizes in functions, and the names of their programs.
const FEW: (&str, usize) = ("few", 10);
const MANY: (&str, usize) = ("many", 1_010);

/// Milliseconds and bytes of one function.
#[derive(Clone, Debug, Default)]
struct Figures {
    milliseconds: BTreeMap<Mode, f64>,
    bytes: f64,
}

impl std::fmt::Debug for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Check => "check",
            Self::Debug => "debug",
            Self::Release => "release",
        })
    }
}

/// Prints the table; `only` restricts it to some attributes and `none`.
pub(crate) fn run(only: &[String]) -> Result<(), Box<dyn Error>> {
    let attributes: Vec<&Attribute> = ATTRIBUTES
        .iter()
        .filter(|one| {
            only.is_empty() || one.name == "none" || only.iter().any(|name| name == one.name)
        })
        .collect();
    let workspace = Workspace::write(&attributes)?;
    let figures = workspace.measure(&attributes, ROUNDS)?;
    print(&attributes, &figures);
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // A thousand functions, some megabytes.
fn per_function(many: f64, few: f64) -> f64 {
    (many - few) / (MANY.1 - FEW.1) as f64
}

/// The generated crates.
struct Workspace(PathBuf);

impl Workspace {
    fn write(attributes: &[&Attribute]) -> io::Result<Self> {
        let folder = env::current_exe()?.with_file_name("observant-compile");
        for attribute in attributes {
            let package = folder.join(attribute.name);
            for (program, functions) in [FEW, MANY] {
                let source = package.join("src/bin").join(program);
                fs::create_dir_all(&source)?;
                functions::write(&source, attribute.written, functions)?;
            }
            let manifest = format!(
                "[package]\nname = \"observed-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\n{}\n",
                attribute.name, attribute.dependency
            );
            write_if_new(&package.join("Cargo.toml"), &manifest)?;
        }
        let members: Vec<String> =
            attributes.iter().map(|one| format!("\"{}\"", one.name)).collect();
        let manifest =
            format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
        write_if_new(&folder.join("Cargo.toml"), &manifest)?;
        // The versions that are measured elsewhere in this run.
        fs::copy(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"),
            folder.join("Cargo.lock"),
        )?;
        Ok(Self(folder))
    }

    fn measure(&self, attributes: &[&Attribute], rounds: usize) -> io::Result<Vec<Figures>> {
        let mut figures = vec![Figures::default(); attributes.len()];
        for mode in Mode::ALL {
            let mut least = vec![[f64::INFINITY; 2]; attributes.len()];
            // The first round builds the dependencies.
            for round in 0..=rounds {
                for place in 0..attributes.len() {
                    let place = (place + round) % attributes.len();
                    for (size, (program, _)) in [FEW, MANY].into_iter().enumerate() {
                        let took = self.build(attributes[place], program, mode)?;
                        if round != 0 {
                            least[place][size] = least[place][size].min(took);
                        }
                    }
                }
                eprintln!("{mode:?}: round {round} of {rounds}");
            }
            for (figures, [few, many]) in figures.iter_mut().zip(least) {
                figures.milliseconds.insert(mode, per_function(many, few) * 1e3);
            }
        }
        for (figures, attribute) in figures.iter_mut().zip(attributes) {
            figures.bytes =
                per_function(self.stripped(attribute, MANY.0)?, self.stripped(attribute, FEW.0)?);
        }
        Ok(figures)
    }

    /// Seconds of processor time that one build takes whose dependencies are there.
    fn build(&self, attribute: &Attribute, program: &str, mode: Mode) -> io::Result<f64> {
        let main = self.0.join(attribute.name).join("src/bin").join(program).join("main.rs");
        fs::File::options().append(true).open(&main)?.set_modified(std::time::SystemTime::now())?;
        let before = processor::of_children();
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(&self.0)
            .args(mode.arguments())
            .args(["--offline", "--quiet", "--package", &format!("observed-{}", attribute.name)])
            .args(["--bin", program, "--target-dir"])
            .arg(self.0.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
            .output()?;
        let took = processor::of_children() - before;
        if output.status.success() {
            Ok(took)
        } else {
            Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
        }
    }

    /// Bytes of the release program without symbols.
    #[allow(clippy::cast_precision_loss)]
    fn stripped(&self, attribute: &Attribute, program: &str) -> io::Result<f64> {
        self.build(attribute, program, Mode::Release)?;
        let built = self.0.join("target/release").join(program);
        let stripped = built.with_extension("stripped");
        let status = Command::new("strip").arg("-o").arg(&stripped).arg(&built).status()?;
        if !status.success() {
            return Err(io::Error::other("`strip` failed"));
        }
        Ok(fs::metadata(&stripped)?.len() as f64)
    }
}

fn write_if_new(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).ok().as_deref() == Some(text) {
        return Ok(());
    }
    fs::write(path, text)
}

fn print(attributes: &[&Attribute], figures: &[Figures]) {
    let bare = figures[0].clone();
    let tracing = attributes.iter().position(|one| one.name == "tracing");
    let columns = ["check ms", "debug ms", "release ms", "bytes"];
    let values = |figures: &Figures| -> Vec<f64> {
        figures.milliseconds.values().copied().chain([figures.bytes]).collect()
    };
    let mut table = Table::new("attribute");
    for head in columns {
        table.column(head);
    }
    for _ in columns {
        table.column("/ tracing");
    }
    for (attribute, own) in attributes.iter().zip(figures) {
        let name = match attribute.written {
            "" => "none: the function itself".to_owned(),
            attribute => format!("`{attribute}`"),
        };
        let beyond: Vec<f64> = if attribute.written.is_empty() {
            values(own)
        } else {
            values(own).iter().zip(values(&bare)).map(|(own, bare)| own - bare).collect()
        };
        let mut cells: Vec<String> = beyond[..3].iter().map(|cell| number(*cell, 2)).collect();
        cells.push(number(beyond[3], 0));
        for (cell, place) in beyond.iter().zip(0..) {
            let of = tracing.filter(|_| !attribute.written.is_empty());
            let beside = of.map(|at| values(&figures[at])[place] - values(&bare)[place]);
            cells.push(beside.map_or_else(|| "-".to_owned(), |beside| number(cell / beside, 2)));
        }
        table.row(name, cells);
    }
    table.print();
}
