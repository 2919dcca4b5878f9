//! A published crate: which one is wanted, and where cargo unpacked it.

use crate::cargo::Cargo;
use serde_json::Value;
use std::{
    env,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

/// A crate as it is asked for: `name`, `name@version`, either with `:feature,feature`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As crates.io knows it.
    pub name: String,
    /// The newest that fits this compiler where none is given.
    pub version: Option<String>,
    /// Beside the default ones.
    pub features: Vec<String>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (package, features) = text.split_once(':').unwrap_or((text, ""));
        let (name, version) = match package.split_once('@') {
            Some((name, version)) => (name, Some(version.to_owned())),
            None => (package, None),
        };
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.is_empty() || !name.bytes().all(letters) || version.as_deref() == Some("") {
            return Err(format!("`{text}` is no crate; write `name` or `name@1.2.3:feature`"));
        }
        let features = features.split(',').filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(Self { name: name.to_owned(), version, features: features.collect() })
    }
}

/// A crate that cargo unpacked.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Of Rust.
    pub edition: String,
    /// Where its `Cargo.toml` is.
    pub directory: PathBuf,
    /// The files that targets begin with.
    pub roots: Vec<PathBuf>,
    /// Whether there is a library beside programs.
    pub library: bool,
    /// Its build script, if it has one.
    pub build_script: Option<PathBuf>,
}

impl Package {
    /// Has cargo fetch and unpack a crate, by depending on it in a package at `scratch`.
    ///
    /// # Errors
    ///
    /// When the crate is not there, or files cannot be written.
    pub fn fetch(wanted: &Wanted, cargo: &Cargo, scratch: &Path) -> io::Result<Self> {
        let Wanted { name, version, .. } = wanted;
        let version =
            version.as_ref().map_or_else(|| "*".to_owned(), |version| format!("={version}"));
        let manifest = format!(
            "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{name} = \"{version}\"\n\n[workspace]\n"
        );
        fs::create_dir_all(scratch.join("src"))?;
        fs::write(scratch.join("Cargo.toml"), manifest)?;
        fs::write(scratch.join("src/lib.rs"), "")?;
        let metadata = metadata(cargo, scratch, &[])?;
        let found = packages(&metadata).find(|package| package["name"] == name.as_str());
        match found.and_then(Self::read) {
            Some(package) => Ok(package),
            None => Self::of_programs(wanted, cargo),
        }
    }

    /// A crate without a library: cargo unpacks it for whoever depends on it, and then leaves it out.
    fn of_programs(wanted: &Wanted, cargo: &Cargo) -> io::Result<Self> {
        let Wanted { name, version, .. } = wanted;
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
        let is_wanted = |folder: &Path| {
            let folder = folder.file_name().and_then(OsStr::to_str);
            let rest = folder.and_then(|folder| folder.strip_prefix(name)?.strip_prefix('-'));
            rest.is_some_and(|rest| match version {
                Some(version) => rest == version,
                None => rest.starts_with(|letter: char| letter.is_ascii_digit()),
            })
        };
        let mut found = Vec::new();
        for index in fs::read_dir(home.unwrap_or_default().join("registry/src"))? {
            let folders = fs::read_dir(index?.path())?.map(|entry| Ok(entry?.path()));
            found.extend(folders.collect::<io::Result<Vec<_>>>()?);
        }
        // Of several versions, the one that was unpacked last.
        let unpacked = |folder: &PathBuf| folder.metadata().and_then(|data| data.modified()).ok();
        let found = found.into_iter().filter(|folder| is_wanted(folder)).max_by_key(unpacked);
        let folder = found.ok_or_else(|| io::Error::other(format!("no crate `{name}`")))?;
        Self::open(cargo, &folder)
    }

    /// Reads the package whose `Cargo.toml` is in `directory`.
    ///
    /// # Errors
    ///
    /// When cargo does not understand it.
    pub fn open(cargo: &Cargo, directory: &Path) -> io::Result<Self> {
        let metadata = metadata(cargo, directory, &["--no-deps"])?;
        let found = packages(&metadata).next().and_then(Self::read);
        found.ok_or_else(|| io::Error::other(format!("no package in {}", directory.display())))
    }

    fn read(package: &Value) -> Option<Self> {
        let text = |key: &str| package[key].as_str().map(str::to_owned);
        let mut roots = Vec::new();
        let (mut library, mut build_script) = (false, None);
        for target in package["targets"].as_array()? {
            let path = PathBuf::from(target["src_path"].as_str()?);
            match target["kind"][0].as_str() {
                Some("custom-build") => build_script = Some(path),
                Some("bin" | "test" | "bench" | "example") => roots.push(path),
                _ => {
                    library = true;
                    roots.push(path);
                }
            }
        }
        Some(Self {
            name: text("name")?,
            version: text("version")?,
            edition: text("edition")?,
            directory: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
            roots,
            library,
            build_script,
        })
    }
}

fn metadata(cargo: &Cargo, directory: &Path, arguments: &[&str]) -> io::Result<Value> {
    let output =
        cargo.run(directory, &[&["metadata", "--format-version", "1"], arguments].concat())?;
    if !output.success {
        return Err(io::Error::other(output.stderr));
    }
    serde_json::from_str(&output.stdout).map_err(io::Error::other)
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}
