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

/// A name of `names` that is there more than once, though it says one thing.
pub(super) fn repeated<'n>(parameters: &[(String, String)], names: &[&'n str]) -> Option<&'n str> {
    let times = |name: &str| parameters.iter().filter(|(there, _)| there == name).count();
    names.iter().copied().find(|name| times(name) > 1)
}

/// A path without its escapes (RFC 3986, section 2.1), `None` where one is malformed.
pub(super) fn decode_path(path: &str) -> Option<String> {
    unescape(path, b'+')
}

fn decode(text: &str) -> Option<String> {
    unescape(text, b' ')
}

fn unescape(text: &str, plus: u8) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => plus,
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
    use super::{decode_path, parse, repeated};

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
    fn a_plus_is_a_plus_in_a_path() {
        for (path, decoded) in [("store", "store"), ("store%2Fpool", "store/pool"), ("a+b", "a+b")]
        {
            assert_eq!(decode_path(path).as_deref(), Some(decoded));
        }
        assert_eq!(decode_path("a%"), None);
    }

    #[test]
    fn what_says_one_thing_is_there_once() {
        let parameters = parse("tag=a&tag=b&exclude=a&exclude=b&fresh").unwrap();
        assert_eq!(repeated(&parameters, &["fresh", "tag"]), Some("tag"));
        assert_eq!(repeated(&parameters, &["fresh", "verbose"]), None);
    }

    #[test]
    fn what_is_no_escape_is_refused() {
        for query in ["%", "a=%", "a=%4", "a=%zz", "%+1=b", "a=%-1", "a=%ff", "a&b=%C3"] {
            assert_eq!(parse(query), None, "{query}");
        }
    }
}
