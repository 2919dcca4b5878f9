//! The one spelling of numbers that all our text formats share. Uses nothing of the crate.

use std::io::Write as _;

/// `value` in the one spelling all our formats share: the shortest digits that read back as the same number, an
/// exponent of two digits or more below 0.0001 and from a million on, and always a point or an exponent.
///
/// Source: OpenMetrics 1.0, "Considerations: Canonical Numbers", which is what Go's
/// `strconv.FormatFloat(value, 'g', -1, 64)` prints, with `.0` added to what would read as an integer. Prometheus
/// compares `le` labels as text, so whoever writes a bound writes it like this.
///
/// # Example
///
/// ```
/// use observant::snapshot::canonical;
///
/// assert_eq!(canonical(1.0), "1.0");
/// assert_eq!(canonical(0.0001), "0.0001");
/// assert_eq!(canonical(0.000_001), "1e-06");
/// assert_eq!(canonical(1_500_000.0), "1.5e+06");
/// assert_eq!(canonical(f64::INFINITY), "+Inf");
/// ```
pub fn canonical(value: f64) -> String {
    let mut out = Vec::with_capacity(24);
    write_canonical(&mut out, value);
    // Digits, signs, points and letters: always UTF-8.
    String::from_utf8(out).unwrap_or_default()
}

/// Appends what [`canonical`] says to `out`, without allocating unless `out` must grow.
pub(crate) fn write_canonical(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
        return;
    }
    if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
        return;
    }
    // `{:e}` gives the shortest digits, `-1.2345e-7`; what remains is where the point goes. The longest is
    // `-1.7976931348623157e308`. A dedicated crate halves these 60 ns, but floats are one line in twenty.
    let mut scratch = [0_u8; 32];
    let mut rest = &mut scratch[..];
    write!(rest, "{value:e}").expect("the longest f64 has 24 characters");
    let unused = rest.len();
    let printed = &scratch[..scratch.len() - unused];
    let (sign, printed) = match printed {
        [b'-', magnitude @ ..] => (&b"-"[..], magnitude),
        magnitude => (&b""[..], magnitude),
    };
    let split = printed.iter().position(|&byte| byte == b'e').expect("`{:e}` writes an exponent");
    let exponent: i32 = std::str::from_utf8(&printed[split + 1..])
        .ok()
        .and_then(|digits| digits.parse().ok())
        .expect("`{:e}` writes a decimal exponent");
    let first = &printed[..1];
    let others = printed.get(2..split).unwrap_or_default();

    out.extend_from_slice(sign);
    match exponent {
        ..-4 | 6.. => {
            out.extend_from_slice(&printed[..split]);
            let sign = if exponent < 0 { '-' } else { '+' };
            write!(out, "e{sign}{:02}", exponent.unsigned_abs()).expect("a Vec takes every write");
        }
        -4..0 => {
            let zeros = exponent.unsigned_abs() as usize;
            out.extend_from_slice(&b"0.000"[..=zeros]);
            out.extend_from_slice(first);
            out.extend_from_slice(others);
        }
        0..6 => {
            // As many digits before the point as the exponent says, zeros where there are none.
            let whole = exponent.unsigned_abs() as usize;
            out.extend_from_slice(first);
            out.extend_from_slice(&others[..whole.min(others.len())]);
            out.extend_from_slice(&b"00000"[..whole.saturating_sub(others.len())]);
            out.push(b'.');
            out.extend_from_slice(
                others.get(whole..).filter(|tail| !tail.is_empty()).unwrap_or(b"0"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn canonical_numbers_of_the_open_metrics_specification() {
        let listed = [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (1e-10, "1e-10"),
            (1e-9, "1e-09"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (0.001, "0.001"),
            (0.01, "0.01"),
            (0.1, "0.1"),
            (10.0, "10.0"),
            (100.0, "100.0"),
            (1000.0, "1000.0"),
            (10_000.0, "10000.0"),
            (100_000.0, "100000.0"),
            (1e6, "1e+06"),
            (1e10, "1e+10"),
        ];
        for (value, text) in listed {
            assert_eq!(canonical(value), text);
        }
    }

    /// What Go's `strconv.FormatFloat(x, 'g', -1, 64)` prints, `.0` added where OpenMetrics wants it.
    #[test]
    fn canonical_numbers_as_go_prints_them() {
        let listed = [
            (-0.0, "-0.0"),
            (-1.5, "-1.5"),
            (0.005, "0.005"),
            (0.012_34, "0.01234"),
            (0.000_123_4, "0.0001234"),
            (0.000_099, "9.9e-05"),
            (2.5, "2.5"),
            (600.0, "600.0"),
            (123_456.5, "123456.5"),
            (120_000.0, "120000.0"),
            (999_999.0, "999999.0"),
            (1_234_567.0, "1.234567e+06"),
            (0.1 + 0.2, "0.30000000000000004"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::MIN, "-1.7976931348623157e+308"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in listed {
            assert_eq!(canonical(value), text);
        }
    }

    #[test]
    fn canonical_numbers_read_back_bit_for_bit() {
        // A multiplicative walk over all bit patterns: exponents, subnormals and both signs come up.
        let mut bits = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..100_000 {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(bits);
            if value.is_finite() {
                let text = canonical(value);
                let back: f64 = text.parse().unwrap();
                assert_eq!(back.to_bits(), value.to_bits(), "{text}");
                assert!(text.contains(['.', 'e']), "{text} would read as an integer");
            }
        }
    }
}
