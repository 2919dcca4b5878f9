//! Spans drawn as a tree, so that two ways of making them can be compared.

use observant::testing::{SpanData, Status};
use std::collections::HashMap;
use std::fmt::Write as _;

/// A span as both ways know it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) id: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) name: String,
    /// What is said of it, in order.
    pub(crate) notes: Vec<String>,
    pub(crate) links: Vec<u64>,
}

/// Draws the spans, children under parents in the order of `spans`.
pub(crate) fn draw(spans: &[Seen]) -> String {
    let names: HashMap<u64, &str> =
        spans.iter().map(|span| (span.id, span.name.as_str())).collect();
    let mut drawn = String::new();
    branch(spans, &names, None, 0, &mut drawn);
    drawn
}

fn branch(
    spans: &[Seen],
    names: &HashMap<u64, &str>,
    parent: Option<u64>,
    depth: usize,
    drawn: &mut String,
) {
    let known = |id: &u64| names.contains_key(id);
    for span in spans.iter().filter(|span| span.parent.filter(known) == parent) {
        let mut notes = span.notes.clone();
        // The order of events counts, not whether a field was known before or after one.
        notes.sort_by_key(|note| note.split(' ').next().map(str::to_owned));
        let links: Vec<_> = span.links.iter().filter_map(|id| names.get(id)).collect();
        let links = if links.is_empty() { String::new() } else { format!(" -> {links:?}") };
        writeln!(drawn, "{:indent$}{} {notes:?}{links}", "", span.name, indent = depth * 2)
            .unwrap();
        branch(spans, names, Some(span.id), depth + 1, drawn);
    }
}

/// What our records say, in the order in which the spans began.
pub(crate) fn of_records(mut records: Vec<SpanData>) -> Vec<Seen> {
    records.sort_by_key(|span| span.start_unix_nanos);
    records
        .into_iter()
        .map(|span| {
            let text = |key: &str| {
                let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
                Some(format!("{:?}", attribute.value))
            };
            let mut notes: Vec<String> =
                span.events.iter().map(|event| format!("event {}", event.name)).collect();
            notes.extend(text("field").map(|field| format!("field {field}")));
            notes.extend(text("late").map(|late| format!("late {late}")));
            if let Status::Error(of) = &span.status
                && !of.is_empty()
            {
                notes.push(format!("error {of}"));
            }
            Seen {
                id: span.span_id.number(),
                parent: span.parent_span_id.map(observant::SpanId::number),
                name: span.name.to_string(),
                notes,
                links: span.links.iter().map(|link| link.context.span_id().number()).collect(),
            }
        })
        .collect()
}
