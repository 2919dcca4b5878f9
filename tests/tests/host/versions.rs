//! Two versions of ourselves in one program. The second is made here: a copy of the sources under another version,
//! which shares nothing with the first but `observant-link`.

use super::{build, executable, workspace};
use observant_tests::program::Program;
use std::{fs, path::Path};

/// The version of the copy.
const OTHER: &str = "0.999.0";

const MAIN: &str = r#"//! Uses one version by itself and the other through a library of sorts.

mod dependency {
    #[newer::observe(crate = newer)]
    pub fn of_the_other() {}
    #[newer::observe(crate = newer)]
    pub fn another_of_the_other() {}
}

#[observant::observe]
fn ours() {}

fn main() {
    let mut guards = Vec::new();
    let mut others = Vec::new();
    for line in std::io::stdin().lines() {
        match line.expect("commands are text").as_str() {
            "init" => {
                let guard = observant::builder().listen("127.0.0.1:0").init().expect("it starts");
                println!("= {{\"address\": \"{}\"}}", guard.local_addr().expect("it listens"));
                guards.push(guard);
            }
            "init-other" => {
                let guard = newer::builder().listen("127.0.0.1:0").init().expect("it starts");
                println!("= {{\"address\": \"{}\"}}", guard.local_addr().expect("it listens"));
                others.push(guard);
            }
            "call" => {
                ours();
                dependency::of_the_other();
                dependency::another_of_the_other();
                println!("= null");
            }
            other => panic!("no command {other}"),
        }
    }
}
"#;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A workspace of the copied crates and a program of both versions, and the program.
fn both() -> Program {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("versions-source");
    let _ = fs::remove_dir_all(&folder);
    for part in ["runtime", "macros"] {
        copy(&workspace().join(part), &folder.join(part));
    }
    let root = workspace().display().to_string().replace('\\', "/");
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let ours = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    let pinned = format!("\"={}\"", env!("CARGO_PKG_VERSION"));
    let (_, shared) = manifest.split_once("[workspace.package]").expect("the manifest has one");
    let shared = shared
        .replace(&format!("version = {ours}"), &format!("version = \"{OTHER}\""))
        .replace(&pinned, &format!("\"={OTHER}\""))
        // The one crate that both share.
        .replace("path = \"link\"", &format!("path = \"{root}/link\""));
    assert!(shared.contains(&format!("version = \"{OTHER}\"")) && shared.contains("/link\""));
    let members =
        "[workspace]\nresolver = \"3\"\nmembers = [\"runtime\", \"macros\", \"program\"]\n";
    fs::write(folder.join("Cargo.toml"), format!("{members}[workspace.package]{shared}")).unwrap();
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let program = folder.join("program");
    fs::create_dir_all(program.join("src")).unwrap();
    fs::write(program.join("src/main.rs"), MAIN).unwrap();
    let manifest = format!(
        "[package]\nname = \"both\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         observant = {{ path = \"{root}/runtime\" }}\n\
         newer = {{ package = \"observant\", path = \"../runtime\" }}\n"
    );
    fs::write(program.join("Cargo.toml"), manifest).unwrap();
    let built = build(&folder, "versions", &["--package", "both"]);
    Program::start(executable(&built.join("debug"), "both"), &[])
}

#[test]
fn another_version_is_noticed_and_said() {
    let mut program = both();
    program.init("");
    program.tell("call");
    let status = program.status();
    let others = serde_json::json!([{ "observant": OTHER, "functions": 2 }]);
    assert_eq!(status["build"]["other_versions"], others);
    let warnings = status["warnings"].to_string();
    for part in [OTHER, "2 functions", "cargo tree --invert observant@0.999.0"] {
        assert!(warnings.contains(part), "{part}: {warnings}");
    }
    let metrics = program.get("/metrics");
    assert!(metrics.text().contains("function=\"ours\",outcome=\"ok\"} 1\n"));
    assert!(!metrics.text().contains("of_the_other"), "each version knows its own");
    // The other way round it is the same.
    let address = program.tell("init-other")["address"].as_str().unwrap().parse().unwrap();
    let metrics = observant_tests::http::get(address, "/metrics");
    assert!(metrics.text().contains("function=\"of_the_other\",outcome=\"ok\"} 1\n"));
    assert!(!metrics.text().contains("function=\"ours\""));
    let told = program.end();
    let said = |text: &str| told.matches(text).count();
    assert_eq!(said(&format!("observant {OTHER} is in this program too")), 1, "{told}");
    let ours =
        format!("observant {} is in this program too, and 1 function ", env!("CARGO_PKG_VERSION"));
    assert_eq!(said(&ours), 1, "{told}");
}
