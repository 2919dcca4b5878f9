//! What the documents say against what the source says: settings, features, options, families, links.
//!
//! Reads files of the workspace; the families come from this very process. Rust snippets are compiled as doctests of
//! this crate, see `src/snippets.rs`.

use observant_tests::prometheus::is_there;
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Documents at the root of the workspace, and beside what they tell of.
const DOCUMENTS: [&str; 9] = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/guide/README.md",
    "docs/reference/README.md",
    "examples/agents/README.md",
    "dashboards/kubernetes/README.md",
    "dashboards/compose/README.md",
];

/// Pages of a folder of documents but its list of pages.
fn pages(folder: &str) -> Vec<String> {
    let files = fs::read_dir(root().join(folder)).expect("a folder");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("UTF-8"));
    let mut pages: Vec<_> = names.filter(|name| name != "README.md").collect();
    pages.sort_unstable();
    assert!(pages.len() >= 10, "{pages:?}");
    pages
}

fn guide() -> Vec<String> {
    pages("docs/guide")
}

/// Paths of all documents for users, and of those for whoever works on this.
fn documents() -> Vec<String> {
    let folders = ["docs/guide", "docs/reference", "docs/runbooks"].into_iter();
    let pages = folders
        .flat_map(|folder| pages(folder).into_iter().map(move |name| format!("{folder}/{name}")));
    pages.chain(DOCUMENTS.map(str::to_owned)).collect()
}

fn page(name: &str) -> String {
    read(&format!("docs/guide/{name}"))
}

/// The blocks of code of a language.
fn blocks<'d>(document: &'d str, language: &str) -> Vec<&'d str> {
    let start = format!("\n```{language}\n");
    document.split(&*start).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// The queries of a block, of which a comment begins each.
fn queries(block: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in block.lines() {
        match all.last_mut() {
            Some(query) if !line.starts_with('#') => query.extend([line, "\n"]),
            _ => all.push(String::new()),
        }
    }
    all.retain(|query| !query.is_empty());
    all
}

/// What links to a heading name it by, as GitHub makes them.
fn anchors(document: &str) -> Names {
    let mut is_code = false;
    let headings = document.lines().filter(|line| {
        is_code ^= line.starts_with("```");
        !is_code && line.starts_with('#')
    });
    let kept = |char: char| match char {
        ' ' => Some('-'),
        '-' | '_' => Some(char),
        char => char.is_alphanumeric().then(|| char.to_ascii_lowercase()),
    };
    headings
        .map(|line| line.trim_start_matches('#').trim().chars().filter_map(kept).collect())
        .collect()
}

/// The first cells of the table whose header row begins with `| header |`.
fn column(document: &str, header: &str) -> Vec<String> {
    let start = format!("| {header} |");
    let rows = document.lines().skip_while(|line| !line.starts_with(&start)).skip(2);
    // `\|` is a bar within a cell.
    rows.take_while(|line| line.starts_with('|'))
        .map(|row| row.replace("\\|", "\u{1}"))
        .filter_map(|row| row.split('|').nth(1).map(|cell| cell.trim().replace('\u{1}', "|")))
        .collect()
}

/// What stands between backticks in `text`.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Everything `text` quotes that `is_wanted`, such as the string literals of a source file.
fn literals(text: &str, is_wanted: impl Fn(&str) -> bool) -> Names {
    text.split('"').filter(|literal| is_wanted(literal)).map(str::to_owned).collect()
}

fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("OBSERVANT_").or_else(|| text.strip_prefix("OTEL_"));
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    })
}

/// Targets of links that are not absolute.
fn relative_links(document: &str) -> impl Iterator<Item = &str> {
    let targets = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://"))
}

/// What is wrong with a link of a document at `path`.
fn fault(path: &str, link: &str) -> Option<String> {
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, at)| (file, Some(at)));
    let folder = Path::new(path).parent().expect("a folder");
    let target = if file.is_empty() { PathBuf::from(path) } else { folder.join(file) };
    if !root().join(&target).exists() {
        return Some(format!("{path} links to {link}"));
    }
    let anchor = anchor?;
    let there = anchors(&read(target.to_str().expect("UTF-8")));
    (!there.contains(anchor))
        .then(|| format!("{path}: {} has no heading `{anchor}`", target.display()))
}

