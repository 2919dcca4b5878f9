//! The query of a URL: pairs of names and values, percent-decoded (WHATWG URL, `application/x-www-form-urlencoded`).
//! Strict where that standard is lenient: an escape that is none is the client's mistake and said so.

/// The pairs of `query`, `None` if it holds a malformed escape or bytes that are not UTF-8.
pub(super) fn parse(query: &str) -> Option<Vec<(String, String)>> {
    query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

fn pair(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    Some((decode(name)?, decode(value)?))
}

/// Whether every `%` in `text` begins an escape.
pub(super) fn is_well_formed(text: &str) -> bool {
    decode(text).is_some()
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => digit(bytes.next()?)? << 4 | digit(bytes.next()?)?,
            _ => byte,
        });
    }
    String::from_utf8(out).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn pairs_are_split_then_decoded() {
        for (query, pairs) in [
            ("", &[][..]),
            ("&&", &[]),
            ("verbose", &[("verbose", "")]),
            ("verbose=", &[("verbose", "")]),
            ("name[]=a&name%5B%5D=b", &[("name[]", "a"), ("name[]", "b")]),
            ("a=b=c&=d", &[("a", "b=c"), ("", "d")]),
            ("a+b=c%20d%2B%26%3D", &[("a b", "c d+&=")]),
            ("%C3%A9=%e2%82%ac", &[("é", "€")]),
        ] {
            let expected: Vec<_> = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            assert_eq!(parse(query), Some(expected), "{query}");
        }
    }

    #[test]
    fn what_is_no_escape_is_refused() {
        for query in ["%", "a=%", "a=%4", "a=%zz", "%+1=b", "a=%-1", "a=%ff", "a&b=%C3"] {
            assert_eq!(parse(query), None, "{query}");
        }
    }
}
