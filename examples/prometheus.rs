//! Metrics of the crate `prometheus` beside observed functions, on one page; and the other way round, in one registry.
//!
//! `cargo run --example prometheus`, then open the address it prints.

use observant::observe;
use prometheus::{IntCounterVec, Registry, TextEncoder, register_int_counter_vec};

#[observe]
fn index(document: &str, indexed: &IntCounterVec) -> Result<usize, String> {
    let language = if document.is_ascii() { "english" } else { "other" };
    indexed.with_label_values(&[language]).inc();
    let words = document.split_whitespace().count();
    if words == 0 { Err("there is nothing to index".to_owned()) } else { Ok(words) }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What the program had before goes into the default registry, as it always did.
    let indexed = register_int_counter_vec!(
        "search_documents_indexed_total",
        "Documents indexed, by language.",
        &["language"]
    )?;
    // And what a component keeps in a registry of its own is named here.
    let cache = Registry::new_custom(Some("cache".to_owned()), None)?;
    let entries = prometheus::IntGauge::new("entries", "Entries in the cache.")?;
    cache.register(Box::new(entries.clone()))?;
    let observant = observant::builder().prometheus_registry(cache).init()?;

    for document in ["to be or not to be", "sein oder nicht sein: die Frage für später", " "] {
        entries.add(i64::try_from(index(document, &indexed).unwrap_or_default())?);
    }

    // The other way round: a registry that the program serves, writes or pushes by itself.
    let registry = Registry::new();
    registry.register(Box::new(observant::prometheus::Collector::new()))?;
    let text = TextEncoder::new().encode_to_string(&registry.gather())?;
    let calls = text.lines().filter(|line| line.starts_with("observe_calls_total"));
    println!("in a registry of its own:\n{}", calls.collect::<Vec<_>>().join("\n"));

    if let Some(address) = observant.local_addr() {
        println!("look at http://{address}/metrics for all of it; Enter ends");
        let _ = std::io::stdin().read_line(&mut String::new());
    }
    Ok(())
}
