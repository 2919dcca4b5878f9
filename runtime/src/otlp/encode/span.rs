//! `ExportTraceServiceRequest` of finished spans.

use super::{Resource, put_attributes, put_scope};
use crate::{
    span::{Event, Link, SpanData, SpanKind, Status},
    wire::{put_bytes, put_fixed32, put_fixed64, put_message, put_text, put_varint},
};

/// Bytes a span takes, to begin with.
const EXPECTED: usize = 384;

/// The flags of a span say whether its parent is in another process (`SpanFlags` in `trace.proto`).
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// A request with these spans, by scope.
pub(in crate::otlp) fn request(resource: &Resource, spans: &[SpanData]) -> Vec<u8> {
    let mut out = Vec::with_capacity(resource.0.len() + spans.len() * EXPECTED);
    put_message(&mut out, 1, |out| {
        out.extend_from_slice(&resource.0);
        for scope in scopes(spans) {
            put_message(out, 2, |out| {
                put_scope(out, scope);
                for span in spans.iter().filter(|span| span.scope == scope) {
                    put_message(out, 2, |out| put_span(out, span));
                }
            });
        }
    });
    out
}

/// Every scope once. There are few.
fn scopes(spans: &[SpanData]) -> Vec<&str> {
    let mut scopes: Vec<&str> = Vec::new();
    for span in spans {
        if !scopes.contains(&span.scope.as_ref()) {
            scopes.push(&span.scope);
        }
    }
    scopes
}

fn put_span(out: &mut Vec<u8>, span: &SpanData) {
    put_bytes(out, 1, &span.trace_id.to_bytes());
    put_bytes(out, 2, &span.span_id.to_bytes());
    if let Some(state) = &span.trace_state {
        put_text(out, 3, state);
    }
    if let Some(parent) = span.parent_span_id {
        put_bytes(out, 4, &parent.to_bytes());
    }
    put_text(out, 5, &span.name);
    put_varint(out, 6, kind(span.kind));
    put_fixed64(out, 7, span.start_unix_nanos);
    put_fixed64(out, 8, span.end_unix_nanos);
    put_attributes(out, 9, &span.attributes);
    put_count(out, 10, span.dropped_attributes);
    for event in &span.events {
        put_message(out, 11, |out| put_event(out, event));
    }
    put_count(out, 12, span.dropped_events);
    for link in &span.links {
        put_message(out, 13, |out| put_link(out, link));
    }
    put_count(out, 14, span.dropped_links);
    match &span.status {
        Status::Unset => {}
        Status::Ok => put_message(out, 15, |out| put_varint(out, 3, 1)),
        Status::Error(text) => put_message(out, 15, |out| {
            put_text(out, 2, text);
            put_varint(out, 3, 2);
        }),
    }
    put_fixed32(out, 16, flags(span.flags, span.parent_is_remote));
}

fn flags(flags: u8, is_remote: bool) -> u32 {
    u32::from(flags) | HAS_IS_REMOTE | if is_remote { IS_REMOTE } else { 0 }
}

fn put_event(out: &mut Vec<u8>, event: &Event) {
    put_fixed64(out, 1, event.unix_nanos);
    put_text(out, 2, &event.name);
    put_attributes(out, 3, &event.attributes);
}

fn put_link(out: &mut Vec<u8>, link: &Link) {
    let context = &link.context;
    put_bytes(out, 1, &context.trace_id().to_bytes());
    put_bytes(out, 2, &context.span_id().to_bytes());
    if let Some(state) = context.trace_state() {
        put_text(out, 3, state);
    }
    put_attributes(out, 4, &link.attributes);
    put_fixed32(out, 6, flags(context.flags(), context.is_remote()));
}

fn put_count(out: &mut Vec<u8>, field: u32, count: u32) {
    if count > 0 {
        put_varint(out, field, count.into());
    }
}

fn kind(kind: SpanKind) -> u64 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}
