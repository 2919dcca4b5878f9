//! What contexts travel in: headers, metadata, maps of text. Uses nothing of the crate.

use std::{
    collections::{BTreeMap, HashMap},
    hash::BuildHasher,
};

/// What a context can be written into by [`inject`](crate::inject()): maps and lists of text, and with
/// their features `http::HeaderMap` and JSON objects.
///
/// Implement it for other carriers, such as the headers of a message queue.
///
/// # Example
///
/// ```
/// struct Record { headers: Vec<(String, Vec<u8>)> }
///
/// impl observant::Injector for Record {
///     fn set(&mut self, key: &'static str, value: String) {
///         self.headers.push((key.to_owned(), value.into_bytes()));
///     }
/// }
///
/// let mut record = Record { headers: Vec::new() };
/// observant::inject(&mut record);
/// ```
pub trait Injector {
    /// Sets the one value of `key`, which is in lower case. The value is visible ASCII and spaces.
    fn set(&mut self, key: &'static str, value: String);

    /// Removes `key`, which may have been left by an earlier context. Carriers that always begin empty
    /// need not.
    fn remove(&mut self, _key: &'static str) {}
}

/// What a context can be read from by [`extract`](crate::extract()): maps and lists of text, and with
/// their features `http::HeaderMap` and JSON objects.
///
/// # Example
///
/// ```
/// struct Record { headers: Vec<(String, Vec<u8>)> }
///
/// impl observant::Extractor for Record {
///     fn get_all(&self, key: &str) -> Vec<&str> {
///         let same = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(key));
///         same.filter_map(|(_, value)| std::str::from_utf8(value).ok()).collect()
///     }
/// }
///
/// let record = Record { headers: vec![("baggage".to_owned(), b"tenant=acme".to_vec())] };
/// assert_eq!(observant::extract(&record).baggage().get("tenant"), Some("acme"));
/// ```
pub trait Extractor {
    /// Every value of `key`, in the order they came; none if it is not there. Where keys have no case,
    /// as those of headers, any case is meant.
    fn get_all(&self, key: &str) -> Vec<&str>;
}

impl<S: BuildHasher> Injector for HashMap<String, String, S> {
    fn set(&mut self, key: &'static str, value: String) {
        Injector::remove(self, key);
        self.insert(key.to_owned(), value);
    }

    fn remove(&mut self, key: &'static str) {
        self.retain(|own, _| !own.eq_ignore_ascii_case(key));
    }
}

impl Injector for BTreeMap<String, String> {
    fn set(&mut self, key: &'static str, value: String) {
        Injector::remove(self, key);
        self.insert(key.to_owned(), value);
    }

    fn remove(&mut self, key: &'static str) {
        self.retain(|own, _| !own.eq_ignore_ascii_case(key));
    }
}

impl Injector for Vec<(String, String)> {
    fn set(&mut self, key: &'static str, value: String) {
        Injector::remove(self, key);
        self.push((key.to_owned(), value));
    }

    fn remove(&mut self, key: &'static str) {
        self.retain(|(own, _)| !own.eq_ignore_ascii_case(key));
    }
}

/// The value of exactly this key, else of those that differ in case.
fn in_map<'m>(
    exact: Option<&'m str>,
    pairs: impl Iterator<Item = (&'m str, &'m str)>,
    key: &str,
) -> Vec<&'m str> {
    match exact {
        Some(value) => vec![value],
        None => same(pairs, key),
    }
}

fn same<'m>(pairs: impl Iterator<Item = (&'m str, &'m str)>, key: &str) -> Vec<&'m str> {
    pairs.filter(|(own, _)| own.eq_ignore_ascii_case(key)).map(|(_, value)| value).collect()
}

impl<V: AsRef<str>, S: BuildHasher> Extractor for HashMap<String, V, S> {
    fn get_all(&self, key: &str) -> Vec<&str> {
        let pairs = self.iter().map(|(own, value)| (own.as_str(), value.as_ref()));
        in_map(self.get(key).map(AsRef::as_ref), pairs, key)
    }
}

impl<V: AsRef<str>> Extractor for BTreeMap<String, V> {
    fn get_all(&self, key: &str) -> Vec<&str> {
        let pairs = self.iter().map(|(own, value)| (own.as_str(), value.as_ref()));
        in_map(self.get(key).map(AsRef::as_ref), pairs, key)
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Extractor for [(K, V)] {
    fn get_all(&self, key: &str) -> Vec<&str> {
        same(self.iter().map(|(own, value)| (own.as_ref(), value.as_ref())), key)
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Extractor for Vec<(K, V)> {
    fn get_all(&self, key: &str) -> Vec<&str> {
        self.as_slice().get_all(key)
    }
}

impl<K: AsRef<str>, V: AsRef<str>, const N: usize> Extractor for [(K, V); N] {
    fn get_all(&self, key: &str) -> Vec<&str> {
        self.as_slice().get_all(key)
    }
}

/// Headers of HTTP and metadata of gRPC.
#[cfg(feature = "headers")]
mod headers {
    use super::{Extractor, Injector};
    use ::http::{HeaderMap, HeaderValue};

    impl Injector for HeaderMap {
        fn set(&mut self, key: &'static str, value: String) {
            // What is written is always fit for a header.
            if let Ok(value) = HeaderValue::try_from(value) {
                self.insert(key, value);
            }
        }

        fn remove(&mut self, key: &'static str) {
            self.remove(key);
        }
    }

    impl Extractor for HeaderMap {
        fn get_all(&self, key: &str) -> Vec<&str> {
            // A value that is not ASCII is valid in none of our formats, nor is this.
            self.get_all(key).iter().map(|value| value.to_str().unwrap_or("\u{fffd}")).collect()
        }
    }
}

/// The object `_meta` of the Model Context Protocol (SEP-414), whose keys have a case.
#[cfg(feature = "json")]
mod json {
    use super::{Extractor, Injector};
    use serde_json::{Map, Value};

    impl Injector for Map<String, Value> {
        fn set(&mut self, key: &'static str, value: String) {
            self.insert(key.to_owned(), Value::String(value));
        }

        fn remove(&mut self, key: &'static str) {
            self.remove(key);
        }
    }

    impl Extractor for Map<String, Value> {
        fn get_all(&self, key: &str) -> Vec<&str> {
            self.get(key).and_then(Value::as_str).into_iter().collect()
        }
    }

    /// An object, or `null`, which becomes one when something is set; all else stays as it is.
    impl Injector for Value {
        fn set(&mut self, key: &'static str, value: String) {
            if self.is_null() {
                *self = Self::Object(Map::new());
            }
            if let Self::Object(object) = self {
                object.set(key, value);
            }
        }

        fn remove(&mut self, key: &'static str) {
            if let Self::Object(object) = self {
                object.remove(key);
            }
        }
    }

    impl Extractor for Value {
        fn get_all(&self, key: &str) -> Vec<&str> {
            self.as_object().map(|object| object.get_all(key)).unwrap_or_default()
        }
    }
}
