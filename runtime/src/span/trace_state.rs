//! `tracestate`: what other tracing systems want to be passed on. Read to be checked, never changed.

use std::sync::Arc;

/// Members of a list (W3C Trace Context level 2, section 3.3.1.1).
const MOST_MEMBERS: usize = 32;

/// Characters of a key and of a value (sections 3.3.1.3.1 and 3.3.1.3.2).
const LONGEST: usize = 256;

/// The list without its empty members and white space; `None` if it has no member or is not valid as a
/// whole. All of a valid list is passed on: at most 16 kB.
pub(super) fn checked(list: &str) -> Option<Arc<str>> {
    let mut kept = String::with_capacity(list.len());
    let mut keys: Vec<&str> = Vec::new();
    for member in list.split(',') {
        // White space before a key and after a value is none of theirs; before a value it is.
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            continue;
        }
        let (key, value) = member.split_once('=')?;
        if !is_key(key) || !is_value(value) || keys.contains(&key) || keys.len() == MOST_MEMBERS {
            return None;
        }
        keys.push(key);
        if !kept.is_empty() {
            kept.push(',');
        }
        kept.push_str(member);
    }
    (!kept.is_empty()).then(|| kept.into())
}

fn is_key(key: &str) -> bool {
    let begins = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let goes_on = |byte: &u8| begins(byte) || b"_-*/@".contains(byte);
    key.as_bytes().first().is_some_and(begins)
        && key.len() <= LONGEST
        && key.as_bytes().iter().all(goes_on)
}

fn is_value(value: &str) -> bool {
    let allowed = |byte: &u8| matches!(byte, b' '..=b'~') && !b",=".contains(byte);
    !value.is_empty() && value.len() <= LONGEST && value.as_bytes().iter().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(list: &str, expected: Option<&str>) {
        assert_eq!(checked(list).as_deref(), expected, "{list:?}");
    }

    fn members(count: usize) -> String {
        (1..=count)
            .map(|number| format!("bar{number:02}={number:02}"))
            .collect::<Vec<_>>()
            .join(",")
    }

    #[test]
    fn a_valid_list_is_kept_in_its_order() {
        check("foo=1,bar=2", Some("foo=1,bar=2"));
        check(&members(32), Some(&members(32)));
        check("2=1,a@b=c,a@@b=c,a@b@c=d,a@=e", Some("2=1,a@b=c,a@@b=c,a@b@c=d,a@=e"));
        let long = format!("{}={}", "z".repeat(256), "v".repeat(256));
        check(&long, Some(&long));
    }

    #[test]
    fn white_space_and_empty_members_are_left_out() {
        for list in
            ["foo=1 \t , \t bar=2", "\tfoo=1,bar=2 ", ",foo=1,,bar=2, ", "foo=1\t,\t \tbar=2"]
        {
            check(list, Some("foo=1,bar=2"));
        }
        check("foo=  1 2 ", Some("foo=  1 2"));
        for empty in ["", " ", ",", "\t, ,"] {
            check(empty, None);
        }
    }

    #[test]
    fn every_allowed_character_is_kept() {
        let key: String = ('a'..='z').chain('0'..='9').chain("_-*/@".chars()).collect();
        let value: String = (' '..='~').filter(|letter| !",=".contains(*letter)).collect();
        let list = format!("{key}={value}");
        check(&list, Some(&list));
    }

    #[test]
    fn one_fault_drops_the_whole_list() {
        for fault in [
            "foo",
            "=1",
            "foo=",
            "foo =1",
            "FOO=1",
            "foo.bar=1",
            "@foo=1",
            "_foo=1",
            "foo=b=c",
            "foo=\u{e4}",
            "foo=\u{7f}",
            "foo=a\tb",
            "foo\u{e4}=1",
            "ok=2",
        ] {
            check(&format!("ok=1,{fault}"), None);
            check(&format!("{fault},ok=1"), None);
        }
        check(&members(33), None);
        check(&format!("{}=1", "z".repeat(257)), None);
        check(&format!("z={}", "v".repeat(257)), None);
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_again(list in "[a-b@=, \t1]{0,40}") {
            if let Some(kept) = checked(&list) {
                prop_assert_eq!(checked(&kept), Some(kept.clone()));
                prop_assert!(!kept.contains(['\t']) && !kept.contains(",,"));
            }
        }

        #[test]
        fn nothing_panics(list in any::<String>()) {
            checked(&list);
        }
    }
}
