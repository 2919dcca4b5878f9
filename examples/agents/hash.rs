//! Hashes of contents and of names.

use std::fmt::Write as _;

use observant::observe;
use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal.
#[observe(buckets = micro)]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
