//! What of a span other spans and processes need to know: its ids, flags and state.

use super::{SpanId, TraceId};
use std::{fmt, str::FromStr, sync::Arc};

/// The trace is recorded (W3C Trace Context, section 3.2.2.5.1).
pub(crate) const SAMPLED: u8 = 0b01;
/// The last seven bytes of the trace id are random (W3C Trace Context level 2, section 3.2.2.5.2).
pub(crate) const RANDOM: u8 = 0b10;

/// The place of a span in its trace, and all that another process needs to go on with it.
///
/// # Example
///
/// ```
/// use observant::SpanContext;
///
/// let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let context: SpanContext = text.parse().unwrap();
/// assert!(context.is_sampled() && context.is_remote());
/// assert_eq!(context.traceparent(), text);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanContext {
    trace_id: TraceId,
    span_id: SpanId,
    flags: u8,
    remote: bool,
    state: Option<Arc<str>>,
}

impl SpanContext {
    /// The context of a span of this process.
    pub(crate) fn local(
        trace_id: TraceId,
        span_id: SpanId,
        flags: u8,
        state: Option<Arc<str>>,
    ) -> Self {
        Self { trace_id, span_id, flags: flags & (SAMPLED | RANDOM), remote: false, state }
    }

    /// The context of a span of another process.
    pub(crate) fn remote(
        trace_id: TraceId,
        span_id: SpanId,
        flags: u8,
        state: Option<Arc<str>>,
    ) -> Self {
        Self { trace_id, span_id, flags: flags & (SAMPLED | RANDOM), remote: true, state }
    }

    /// The trace.
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span.
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// Whether the trace is recorded.
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Whether the span is in another process.
    pub fn is_remote(&self) -> bool {
        self.remote
    }

    /// The flags, of which only those that W3C Trace Context level 2 defines are ever set.
    pub fn flags(&self) -> u8 {
        self.flags
    }

    /// The header `tracestate`, if there was one.
    pub fn trace_state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The same span with this `tracestate`.
    pub(super) fn with_trace_state(self, state: Option<Arc<str>>) -> Self {
        Self { state, ..self }
    }

    /// The same, shared.
    pub(crate) fn shared_state(&self) -> Option<Arc<str>> {
        self.state.clone()
    }

    /// The header `traceparent` (W3C Trace Context, section 3.2).
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

/// A text is no `traceparent`; it says nothing of what was wrong, since nobody can act on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidTraceparent {}

impl fmt::Display for InvalidTraceparent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "no `traceparent`; expected `00-`, 32 and 16 lower-case hexadecimal digits that are not all \
             zero, and two of flags, with `-` between them",
        )
    }
}

impl std::error::Error for InvalidTraceparent {}

impl FromStr for SpanContext {
    type Err = InvalidTraceparent;

    /// Reads `traceparent` by W3C Trace Context level 2, section 3.2: of a later version, what version
    /// 00 has.
    fn from_str(text: &str) -> Result<Self, InvalidTraceparent> {
        parse(text.as_bytes()).ok_or(InvalidTraceparent {})
    }
}

/// Length of version 00.
const LENGTH: usize = 55;

fn parse(text: &[u8]) -> Option<SpanContext> {
    let (known, later) = text.split_at_checked(LENGTH)?;
    let version = hexadecimal(&known[..2])?;
    let ends = match version {
        0 => later.is_empty(),
        0xff => false,
        _ => later.is_empty() || later[0] == b'-',
    };
    if !ends || [known[2], known[35], known[52]] != [b'-'; 3] {
        return None;
    }
    let trace_id = TraceId::new(hexadecimal(&known[3..35])?)?;
    let span_id = SpanId::new(u64::try_from(hexadecimal(&known[36..52])?).ok()?)?;
    let flags = u8::try_from(hexadecimal(&known[53..])?).ok()?;
    Some(SpanContext::remote(trace_id, span_id, flags, None))
}

/// The number that lower-case digits stand for, at most 32 of them.
pub(super) fn hexadecimal(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_is_written_is_read() {
        let context: SpanContext = GOOD.parse().unwrap();
        assert_eq!(context.traceparent(), GOOD);
        assert!(context.is_sampled() && context.is_remote());
        let later = format!("cc{}-what-will-be", &GOOD[2..]);
        assert_eq!(later.parse::<SpanContext>().unwrap().traceparent(), GOOD);
        let flags = format!("{}ff", &GOOD[..53]);
        assert_eq!(flags.parse::<SpanContext>().unwrap().flags(), SAMPLED | RANDOM);
    }

    #[test]
    fn what_is_no_traceparent_is_refused() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            GOOD[..54].to_owned(),
            format!("{GOOD}-"),
            format!("{GOOD}0"),
            format!("ff{}", &GOOD[2..]),
            format!("cc{}.", &GOOD[2..]),
            GOOD.to_uppercase(),
            GOOD.replace('-', "_"),
            format!("00-{zeros}{}", &GOOD[35..]),
            format!("{}-{}-01", &GOOD[..35], &zeros[..16]),
            format!("{}g{}", &GOOD[..10], &GOOD[11..]),
            format!("{}\u{e9}{}", &GOOD[..10], &GOOD[12..]),
            format!(" {GOOD}"),
        ] {
            assert!(text.parse::<SpanContext>().is_err(), "{text:?}");
        }
    }
}
