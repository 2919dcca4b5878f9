//! What the exporter has done so far: counters that never go back, and the state `/status` shows.
//!
//! Atomics and short locks; written by the worker, read by whoever asks.

use super::settings::{Protocol, Target};
use crate::{clock, span};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Metrics,
    Traces,
}

impl Signal {
    /// In order of names.
    pub(crate) const ALL: [Self; 2] = [Self::Metrics, Self::Traces];

    /// As OpenTelemetry calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Traces => "traces",
        }
    }
}

/// Why a finished span was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// More spans of other code were open than are followed.
    Open,
    /// There were more than may wait.
    Queue,
    /// The collector did not want it.
    Rejected,
    /// The program ended first.
    Shutdown,
    /// More undecided spans than the tail rule may hold.
    Tail,
    /// The collector was reached, and did not take it in time.
    Timeout,
    /// The collector was not reached in time.
    Unreachable,
}

impl Reason {
    /// In order of names.
    pub(crate) const ALL: [Self; 7] = [
        Self::Open,
        Self::Queue,
        Self::Rejected,
        Self::Shutdown,
        Self::Tail,
        Self::Timeout,
        Self::Unreachable,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Queue => "queue",
            Self::Rejected => "rejected",
            Self::Shutdown => "shutdown",
            Self::Tail => "tail",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
        }
    }
}

/// Of the process, not of one exporter: a counter does not go back when there is another.
static EXPORTED: AtomicU64 = AtomicU64::new(0);
static DROPPED: [AtomicU64; Reason::ALL.len()] = [const { AtomicU64::new(0) }; Reason::ALL.len()];
static FAILURES: [AtomicU64; Signal::ALL.len()] = [const { AtomicU64::new(0) }; Signal::ALL.len()];
/// Spans of traces that the tail rule did not want: never chosen, so not lost either.
static DISCARDED: AtomicU64 = AtomicU64::new(0);
/// Traces whose root did not end in time, and that were decided without it.
static TIMED_OUT: AtomicU64 = AtomicU64::new(0);

fn add(counter: &AtomicU64, count: usize) {
    counter.fetch_add(count as u64, Relaxed);
}

pub(super) fn count_exported(spans: usize) {
    add(&EXPORTED, spans);
}

pub(super) fn count_dropped(reason: Reason, spans: usize) {
    add(&DROPPED[reason as usize], spans);
}

pub(super) fn count_failure(signal: Signal) {
    add(&FAILURES[signal as usize], 1);
}

pub(super) fn count_discarded(spans: usize) {
    add(&DISCARDED, spans);
}

pub(super) fn count_timed_out(traces: usize) {
    add(&TIMED_OUT, traces);
}

/// Spans that a collector took, or that were printed.
pub(crate) fn exported() -> u64 {
    EXPORTED.load(Relaxed)
}

/// Finished spans that were lost.
pub(crate) fn dropped(reason: Reason) -> u64 {
    let here = DROPPED[reason as usize].load(Relaxed);
    match reason {
        Reason::Open => here + span::refused(),
        Reason::Queue => here + span::dropped(),
        _ => here,
    }
}

/// Requests to a collector that failed.
pub(crate) fn failures(signal: Signal) -> u64 {
    FAILURES[signal as usize].load(Relaxed)
}

/// Spans of traces that the tail rule did not want.
pub(crate) fn discarded() -> u64 {
    DISCARDED.load(Relaxed)
}

/// Traces that the tail rule, or the console, stopped waiting for.
pub(crate) fn timed_out() -> u64 {
    TIMED_OUT.load(Relaxed)
}

/// How one signal's export goes.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(super) signal: Signal,
    endpoint: String,
    protocol: &'static str,
    waiting: AtomicUsize,
    requests: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Clone, Debug, Default)]
struct Last {
    success: Option<f64>,
    error: Option<(f64, String)>,
}

/// The same as plain data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) signal: Signal,
    /// Without what is secret.
    pub(crate) endpoint: String,
    pub(crate) protocol: &'static str,
    /// Spans that wait.
    pub(crate) waiting: usize,
    /// Requests a collector took.
    pub(crate) requests: u64,
    /// In seconds since 1970.
    pub(crate) last_success: Option<f64>,
    /// When, in seconds since 1970, and what.
    pub(crate) last_error: Option<(f64, String)>,
}

impl Progress {
    pub(super) fn new(signal: Signal, target: Option<&Target>) -> Self {
        let (endpoint, protocol) = match target {
            None => ("standard output".to_owned(), "console"),
            Some(target) => (
                target.shown.clone(),
                match target.protocol {
                    Protocol::Grpc => "grpc",
                    Protocol::Http => "http/protobuf",
                },
            ),
        };
        Self {
            signal,
            endpoint,
            protocol,
            waiting: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
            last: Mutex::default(),
        }
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(super) fn set_waiting(&self, spans: usize) {
        self.waiting.store(spans, Relaxed);
    }

    pub(super) fn succeeded(&self) {
        add(&self.requests, 1);
        self.last.lock().unwrap_or_else(PoisonError::into_inner).success = Some(clock::wall());
    }

    pub(super) fn failed(&self, text: &str) {
        let error = Some((clock::wall(), text.to_owned()));
        self.last.lock().unwrap_or_else(PoisonError::into_inner).error = error;
    }

    pub(crate) fn state(&self) -> State {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let in_rings = if self.signal == Signal::Traces { span::pending() } else { 0 };
        State {
            signal: self.signal,
            endpoint: self.endpoint.clone(),
            protocol: self.protocol,
            waiting: self.waiting.load(Relaxed) + in_rings,
            requests: self.requests.load(Relaxed),
            last_success: last.success,
            last_error: last.error,
        }
    }
}
