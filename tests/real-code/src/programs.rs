//! Looks into programs that were built: which callsites did the linker keep? Bytes in, names out. It shows
//! that what was compiled is what was annotated, and how much of it.

use std::collections::BTreeSet;

/// The static of every observed function, as it stands in a mangled name.
const CALLSITE: &[u8] = b"20__OBSERVANT_CALLSITE";

/// Adds the symbols of `program`, a file with a symbol table, without what tells builds of a crate apart.
pub(crate) fn callsites(program: &[u8], found: &mut BTreeSet<String>) {
    let mut from = 0;
    while let Some(at) = find(&program[from..], CALLSITE) {
        let (start, end) = (from + at, from + at + CALLSITE.len());
        let before = program[..start].iter().rev().take_while(|byte| is_symbol(**byte)).count();
        let after = program[end..].iter().take_while(|byte| is_symbol(**byte)).count();
        let symbol = String::from_utf8_lossy(&program[start - before..end]);
        found.insert(without_build(&symbol));
        from = end + after;
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')
}

/// A name of the newer mangling without its crate's disambiguator, `Cs1a2b_`; the older one has a hash
/// behind the static, where nobody looks.
fn without_build(symbol: &str) -> String {
    let Some((before, rest)) = symbol.split_once("Cs") else { return symbol.to_owned() };
    match rest.split_once('_') {
        Some((build, after)) if build.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!("{before}C{}", without_build(after))
        }
        _ => symbol.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callsite_counts_once_whatever_built_it() {
        let mut found = BTreeSet::new();
        callsites(b"\0_ZN1a1f20__OBSERVANT_CALLSITE17h0123456789abcdefE\0", &mut found);
        callsites(b"\0_ZN1a1f20__OBSERVANT_CALLSITE17hfedcba9876543210E\0", &mut found);
        callsites(b"_RNvNvCs1a2b_1a1g20__OBSERVANT_CALLSITE\0", &mut found);
        callsites(b"_RNvNvCs9x_1a1g20__OBSERVANT_CALLSITE\0__OBSERVANT_CALLSITE\0", &mut found);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
