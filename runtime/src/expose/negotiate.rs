//! Which format a client's `Accept` header asks for. Text in, a [`Format`] out; the header is written by strangers.
//!
//! Rules of RFC 9110, sections 12.4.2 and 12.5.1 (the most specific range decides an offer's quality, 0 refuses it),
//! with the parameters Prometheus uses: `version`, and `escaping` for names. All names we write are of the legacy
//! character set, which the schemes `allow-utf-8`, `underscores` and `values` leave alone, so those are echoed; `dots`
//! would double every underscore, so it is answered with `underscores`, as every unknown scheme is.

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Prometheus text format 0.0.4.
    Text,
    /// OpenMetrics for clients that know the draft only (Prometheus up to 2.30, or no version given). What we
    /// write is the same in both versions; only the content type differs.
    OpenMetrics001,
    /// OpenMetrics 1.0.0.
    OpenMetrics100,
    /// Delimited messages `io.prometheus.client.MetricFamily`, with native histograms.
    Protobuf,
}

/// Escaping scheme of names, as the content type repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escaping {
    AllowUtf8,
    Underscores,
    Values,
}

/// What a response will be, and what its `Content-Type` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    syntax: Syntax,
    escaping: Escaping,
}

impl Format {
    /// What a client gets that asks for nothing, or for nothing we have.
    pub(crate) const DEFAULT: Self = Self { syntax: Syntax::Text, escaping: Escaping::Underscores };

    /// What the bytes of a document depend on: formats that agree in this differ in their content type alone.
    pub(crate) fn document(self) -> Syntax {
        match self.syntax {
            Syntax::OpenMetrics001 => Syntax::OpenMetrics100,
            syntax => syntax,
        }
    }

    /// The exact `Content-Type`. Prometheus 3 fails a scrape whose content type it does not know.
    pub(crate) fn content_type(self) -> &'static str {
        macro_rules! with_escaping {
            ($media:literal) => {
                match self.escaping {
                    Escaping::AllowUtf8 => concat!($media, "; charset=utf-8; escaping=allow-utf-8"),
                    Escaping::Underscores => {
                        concat!($media, "; charset=utf-8; escaping=underscores")
                    }
                    Escaping::Values => concat!($media, "; charset=utf-8; escaping=values"),
                }
            };
        }
        match self.syntax {
            Syntax::Text => with_escaping!("text/plain; version=0.0.4"),
            Syntax::OpenMetrics001 => with_escaping!("application/openmetrics-text; version=0.0.1"),
            Syntax::OpenMetrics100 => with_escaping!("application/openmetrics-text; version=1.0.0"),
            // Only legacy names are written, which every scheme leaves alone, and this is no text.
            Syntax::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            }
        }
    }
}

/// What we can write, the one for clients without a preference first.
const OFFERS: [Syntax; 4] =
    [Syntax::Text, Syntax::OpenMetrics100, Syntax::OpenMetrics001, Syntax::Protobuf];

/// Bytes and ranges of an `Accept` header that are looked at. The longest one Prometheus sends has 400 and six.
const LONGEST: usize = 2048;
const MOST: usize = 32;

/// The best of our formats for this `Accept` header.
pub(crate) fn negotiate(accept: Option<&str>) -> Format {
    let ranges = ranges(accept.unwrap_or_default());
    let mut best: Option<(Rank, Format)> = None;
    for syntax in OFFERS {
        let Some((rank, escaping)) = judge(syntax, &ranges) else { continue };
        if best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, Format { syntax, escaping }));
        }
    }
    best.map_or(Format::DEFAULT, |(_, format)| format)
}

/// Higher is better: quality, then how specific the range was, then how early it stood.
type Rank = (u16, u8, std::cmp::Reverse<usize>);

