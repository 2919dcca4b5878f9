//! What the code of one call says of it while it runs.

use super::Usage;
use crate::clock::Stamp;

/// What was said of a call so far.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) usage: Option<Usage>,
    pub(crate) response_model: Option<Box<str>>,
    pub(crate) response_id: Option<Box<str>>,
    pub(crate) finish_reasons: Vec<Box<str>>,
    /// US dollars.
    pub(crate) cost: Option<f64>,
    pub(crate) first_chunk: Option<Stamp>,
    pub(crate) last_chunk: Option<Stamp>,
    pub(crate) tool_call_id: Option<Box<str>>,
    /// Of a guardrail: it has something against it.
    pub(crate) triggered: bool,
    pub(crate) rows: Option<u64>,
    pub(crate) bytes: Option<u64>,
}

/// Finish reasons that are kept of one call: there is one for each choice that was asked for.
const MOST_REASONS: usize = 16;

impl Told {
    /// Of several reports the last counts: streams report running totals.
    pub(crate) fn usage(&mut self, usage: Usage) {
        self.usage = Some(usage.consistent());
    }

    pub(crate) fn finish_reason(&mut self, reason: &str) {
        if self.finish_reasons.len() < MOST_REASONS {
            self.finish_reasons.push(reason.into());
        }
    }
}
