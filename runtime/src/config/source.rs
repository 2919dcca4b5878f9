//! Where people read the program's source: a template of addresses. Uses `quote` alone.

use super::quote::quoted;
use std::fmt::{self, Write as _};

/// An address with places for a file and a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceUrl(String);

const FILE: &str = "{file}";
const LINE: &str = "{line}";

impl SourceUrl {
    /// What it may be, for messages.
    pub(crate) const ALLOWED: &'static str = "an address of `http://` or `https://` that has `{file}`, and `{line}` where it leads to one, like \
         `https://example.com/repo/blob/main/{file}#L{line}`";

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let Some(rest) = rest else { return Err("it begins with neither".to_owned()) };
        if rest
            .split(['/', '?', '#'])
            .next()
            .is_none_or(|host| host.is_empty() || host.contains('{'))
        {
            return Err("it has no host".to_owned());
        }
        if !rest.contains(FILE) {
            return Err(format!("it has no `{FILE}`"));
        }
        // Grafana would replace what is after a dollar sign.
        let is_odd =
            |it: char| !it.is_ascii_graphic() || matches!(it, '"' | '<' | '>' | '\\' | '`' | '$');
        match text.chars().find(|it| is_odd(*it)) {
            Some(odd) => Err(format!("{} is no character of an address", quoted(&odd.to_string()))),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The address of a line; `None` for a file that is not of the repository, as those of crates from a registry.
    #[cfg_attr(not(feature = "artifacts"), allow(dead_code))] // Nobody is shown it.
    pub(crate) fn of(&self, file: &str, line: u32) -> Option<String> {
        let file = file.replace('\\', "/");
        let is_elsewhere = file.starts_with('/')
            || file.as_bytes().get(1) == Some(&b':')
            || file.split('/').any(|part| part == "..");
        if is_elsewhere {
            return None;
        }
        let mut escaped = String::new();
        for byte in file.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                escaped.push(char::from(byte));
            } else {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
        Some(self.0.replace(LINE, &line.to_string()).replace(FILE, &escaped))
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::SourceUrl;

    #[test]
    fn addresses_lead_to_lines() {
        let source = SourceUrl::parse("https://example.com/repo/blob/main/{file}#L{line}").unwrap();
        assert_eq!(
            source.of("src/a b$c/ä.rs", 12).unwrap(),
            "https://example.com/repo/blob/main/src/a%20b%24c/%C3%A4.rs#L12"
        );
        assert_eq!(
            source.of("src\\{line}.rs", 7).unwrap(),
            "https://example.com/repo/blob/main/src/%7Bline%7D.rs#L7"
        );
        for elsewhere in ["/root/.cargo/registry/src/x/lib.rs", "C:\\x\\lib.rs", "../x/lib.rs"] {
            assert_eq!(source.of(elsewhere, 1), None, "{elsewhere}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, reason) in [
            ("example.com/{file}", "it begins with neither"),
            ("javascript:alert(1)//{file}", "it begins with neither"),
            ("https://", "it has no host"),
            ("https:///{file}", "it has no host"),
            ("http://{file}", "it has no host"),
            ("https://example.com/", "it has no `{file}`"),
            ("https://example.com/ {file}", "` ` is no character of an address"),
            ("https://example.com/${job}/{file}", "`$` is no character of an address"),
            ("https://example.com/\"{file}", "`\\\"` is no character of an address"),
        ] {
            assert_eq!(SourceUrl::parse(text).unwrap_err(), reason, "{text}");
        }
    }
}
