//! `OTEL_RESOURCE_ATTRIBUTES`: `key=value` pairs, percent-decoded.
//!
//! Pure parsing; uses nothing else of the crate. Source: OpenTelemetry specification, "Resource
//! SDK", section "Specifying resource information via an environment variable".

use std::collections::BTreeMap;

use super::quote::quoted;

/// The attribute that names the service (semantic conventions, "Service").
pub(crate) const SERVICE_NAME: &str = "service.name";

/// What the variable takes.
pub(crate) const ALLOWED: &str = "`key=value` pairs with commas between them; `,`, `=` and `%` inside one written as %2C, %3D, %25";

/// Parses the whole value. As the specification asks, one error discards all of it: half a
/// resource is a wrong resource.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut attributes = BTreeMap::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        // At the first `=`: it must be encoded in keys; in values the SDKs let it pass, so do we.
        let Some((key, value)) = pair.split_once('=') else {
            return Err(format!("{} has no `=`", quoted(pair)));
        };
        let decoded = |text: &str| {
            percent_decoded(text.trim())
                .ok_or_else(|| format!("{} is not percent-encoded UTF-8", quoted(text.trim())))
        };
        let key = decoded(key)?;
        if key.is_empty() {
            return Err(format!("{} has no key", quoted(pair)));
        }
        attributes.insert(key, decoded(value)?);
    }
    Ok(attributes)
}

/// RFC 3986 section 2.1; `None` where a `%` is not followed by two hexadecimal digits or the
/// octets are not UTF-8.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        octets.push(match byte {
            b'%' => (hexadecimal(bytes.next()?)? << 4) | hexadecimal(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(octets).ok()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