/// How much a client wants `syntax`; `None` if it does not.
fn judge(syntax: Syntax, ranges: &[Range<'_>]) -> Option<(Rank, Escaping)> {
    // An offer may match two equally specific ranges (`text/plain` in versions 1.0.0 and 0.0.4): the better counts.
    let (position, range, specific) = ranges
        .iter()
        .enumerate()
        .filter_map(|(position, range)| Some((position, range, range.matches(syntax)?)))
        .max_by_key(|(position, range, specific)| {
            (*specific, range.quality, std::cmp::Reverse(*position))
        })?;
    let rank = (range.quality, specific, std::cmp::Reverse(position));
    (range.quality > 0).then_some((rank, range.escaping))
}

/// One comma-separated member of an `Accept` header.
struct Range<'a> {
    media: &'a str,
    version: Option<&'a str>,
    escaping: Escaping,
    quality: u16,
    /// `proto` and `encoding` are those of the one protobuf format there is.
    is_delimited_family: bool,
}

impl Range<'_> {
    /// How specifically this range names `syntax`; `None` if it does not.
    fn matches(&self, syntax: Syntax) -> Option<u8> {
        let is = |media: &str| self.media.eq_ignore_ascii_case(media);
        // Some clients of the JDK send a lone `*`.
        if is("*/*") || is("*") {
            return (syntax != Syntax::Protobuf).then_some(0);
        }
        let (family, media, versions): (_, _, &[&str]) = match syntax {
            // Asked for text 1.0.0, the reference implementation answers 0.0.4, which every reader knows.
            Syntax::Text => ("text/*", "text/plain", &["0.0.4", "1.0.0"]),
            Syntax::OpenMetrics100 => ("application/*", "application/openmetrics-text", &["1.0.0"]),
            Syntax::OpenMetrics001 => ("application/*", "application/openmetrics-text", &["0.0.1"]),
            // Nobody gets this without asking for exactly this.
            Syntax::Protobuf => {
                return (is("application/vnd.google.protobuf") && self.is_delimited_family)
                    .then_some(3);
            }
        };
        if is(family) {
            return Some(1);
        }
        if !is(media) {
            return None;
        }
        match self.version {
            // Without a version OpenMetrics means the draft, and text the only one there is.
            None => (syntax != Syntax::OpenMetrics100).then_some(2),
            Some(version) => versions.contains(&version).then_some(3),
        }
    }
}

/// The members of `accept` that can be understood. Whatever cannot is left out.
fn ranges(accept: &str) -> Vec<Range<'_>> {
    // Past the cap the last member may be cut, so it goes as well.
    let accept = if accept.len() > LONGEST {
        let cut = accept.as_bytes()[..LONGEST].iter().rposition(|&byte| byte == b',').unwrap_or(0);
        &accept[..cut]
    } else {
        accept
    };
    accept.split(',').take(MOST).filter_map(range).collect()
}

fn range(member: &str) -> Option<Range<'_>> {
    let mut parts = member.split(';');
    let media = parts.next()?.trim();
    let (mut proto, mut encoding) = (false, false);
    let mut range = Range {
        media,
        version: None,
        escaping: Escaping::Underscores,
        quality: QUALITY_ONE,
        is_delimited_family: false,
    };
    for parameter in parts {
        let Some((name, value)) = parameter.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim() {
            name if name.eq_ignore_ascii_case("q") => range.quality = quality(value)?,
            name if name.eq_ignore_ascii_case("version") => range.version = Some(value),
            name if name.eq_ignore_ascii_case("escaping") => {
                range.escaping = match value {
                    "allow-utf-8" => Escaping::AllowUtf8,
                    "values" => Escaping::Values,
                    _ => Escaping::Underscores,
                };
            }
            name if name.eq_ignore_ascii_case("proto") => {
                proto = value == "io.prometheus.client.MetricFamily";
            }
            name if name.eq_ignore_ascii_case("encoding") => encoding = value == "delimited",
            _ => {}
        }
    }
    range.is_delimited_family = proto && encoding;
    (!media.is_empty()).then_some(range)
}

/// Quality of a member that names none: `q=1`.
pub(crate) const QUALITY_ONE: u16 = 1000;

/// A `q` value in thousandths (RFC 9110, section 12.4.2), `None` if it is not one. `.5` is taken for `0.5` and
/// digits past the third are ignored: clients send both.
pub(crate) fn quality(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.is_empty() || text == "." || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = fraction
        .bytes()
        .chain(*b"000")
        .take(3)
        .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match whole {
        "" | "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(QUALITY_ONE),
        _ => None,
    }
}
