//! Streamed answers: open to their end, error or drop, with the time of the first chunk and of each after it.

use super::{attribute, histogram, one, series};
use futures_core::Stream;
use observant::{Usage, observe, testing::capture};
use std::{
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

/// Numbers with a pause before each.
struct Slow(u32);

impl Stream for Slow {
    type Item = Result<u32, ()>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        thread::sleep(Duration::from_millis(20));
        self.0 -= 1;
        if self.0 == 0 {
            // As providers do: the usage comes with the last chunk.
            observant::current().usage(Usage { input: 3, output: 4, ..Usage::default() });
        }
        Poll::Ready(Some(Ok(self.0)))
    }
}

#[observe(llm, provider = "p", model = model)]
fn stream(model: &'static str, chunks: u32) -> impl Stream<Item = Result<u32, ()>> {
    Slow(chunks)
}

fn read(model: &'static str, chunks: u32, at_most: usize) -> usize {
    let mut stream = pin!(stream(model, chunks));
    let mut task = Context::from_waker(Waker::noop());
    let mut read = 0;
    while read < at_most
        && let Poll::Ready(Some(_)) = stream.as_mut().poll_next(&mut task)
    {
        read += 1;
    }
    read
}

#[test]
fn a_stream_that_is_read_to_its_end() {
    let captured = capture();
    assert_eq!(read("read", 3, usize::MAX), 3);
    let spans = captured.spans();
    let span = one(&spans, "chat read");
    let lasted = span.end_unix_nanos - span.start_unix_nanos;
    assert!(lasted >= 60_000_000, "{lasted}");
    assert_eq!(super::number(span, "gen_ai.usage.output_tokens"), Some(4));
    assert!(attribute(span, "gen_ai.response.time_to_first_chunk").is_some());
    let snapshot = observant::snapshot();
    let model = [("gen_ai_request_model", "read")];
    let first = "gen_ai_client_operation_time_to_first_chunk_seconds";
    let (_, count, sum) = histogram(series(&snapshot, first, &model));
    // Two more rests follow, on whatever machine.
    #[allow(clippy::cast_precision_loss)] // Far below 2^53.
    let most = lasted as f64 / 1e9 - 0.04;
    assert!(count == 1 && sum >= 0.02 && sum <= most, "{count} {sum}: not the time of the whole");
    let each = "gen_ai_client_operation_time_per_output_chunk_seconds";
    let (_, count, sum) = histogram(series(&snapshot, each, &model));
    assert!(count == 2 && sum >= 0.04, "{count} {sum}");
}

#[test]
fn a_stream_that_is_left_early_keeps_its_span_and_what_it_told() {
    let captured = capture();
    assert_eq!(read("left", 5, 2), 2);
    let spans = captured.spans();
    let span = one(&spans, "chat left");
    assert_eq!(super::text(span, "observe.outcome"), Some("cancelled"));
    let snapshot = observant::snapshot();
    let labels = [("gen_ai_request_model", "left"), ("error_type", "cancelled")];
    let duration = "gen_ai_client_operation_duration_seconds";
    assert_eq!(histogram(series(&snapshot, duration, &labels)).1, 1);
}
