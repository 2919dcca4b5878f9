//! A strict reader of both text formats, written from the specifications and sharing nothing with our encoders.
//!
//! It refuses whatever a scraper may refuse: a sample before its `# TYPE`, families in pieces, a series twice, a
//! histogram whose buckets do not add up, a control character. Uses the standard library alone, since the unit tests
//! of the runtime include this file as well.

use std::collections::HashSet;

/// Which of the two formats a document claims to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Prometheus text format 0.0.4.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

/// One metric family as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Family {
    /// The name on its `# TYPE` line.
    pub name: String,
    /// `counter`, `gauge`, `histogram`, `info`, `summary`, `unknown` or `untyped`.
    pub kind: String,
    /// Help text, unescaped; empty without a `# HELP` line.
    pub help: String,
    /// Unit; empty without a `# UNIT` line.
    pub unit: String,
    /// Its samples, in order.
    pub samples: Vec<Sample>,
}

/// One line that is a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Name, with suffix.
    pub name: String,
    /// Names and values of the labels, in order.
    pub labels: Vec<(String, String)>,
    /// The number as it stands.
    pub text: String,
}

impl Sample {
    /// The number.
    ///
    /// # Panics
    ///
    /// Never for a sample of [`parse`], which has read the number already.
    pub fn value(&self) -> f64 {
        number(&self.text).expect("parse has read it")
    }

    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }
}

/// Whether a family tells of the process and its machine, so that it changes from look to look, and is not everywhere.
pub fn is_of_the_machine(name: &str) -> bool {
    ["process_", "system_", "cgroup_", "tokio_"].iter().any(|of| name.starts_with(of))
}

/// Reads a whole document.
///
/// # Errors
///
/// The first thing in it that a scraper may refuse, with its line.
pub fn parse(document: &str, dialect: Dialect) -> Result<Vec<Family>, String> {
    let body = match dialect {
        Dialect::Text => document,
        Dialect::OpenMetrics => document.strip_suffix("# EOF\n").ok_or("no `# EOF` at the end")?,
    };
    if !body.is_empty() && !body.ends_with('\n') {
        return Err("the last line does not end in a line feed".to_owned());
    }
    let mut families: Vec<Family> = Vec::new();
    let mut header = Header::default();
    for line in body.split_terminator('\n') {
        let at = |message: String| format!("{message}: {line:?}");
        if let Some(control) = line.chars().find(|c| c.is_ascii_control() && *c != '\t') {
            return Err(at(format!("control character {control:?}")));
        }
        if let Some(meta) = line.strip_prefix("# ") {
            header.read(meta, dialect, &mut families).map_err(at)?;
        } else {
            header = Header::default();
            let sample = Sample::read(line).map_err(at)?;
            let family =
                families.last_mut().ok_or_else(|| at("a sample before any family".into()))?;
            if !belongs(&sample.name, family, dialect) {
                return Err(at(format!("not a sample of {} {}", family.kind, family.name)));
            }
            family.samples.push(sample);
        }
    }
    let mut names = HashSet::new();
    for family in &families {
        check(family).map_err(|message| format!("{message}: family {}", family.name))?;
        if !names.insert(&family.name) {
            return Err(format!("family {} twice", family.name));
        }
    }
    Ok(families)
}

/// What was read of the header lines of one family.
#[derive(Default)]
struct Header {
    seen: Vec<&'static str>,
    name: String,
    help: String,
}

impl Header {
    fn read(
        &mut self,
        meta: &str,
        dialect: Dialect,
        families: &mut Vec<Family>,
    ) -> Result<(), String> {
        let mut words = meta.splitn(3, ' ');
        let (Some(word), Some(name), Some(rest)) = (words.next(), words.next(), words.next())
        else {
            return Err("a comment".to_owned());
        };
        if !is_name(name) {
            return Err(format!("bad family name {name:?}"));
        }
        let word = match (word, dialect) {
            ("HELP", _) => "HELP",
            ("TYPE", _) => "TYPE",
            ("UNIT", Dialect::OpenMetrics) => "UNIT",
            _ => return Err("a comment".to_owned()),
        };
        if name != self.name {
            *self = Self { name: name.to_owned(), ..Self::default() };
        }
        if self.seen.contains(&word) {
            return Err(format!("{word} twice"));
        }
        self.seen.push(word);
        let order: &[&str] = match dialect {
            Dialect::Text => &["HELP", "TYPE"],
            Dialect::OpenMetrics => &["TYPE", "UNIT", "HELP"],
        };
        let places: Vec<_> =
            self.seen.iter().map(|word| order.iter().position(|o| o == word)).collect();
        if !places.is_sorted() {
            return Err(format!("{:?} is out of order", self.seen));
        }
        match word {
            "TYPE" => families.push(Family {
                name: name.to_owned(),
                kind: rest.to_owned(),
                help: std::mem::take(&mut self.help),
                ..Family::default()
            }),
            "UNIT" => {
                let family = families.last_mut().ok_or("UNIT before TYPE")?;
                rest.clone_into(&mut family.unit);
            }
            _ => {
                let help = unescape(rest, dialect == Dialect::OpenMetrics)?;
                match families.last_mut() {
                    Some(family) if family.name == name => family.help = help,
                    _ => self.help = help,
                }
            }
        }
        Ok(())
    }
}