/// Every setting of the runtime.
fn settings() -> Names {
    let mut known = Names::new();
    for file in ["environment", "export", "sampling"] {
        known.extend(literals(&read(&format!("runtime/src/config/{file}.rs")), is_variable));
    }
    // Those of OTLP have a form for each signal, which the reference tells once.
    let source = read("runtime/src/config/otlp.rs");
    let general = source.split("per_signal!(\"").skip(1).filter_map(|rest| rest.split('"').next());
    known.extend(general.map(|name| format!("OTEL_EXPORTER_OTLP_{name}")));
    assert!(known.len() > 40, "{known:?}");
    known
}

#[test]
fn every_setting_is_listed() {
    let page = read("docs/reference/settings.md");
    let written: Names =
        quoted(&page).filter(|name| is_variable(name)).map(str::to_owned).collect();
    assert_eq!(written, settings());
}

/// Names in a text that begin so.
fn named<'d>(document: &'d str, prefixes: &[&str]) -> BTreeSet<&'d str> {
    let words = document.split(|char: char| !char.is_ascii_alphanumeric() && char != '_');
    words.filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix))).collect()
}

#[test]
fn documents_name_settings_that_there_are() {
    let known = settings();
    for path in documents() {
        let text = read(&path);
        // What ends so stands for several, or is the variable of another crate's settings.
        let names =
            named(&text, &["OBSERVANT_", "OTEL_"]).into_iter().filter(|it| !it.ends_with('_'));
        for name in names.filter(|name| *name != "OTEL_CONFIG_FILE") {
            assert!(known.contains(name), "{path} names {name}");
        }
    }
}

