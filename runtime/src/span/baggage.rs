//! Baggage: what a program tells everything it asks elsewhere, beside the trace (W3C Baggage).

use std::{fmt, sync::Arc};

/// Members and bytes that are passed on: what W3C Baggage, section 3.3.2 ("Limits"), asks at the least.
const MOST_MEMBERS: usize = 64;
const MOST_BYTES: usize = 8_192;

/// Names and values that travel with a request through every service it reaches.
///
/// They are no telemetry: nothing of them is recorded, and whoever the request reaches reads them, so no
/// secret belongs here. At most 64 of them, 8192 bytes as a header. A clone shares its memory.
///
/// # Example
///
/// ```
/// use observant::Baggage;
///
/// let mut baggage: Baggage = "tenant=acme%20inc;ttl=3, mode=fast".parse().unwrap();
/// assert_eq!(baggage.get("tenant"), Some("acme inc"));
/// baggage.insert("mode", "thorough, slow").unwrap();
/// assert_eq!(baggage.to_string(), "tenant=acme%20inc;ttl=3,mode=thorough%2C%20slow");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baggage {
    /// `None` where there are none, so that carrying nothing costs nothing.
    members: Option<Arc<Vec<Member>>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    key: String,
    /// Decoded.
    value: String,
    /// As they came, with `;` between them; opaque to all but those who agreed on them.
    properties: String,
    /// Bytes as it is written.
    length: usize,
}

impl Baggage {
    /// None.
    pub const fn new() -> Self {
        Self { members: None }
    }

    fn members(&self) -> &[Member] {
        self.members.as_ref().map_or(&[], |members| members.as_slice())
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// The value of a name, which is case-sensitive.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.member(key).map(|member| member.value.as_str())
    }

    /// What was said of a value: its properties as they came, such as `ttl=3;private`.
    pub fn properties(&self, key: &str) -> Option<&str> {
        let member = self.member(key)?;
        (!member.properties.is_empty()).then_some(member.properties.as_str())
    }

    fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members().iter().map(|member| (member.key.as_str(), member.value.as_str()))
    }

    /// Sets a value, which may be any text. What was set before is replaced, with its properties.
    ///
    /// # Errors
    ///
    /// When the name is no token (RFC 9110, section 5.6.2), or when there is no room; nothing changes
    /// then.
    pub fn insert(
        &mut self,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<(), InvalidBaggage> {
        let member = Member::new(key.into(), value.into(), String::new());
        if !is_token(&member.key) {
            return Err(InvalidBaggage { fault: Fault::Key });
        }
        if self.put(member) { Ok(()) } else { Err(InvalidBaggage { fault: Fault::Full }) }
    }

    /// Removes a name and returns what its value was.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        let place = self.members().iter().position(|member| member.key == key)?;
        let members = Arc::make_mut(self.members.as_mut()?);
        let removed = members.remove(place);
        if members.is_empty() {
            self.members = None;
        }
        Some(removed.value)
    }

    /// Puts a member in the place of the one with its name, or last; `false` if there is no room.
    fn put(&mut self, member: Member) -> bool {
        let place = self.members().iter().position(|known| known.key == member.key);
        let others = self.members().iter().filter(|known| known.key != member.key);
        let bytes: usize = others.map(|known| known.length + 1).sum();
        if place.is_none() && self.len() == MOST_MEMBERS || bytes + member.length > MOST_BYTES {
            return false;
        }
        let members = Arc::make_mut(self.members.get_or_insert_default());
        match place {
            Some(place) => members[place] = member,
            None => members.push(member),
        }
        true
    }

    /// Reads one or more headers. A member that is not valid is left out, and so is what has no room;
    /// of members with one name the last counts.
    pub(super) fn read(list: &str) -> Self {
        let mut baggage = Self::new();
        for member in list.split(',').filter_map(Member::read) {
            baggage.put(member);
        }
        baggage
    }
}

impl std::str::FromStr for Baggage {
    type Err = std::convert::Infallible;

    /// Reads the header `baggage`, or several with commas between them. A member that is not valid is
    /// left out, and so is what has no room; of members with one name the last counts.
    fn from_str(list: &str) -> Result<Self, Self::Err> {
        Ok(Self::read(list))
    }
}

impl fmt::Display for Baggage {
    /// Writes the header `baggage`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, member) in self.members().iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            write!(f, "{member}")?;
        }
        Ok(())
    }
}

impl Member {
    fn new(key: String, value: String, properties: String) -> Self {
        let encoded: usize = value.bytes().map(|byte| if is_plain(byte) { 1 } else { 3 }).sum();
        let further = properties.len() + usize::from(!properties.is_empty());
        let length = key.len() + 1 + encoded + further;
        Self { key, value, properties, length }
    }

    /// Reads `key = value ; property ..`.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(trimmed);
        let (key, value) = parts.next()?.split_once('=')?;
        let (key, value) = (trimmed(key), trimmed(value));
        if !is_token(key) || !value.bytes().all(is_octet) {
            return None;
        }
        let mut properties = String::new();
        for property in parts.filter(|property| !property.is_empty()) {
            let (name, value) = match property.split_once('=') {
                Some((name, value)) => (trimmed(name), Some(trimmed(value))),
                None => (property, None),
            };
            if !is_token(name) || !value.unwrap_or_default().bytes().all(is_octet) {
                return None;
            }
            if !properties.is_empty() {
                properties.push(';');
            }
            properties.push_str(name);
            if let Some(value) = value {
                properties.push('=');
                properties.push_str(value);
            }
        }
        Some(Self::new(key.to_owned(), decoded(value), properties))
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.key)?;
        for byte in self.value.bytes() {
            if is_plain(byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        if !self.properties.is_empty() {
            write!(f, ";{}", self.properties)?;
        }
        Ok(())
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// `token` of RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// `baggage-octet` of W3C Baggage, section 3.3.1.
fn is_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

/// Stands for itself in a value.
fn is_plain(byte: u8) -> bool {
    is_octet(byte) && byte != b'%'
}

/// Percent-decoded; a `%` without two digits stands for itself, and what is no UTF-8 becomes U+FFFD
/// (W3C Baggage, section 3.3.1.3).
fn decoded(value: &str) -> String {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = value.as_bytes();
    let mut octets = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let pair = (digit(bytes.get(place + 1)), digit(bytes.get(place + 2)));
        let (octet, width) = match (byte, pair) {
            (b'%', (Some(high), Some(low))) => (u8::try_from(high << 4 | low).unwrap_or(b'%'), 3),
            _ => (*byte, 1),
        };
        octets.push(octet);
        place += width;
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// A member that cannot be added to [`Baggage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidBaggage {
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Key,
    Full,
}

impl fmt::Display for InvalidBaggage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.fault {
            Fault::Key => {
                "the name is no token; use ASCII letters, digits and !#$%&'*+-.^_`|~, at least one"
            }
            Fault::Full => {
                "baggage holds 64 members and 8192 bytes; remove one, or shorten the value"
            }
        })
    }
}

impl std::error::Error for InvalidBaggage {}

#[cfg(test)]
#[path = "tests/baggage.rs"]
mod tests;