impl Sample {
    fn read(line: &str) -> Result<Self, String> {
        let end = line.find(['{', ' ']).ok_or("no value")?;
        let (name, mut rest) = line.split_at(end);
        if !is_name(name) {
            return Err(format!("bad sample name {name:?}"));
        }
        let mut labels: Vec<(String, String)> = Vec::new();
        if let Some(inside) = rest.strip_prefix('{') {
            rest = inside;
            loop {
                let (label, after) = rest.split_once("=\"").ok_or("a label without `=\"`")?;
                if !is_name(label)
                    || label.contains(':')
                    || labels.iter().any(|(key, _)| key == label)
                {
                    return Err(format!("bad label name {label:?}"));
                }
                let close = closing_quote(after).ok_or("a label value without end")?;
                labels.push((label.to_owned(), unescape(&after[..close], true)?));
                rest = &after[close + 1..];
                match rest.strip_prefix(',') {
                    Some(next) => rest = next,
                    None => break,
                }
            }
            rest = rest.strip_prefix('}').ok_or("no `}`")?;
        }
        let text = rest.strip_prefix(' ').ok_or("no space before the value")?;
        number(text)?;
        Ok(Self { name: name.to_owned(), labels, text: text.to_owned() })
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closing = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closing
    })
}

fn unescape(text: &str, quotes: bool) -> Result<String, String> {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            if quotes && character == '"' {
                return Err("a bare double quote".to_owned());
            }
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('\\') => out.push('\\'),
            Some('n') => out.push('\n'),
            Some('"') if quotes => out.push('"'),
            other => return Err(format!("bad escape {other:?}")),
        }
    }
    Ok(out)
}

fn number(text: &str) -> Result<f64, String> {
    match text {
        "+Inf" => Ok(f64::INFINITY),
        "-Inf" => Ok(f64::NEG_INFINITY),
        "NaN" => Ok(f64::NAN),
        _ if text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.e".contains(&byte)) => {
            text.parse().map_err(|_| format!("bad number {text:?}"))
        }
        _ => Err(format!("bad number {text:?}")),
    }
}

fn is_name(name: &str) -> bool {
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b':';
    name.bytes().enumerate().all(|(at, byte)| first(byte) || at > 0 && byte.is_ascii_digit())
        && !name.is_empty()
}

fn belongs(sample: &str, family: &Family, dialect: Dialect) -> bool {
    let Some(suffix) = sample.strip_prefix(&family.name) else { return false };
    match (&*family.kind, dialect) {
        ("histogram", _) => matches!(suffix, "_bucket" | "_sum" | "_count"),
        ("counter", Dialect::OpenMetrics) => suffix == "_total",
        ("info", Dialect::OpenMetrics) => suffix == "_info",
        ("summary", _) => matches!(suffix, "" | "_sum" | "_count"),
        ("unknown", Dialect::OpenMetrics)
        | ("untyped", Dialect::Text)
        | ("counter" | "gauge", _) => suffix.is_empty(),
        _ => false,
    }
}

/// What must hold for a family as a whole.
fn check(family: &Family) -> Result<(), String> {
    if family.samples.is_empty() {
        return Err("no samples".to_owned());
    }
    if !family.unit.is_empty() && !family.name.ends_with(&format!("_{}", family.unit)) {
        return Err(format!("unit {} is not a suffix", family.unit));
    }
    let mut seen = HashSet::new();
    for sample in &family.samples {
        let mut labels = sample.labels.clone();
        labels.sort();
        if !seen.insert((&sample.name, labels)) {
            return Err(format!("series twice: {sample:?}"));
        }
        match &*family.kind {
            "counter" if sample.value() < 0.0 => return Err("a negative counter".to_owned()),
            "info" if sample.text != "1" => return Err("an info that is not 1".to_owned()),
            _ => {}
        }
    }
    match &*family.kind {
        "histogram" => check_histogram(family),
        "summary" => check_summary(family),
        _ => Ok(()),
    }
}

/// Quantiles are labels of the samples without suffix, and of no others.
fn check_summary(family: &Family) -> Result<(), String> {
    for sample in &family.samples {
        let quantile = sample.label("quantile").map(number).transpose()?;
        let is_right = match quantile {
            Some(quantile) => sample.name == family.name && (0.0..=1.0).contains(&quantile),
            None => sample.name != family.name,
        };
        if !is_right {
            return Err(format!("bad quantile: {sample:?}"));
        }
    }
    Ok(())
}

/// Per series: ascending bounds up to `+Inf`, cumulative counts, then the sum, then the count.
fn check_histogram(family: &Family) -> Result<(), String> {
    let mut samples = family.samples.iter().peekable();
    while let Some(first) = samples.peek() {
        let identity: Vec<_> =
            first.labels.iter().filter(|(key, _)| key != "le").cloned().collect();
        let (mut bound, mut count) = (f64::NEG_INFINITY, 0_u64);
        while let Some(bucket) = samples.next_if(|sample| sample.name.ends_with("_bucket")) {
            let le = bucket.label("le").ok_or("a bucket without le")?;
            if !le.contains(['.', 'e', 'I']) {
                return Err(format!("le {le:?} is not canonical"));
            }
            let (upper, cumulative) =
                (number(le)?, bucket.text.parse().map_err(|e| format!("{e}"))?);
            let others: Vec<_> =
                bucket.labels.iter().filter(|(key, _)| key != "le").cloned().collect();
            if upper <= bound || cumulative < count || others != identity {
                return Err(format!("bucket out of order: {bucket:?}"));
            }
            (bound, count) = (upper, cumulative);
            if upper == f64::INFINITY {
                break;
            }
        }
        let (sum, total) = (samples.next().ok_or("no sum")?, samples.next().ok_or("no count")?);
        let complete = bound == f64::INFINITY
            && sum.name.ends_with("_sum")
            && total.name.ends_with("_count")
            && sum.labels == identity
            && total.labels == identity
            && total.text == count.to_string();
        if !complete {
            return Err(format!("incomplete series {identity:?}"));
        }
    }
    Ok(())
}