/// Our metrics as they stand in the source, of which buckets, sums and counts are parts.
#[test]
fn documents_name_metrics_that_there_are() {
    let mut source = String::new();
    let mut folders = vec![root().join("runtime/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                source.push_str(&fs::read_to_string(path).expect("a file"));
            }
        }
    }
    let known = named(&source, &["observe_", "observant_"]);
    let mut seen = 0;
    for name in documents() {
        let text = read(&name);
        for metric in
            named(&text, &["observe_", "observant_"]).into_iter().filter(|it| !it.ends_with('_'))
        {
            let parts = ["_bucket", "_sum", "_count"].map(|part| metric.strip_suffix(part));
            let family = parts.into_iter().flatten().next().unwrap_or(metric);
            assert!(known.contains(metric) || known.contains(family), "{name} names {metric}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn every_page_of_the_guide_shows_code_and_leads_on() {
    for name in guide() {
        let text = page(&name);
        let end = text.trim_end().rsplit("\n\n").next().unwrap_or_default();
        assert!(end.starts_with("**Next:** "), "{name} leads nowhere");
        assert!(text.contains("\n```rust"), "{name} shows no code");
        // Of any other kind, a block is looked at by no test.
        let mut fences = text.lines().filter_map(|line| line.strip_prefix("```"));
        while let Some(language) = fences.next() {
            let known = ["rust", "rust,no_run", "sh", "toml", "yaml", "promql", "text"];
            assert!(known.contains(&language), "{name}: ```{language}");
            assert_eq!(fences.next(), Some(""), "{name}: a block does not end");
        }
    }
}

#[test]
fn every_page_is_compiled_and_listed() {
    let (compiled, readme) = (read("tests/src/snippets.rs"), read("README.md"));
    for folder in ["docs/guide", "docs/reference"] {
        let list = read(&format!("{folder}/README.md"));
        assert!(
            readme.contains(&format!("]({folder}/README.md)")),
            "README.md leads not to {folder}"
        );
        for name in pages(folder) {
            let path = format!("{folder}/{name}");
            assert!(
                list.contains(&format!("]({name})")),
                "{folder}/README.md does not list {name}"
            );
            let is_compiled = compiled.contains(&format!("../../{path}\""));
            assert!(is_compiled || !read(&path).contains("\n```rust"), "nobody compiles {path}");
        }
    }
}

#[test]
fn commands_are_commands_and_queries_are_queries() {
    let mut rules = String::from("groups:\n- name: guide\n  rules:\n");
    let mut count = 0;
    for path in documents() {
        let text = read(&path);
        for block in blocks(&text, "sh") {
            let output = Command::new("sh").args(["-n", "-c", block]).output().expect("a shell");
            assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        }
        for query in blocks(&text, "promql").into_iter().flat_map(queries) {
            let text = serde_json::Value::from(query);
            let _ = writeln!(rules, "  - {{record: 'guide:{count}', expr: {text}}}");
            count += 1;
        }
        for block in blocks(&text, "toml") {
            assert!(block.contains("observant = "), "{path}: {block}");
            let features =
                block.split("features = [").nth(1).and_then(|rest| rest.split(']').next());
            for feature in features.into_iter().flat_map(|list| list.split('"').skip(1).step_by(2))
            {
                assert!(features_of_the_runtime().contains(feature), "{path}: {feature}");
            }
        }
    }
    assert!(count > 8, "{count}");
    if is_there("promtool") {
        let file =
            std::env::temp_dir().join(format!("observant-guide-{}.yaml", std::process::id()));
        fs::write(&file, &rules).expect("it can be written");
        let output = Command::new("promtool").args(["check", "rules"]).arg(&file).output();
        fs::remove_file(file).expect("it can be removed");
        let output = output.expect("it starts");
        assert!(output.status.success(), "{}\n{rules}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Lines of Rust that rustdoc leaves out, and GitHub shows: whoever pastes them has a program that does not compile.
fn hidden_lines(document: &str) -> Vec<&str> {
    let rust = ["rust", "rust,no_run"].into_iter().flat_map(|language| blocks(document, language));
    let lines = rust.flat_map(str::lines);
    lines.filter(|line| line.trim() == "#" || line.trim_start().starts_with("# ")).collect()
}

#[test]
fn what_is_shown_can_be_pasted() {
    for path in documents() {
        assert_eq!(hidden_lines(&read(&path)), [""; 0], "{path}");
    }
    let text = "\n```rust\n# fn a() {\n#[b]\n  # c\n#\n```\n\n```sh\n# d\n```\n\n```rust,no_run\n# e\n```\n";
    assert_eq!(hidden_lines(text), ["# fn a() {", "  # c", "#", "# e"]);
}

/// Those for users.
fn features_of_the_runtime() -> Names {
    let manifest = read("runtime/Cargo.toml");
    let table = manifest.split("[features]").nth(1).expect("features").split("\n[").next();
    let keys = table.unwrap_or_default().lines().filter_map(|line| line.split_once(" = "));
    // A name that begins with `_` is no feature for users.
    let is_public = |key: &&str| !key.starts_with(['#', '_']) && *key != "default";
    let keys = keys.map(|(key, _)| key).filter(is_public);
    let known: Names = keys.map(str::to_owned).collect();
    assert!(known.contains("http"), "{known:?}");
    known
}

#[test]
fn the_readme_lists_every_feature() {
    let known = features_of_the_runtime();
    let cells = column(&read("README.md"), "feature");
    let written: Names = cells.iter().flat_map(|cell| quoted(cell)).map(str::to_owned).collect();
    assert_eq!(written, known);
}

/// The options and the kinds that the message about an unknown option lists.
fn options_and_kinds() -> (Names, Names) {
    let message = read("tests/ui/observe/fail/unknown_option.stderr");
    let line = message.lines().next().expect("a message");
    let (_, list) = line.split_once("one of").expect("the list of options");
    let (options, kinds) = list.split_once("an agent kind (").expect("the list of kinds");
    let names = |list| quoted(list).map(str::to_owned).collect();
    (names(options), names(kinds))
}

#[test]
fn every_option_is_listed() {
    let (known, _) = options_and_kinds();
    assert!(known.contains("name"), "{known:?}");
    let written =
        column(&read("docs/reference/annotations.md"), "option").into_iter().map(|cell| {
            let option = cell.trim_start_matches("`#[observe(").to_owned();
            option
                .split(|end: char| !end.is_ascii_alphanumeric() && end != '_')
                .next()
                .unwrap()
                .to_owned()
        });
    assert_eq!(written.collect::<Names>(), known);
}

/// What a table says of each kind, in its last column: `kind`, then options.
fn kinds(document: &str) -> BTreeSet<Vec<String>> {
    let rows = document.lines().skip_while(|line| !line.starts_with("| kind |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.trim_matches('|').split('|').collect::<Vec<_>>());
    let ends = cells.map(|cells| format!("{}{}", cells[0], cells[cells.len() - 1]));
    ends.map(|ends| quoted(&ends).map(str::to_owned).collect()).collect()
}

/// What the attribute's documentation says of options is held against the macro in the macro's own tests.
#[test]
fn every_kind_is_listed_with_its_options() {
    let (_, known) = options_and_kinds();
    assert!(known.contains("agent"), "{known:?}");
    let written = kinds(&read("docs/reference/kinds.md"));
    assert_eq!(written.iter().map(|kind| kind[0].clone()).collect::<Names>(), known);
    assert_eq!(written, kinds(&read("runtime/src/genai/kinds.md")));
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut checked = 0;
    for document in documents() {
        for link in relative_links(&read(&document)) {
            assert_eq!(fault(&document, link), None);
            checked += 1;
        }
    }
    assert!(checked > 80, "only {checked} links");
    for dead in ["axum.mb", "axum.md#nowhere", "#nowhere", "../README.md"] {
        assert!(fault("docs/guide/agents.md", dead).is_some(), "{dead}");
    }
}

/// The readers above, on text with known content: they are not blind.
#[test]
fn the_readers_see() {
    let table = "| a | b |\n|---|---|\n| `x \\| y` | `z` |\n| `w` `v` |\n\n| `u` |";
    assert_eq!(column(table, "a"), ["`x | y`", "`w` `v`"]);
    assert_eq!(column(table, "c"), [""; 0]);
    let table = "| kind | options |\n|---|---|\n| `x` | **`y`**, `z` |\n\n| `u` | `v` |";
    assert_eq!(kinds(table), [["x", "y", "z"].map(str::to_owned).to_vec()].into());
    assert_eq!(quoted("a `b` c `d`").collect::<Vec<_>>(), ["b", "d"]);
    let source = "f(\"OBSERVANT_A\", \"OBSERVANT_\", \"OTEL_B_C\", \"OTEL_b\", \"HOME\")";
    assert_eq!(
        literals(source, is_variable),
        ["OBSERVANT_A", "OTEL_B_C"].map(str::to_owned).into()
    );
    let text = "[a](b.md#c) [d](https://e) [f](#g)";
    assert_eq!(relative_links(text).collect::<Vec<_>>(), ["b.md#c", "#g"]);
    let text = "# A `b`, c\n```sh\n# no heading\n```\n## D-e f's\n```promql\nx\ny\n```";
    assert_eq!(anchors(text), ["a-b-c", "d-e-fs"].map(str::to_owned).into());
    assert_eq!(blocks(text, "promql"), ["x\ny"]);
    assert_eq!(queries("# a\nb\n  c\n# d\ne"), ["b\n  c\n", "e\n"]);
    assert_eq!(named("x{observe_a_b=1} observer", &["observe_"]), ["observe_a_b"].into());
}

#[test]
fn every_metric_of_the_system_is_listed() {
    let source = include_str!("../../runtime/src/system/families.rs");
    let names: Vec<&str> = source
        .split("fn place")
        .next()
        .unwrap_or_default()
        .split('"')
        .filter(|text| {
            ["process_", "cgroup_", "system_", "tokio_", "observant_"]
                .iter()
                .any(|of| text.starts_with(of))
        })
        .filter(|text| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    assert!(names.len() > 50, "{names:?}");
    let page = include_str!("../../docs/reference/system.md");
    let missing: Vec<_> =
        names.into_iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, [""; 0]);
}
