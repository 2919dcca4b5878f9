//! The bearer token of `Authorization` (RFC 6750, section 2.1): compared in constant time, never printed.

use std::{fmt, hint::black_box};

/// The secret that opens details to peers off loopback.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn new(secret: String) -> Self {
        Self(secret)
    }

    /// Whether the value of an `Authorization` header carries this token. How long that takes depends on the length of
    /// what was sent, not on how much of it is right.
    pub(super) fn is_in(&self, authorization: &[u8]) -> bool {
        let Some((scheme, sent)) = authorization.split_at_checked("Bearer ".len()) else {
            return false;
        };
        if !scheme.eq_ignore_ascii_case(b"Bearer ") {
            return false;
        }
        let expected = self.0.as_bytes();
        if expected.is_empty() {
            return false;
        }
        let mut difference = expected.len() ^ sent.len();
        for (sent, expected) in sent.iter().zip(expected.iter().cycle()) {
            // The barrier keeps the loop from ending at the first difference.
            difference = black_box(difference | usize::from(sent ^ expected));
        }
        difference == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(******)")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn only_the_whole_token_after_the_scheme_is_right() {
        let token = Token::new("s3cret".to_owned());
        for right in ["Bearer s3cret", "bearer s3cret", "BEARER s3cret"] {
            assert!(token.is_in(right.as_bytes()), "{right}");
        }
        for wrong in [
            "",
            "s3cret",
            "Bearer",
            "Bearer ",
            "Bearer s3cre",
            "Bearer s3cret2",
            "Bearer S3cret",
            "Bearer  s3cret",
            "Bearer s3crets3cret",
            "Basic s3cret",
            "Bearers3cret",
            "Bearer x3cret",
        ] {
            assert!(!token.is_in(wrong.as_bytes()), "{wrong}");
        }
        assert!(!Token::new(String::new()).is_in(b"Bearer "));
        assert_eq!(format!("{token:?}"), "Token(******)");
    }
}
