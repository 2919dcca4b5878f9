//! Links between documents lead somewhere, to the heading that they name.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::root;

/// Folders whose pages are documents, beside the root of the workspace.
const FOLDERS: [&str; 6] = [
    "",
    "docs/guide",
    "docs/runbooks",
    "dashboards/kubernetes",
    "examples/agents",
    "benches/peers",
];

/// Every document, by its path below the root.
pub(crate) fn documents() -> Vec<PathBuf> {
    let folders = FOLDERS.iter().map(|folder| root().join(folder)).filter(|path| path.is_dir());
    let entries = folders.flat_map(|folder| fs::read_dir(folder).expect("a folder can be read"));
    let mut pages: Vec<_> = entries
        .map(|entry| entry.expect("it is there").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

/// A page without what stands in fences: there, brackets and hashes are code.
fn prose(page: &str) -> String {
    let mut fenced = false;
    let lines = page.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Targets of links within the workspace.
fn links(page: &str) -> Vec<String> {
    let prose = prose(page);
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

/// The anchors that GitHub gives the headings of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let prose = prose(page);
    let headings = prose.lines().filter_map(|line| {
        let text = line.trim_start_matches('#');
        (line.starts_with('#') && text.starts_with(' ')).then(|| text.trim().to_lowercase())
    });
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    headings.map(|text| text.chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

/// What is wrong with a link of `page`.
fn fault(page: &Path, link: &str) -> Option<String> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target =
        if path.is_empty() { page.to_owned() } else { page.parent().expect("a folder").join(path) };
    if !target.exists() {
        return Some(format!("{} links to {link}, which is not there", page.display()));
    }
    if anchor.is_empty() {
        return None;
    }
    let known = anchors(&fs::read_to_string(&target).unwrap_or_default());
    let lost = !known.contains(anchor);
    lost.then(|| format!("{} links to {link}, among {known:?}", page.display()))
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut checked = 0;
    let mut faults = Vec::new();
    for page in documents() {
        let text = fs::read_to_string(&page).expect("a document is text");
        for link in links(&text) {
            faults.extend(fault(&page, &link));
            checked += 1;
        }
    }
    assert_eq!(faults, [""; 0]);
    assert!(checked > 60, "only {checked} links");
}

#[test]
fn lost_links_are_seen() {
    let page = root().join("docs/guide/slos.md");
    assert_eq!(fault(&page, "../../README.md#in-grafana"), None);
    assert_eq!(fault(&page, "#be-told"), None);
    for lost in ["no-such.md", "../../README.md#no-such-heading", "#nor-this"] {
        assert!(fault(&page, lost).is_some_and(|fault| fault.contains(lost)), "{lost}");
    }
    let text = "[a](b.md#c) [d](https://e) [f](#g)\n```toml\n[x](y)\n# z\n```\n## A `b`, c: D\n";
    assert_eq!(links(text), ["b.md#c", "#g"]);
    assert_eq!(anchors(text), ["a-b-c-d".to_owned()].into());
}
