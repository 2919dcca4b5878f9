//! The list of families by which queries are checked, against what programs emit: every label in it is there, and there is no
//! other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use observant_tests::parse::{Dialect, is_of_the_machine, parse};

use crate::program::workspace;

/// Kind and labels, by name.
type Families = BTreeMap<String, (String, BTreeSet<String>)>;

/// Of features and crates beside ours: no board asks for them.
const NOT_LISTED: [&str; 3] = ["aet_", "http_server_", "observant_prometheus_"];

/// What the functions of the example have by `labels(..)`.
const OF_FUNCTIONS: [&str; 2] = ["drill", "mode"];

fn listed() -> Families {
    let text = fs::read_to_string(workspace().join("runtime/schema/families.txt"));
    let text = text.expect("it is there");
    let family = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        let (name, kind) = (words.next()?, words.next()?);
        // This format has no infos.
        let kind = if kind == "info" { "gauge".to_owned() } else { kind };
        Some((name, (kind, words.collect())))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(family).collect()
}

fn seen(scrapes: &[String]) -> Families {
    let mut families = Families::new();
    for scrape in scrapes {
        for family in parse(scrape, Dialect::Text).expect("it is well-formed") {
            let is_of_functions = family.name.starts_with("observe_call")
                || family.name.starts_with("observe_errors_total");
            let labels = family.samples.iter().flat_map(|sample| &sample.labels);
            let names = labels.map(|(name, _)| name.clone()).filter(|name| {
                name != "le" && !(is_of_functions && OF_FUNCTIONS.contains(&name.as_str()))
            });
            let entry = families.entry(family.name.clone()).or_default();
            entry.0.clone_from(&family.kind);
            entry.1.extend(names);
        }
    }
    families
}

/// What differs between the list and all scrapes together. What a machine has not may be listed all the same.
pub(super) fn faults(scrapes: &[String]) -> Vec<String> {
    let (listed, seen) = (listed(), seen(scrapes));
    let mut faults = Vec::new();
    for (name, family) in &seen {
        match listed.get(name) {
            Some(known) if known == family => {}
            Some(known) => faults.push(format!("{name} is {family:?}, and listed as {known:?}")),
            None if NOT_LISTED.iter().any(|of| name.starts_with(of)) => {}
            None => faults.push(format!("{name} is not listed")),
        }
    }
    let unseen = listed.keys().filter(|name| !seen.contains_key(*name) && !is_of_the_machine(name));
    faults.extend(unseen.map(|name| format!("{name} is listed, and nobody emits it")));
    faults
}
