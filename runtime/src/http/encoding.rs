//! Whether a client takes gzip (`Accept-Encoding`, RFC 9110, section 12.5.3), and gzip itself.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use crate::{
    expose::{Encoder, QUALITY_ONE, quality},
    snapshot::{Family, Labels, Value, Visitor},
};

/// Bytes written before they are compressed. Keeps a compressed scrape from ever existing in plain.
const CHUNK: usize = 64 * 1024;

/// Lines of a scrape repeat one another so much that the fastest level is within a factor of two of the best
/// one's size, for a fifth of its time.
const LEVEL: Compression = Compression::fast();

/// Whether `accept_encoding` prefers gzip to the plain bytes, or likes both the same.
pub(super) fn wants_gzip(accept_encoding: &str) -> bool {
    let (mut gzip, mut identity, mut rest) = (None, None, None);
    for member in accept_encoding.split(',') {
        let mut parts = member.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| {
            part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")).map(quality)
        });
        let weight = weight.unwrap_or(Some(QUALITY_ONE)).unwrap_or(0);
        match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => gzip = Some(weight),
            "identity" => identity = Some(weight),
            "*" => rest = Some(weight),
            _ => {}
        }
    }
    let gzip = gzip.or(rest).unwrap_or(0);
    gzip > 0 && gzip >= identity.unwrap_or(0)
}

/// `plain` compressed.
pub(super) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), LEVEL);
    put(&mut gzip, plain);
    finish(gzip)
}

/// An encoder whose output is compressed as it comes.
pub(super) struct GzipEncoder<'a> {
    plain: Encoder<'a>,
    gzip: GzEncoder<Vec<u8>>,
}

impl<'a> GzipEncoder<'a> {
    pub(super) fn new(plain: Encoder<'a>, out: Vec<u8>) -> Self {
        Self { plain, gzip: GzEncoder::new(out, LEVEL) }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let Self { plain, mut gzip } = self;
        put(&mut gzip, &plain.finish());
        finish(gzip)
    }
}

impl Visitor for GzipEncoder<'_> {
    fn family(&mut self, family: &Family<'_>) {
        self.plain.family(family);
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        self.plain.series(labels, value);
        self.plain.drain(CHUNK, |bytes| put(&mut self.gzip, bytes));
    }

    fn wants_native(&self) -> bool {
        self.plain.wants_native()
    }

    fn wants_exemplars(&self) -> bool {
        self.plain.wants_exemplars()
    }

    fn counting_since(&mut self, seconds: f64) {
        self.plain.counting_since(seconds);
    }
}

fn put(gzip: &mut GzEncoder<Vec<u8>>, bytes: &[u8]) {
    gzip.write_all(bytes).expect("a Vec takes every write");
}

fn finish(gzip: GzEncoder<Vec<u8>>) -> Vec<u8> {
    gzip.finish().expect("a Vec takes every write")
}

/// How much an `Accept` header wants exactly `media`, in thousandths; `None` where it does not name it.
pub(super) fn quality_of(accept: &str, media: &str) -> Option<u16> {
    accept.split(',').take(MOST_RANGES).find_map(|member| {
        let mut parts = member.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case(media) {
            return None;
        }
        let written = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        Some(written.map_or(QUALITY_ONE, |text| quality(text).unwrap_or(0)))
    })
}

/// Members of an `Accept` header that are looked at.
const MOST_RANGES: usize = 32;

#[cfg(test)]
mod tests {
    use super::wants_gzip;

    #[test]
    fn gzip_goes_to_those_who_want_it_most() {
        for header in [
            "gzip",
            "GZIP",
            "x-gzip",
            "gzip, deflate, br, zstd",
            "deflate;q=1.0, gzip;q=0.5",
            "*",
            "*;q=0.1",
            "br,*",
            "gzip;q=1.0, identity; q=0.5, *;q=0",
            "gzip;q=0.5, identity;q=0.5",
            " gzip ; q=0.001 ",
        ] {
            assert!(wants_gzip(header), "{header}");
        }
        for header in [
            "",
            "identity",
            "deflate",
            "gzip;q=0",
            "gzip;q=0.000",
            "gzip;q=junk",
            "*;q=0",
            "gzip;q=0, *",
            "identity;q=1, gzip;q=0.5",
            "identity, *;q=0.5",
            "gzipped",
            "br;q=1.0",
        ] {
            assert!(!wants_gzip(header), "{header}");
        }
    }
}
