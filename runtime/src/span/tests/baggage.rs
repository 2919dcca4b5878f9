//! Baggage is read as W3C Baggage asks, and what is written is read back equal.

use super::*;
use proptest::prelude::*;

fn read(list: &str) -> Vec<(String, String, Option<String>)> {
    let baggage = Baggage::read(list);
    let with_properties = |(key, value): (&str, &str)| {
        let properties = baggage.properties(key).map(str::to_owned);
        (key.to_owned(), value.to_owned(), properties)
    };
    baggage.iter().map(with_properties).collect()
}

#[track_caller]
fn check(list: &str, expected: &[(&str, &str, Option<&str>)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(key, value, properties)| {
            ((*key).to_owned(), (*value).to_owned(), properties.map(str::to_owned))
        })
        .collect();
    assert_eq!(read(list), expected, "{list:?}");
}

#[test]
fn members_and_their_properties_are_read() {
    check("", &[]);
    check("SomeKey=SomeValue", &[("SomeKey", "SomeValue", None)]);
    check("a=1,b=2", &[("a", "1", None), ("b", "2", None)]);
    check("a \t = \t 1 \t , \t b \t = \t 2 \t ", &[("a", "1", None), ("b", "2", None)]);
    check("a=1;p,b=2;q", &[("a", "1", Some("p")), ("b", "2", Some("q"))]);
    check("a=1 ; p = v ;q ,b=2", &[("a", "1", Some("p=v;q")), ("b", "2", None)]);
    check("a=1=2=,b==", &[("a", "1=2=", None), ("b", "=", None)]);
    check("a=,b=1;;,,", &[("a", "", None), ("b", "1", None)]);
    check("a=1;p=%2C%zz", &[("a", "1", Some("p=%2C%zz"))]);
}

#[test]
fn values_are_decoded_and_encoded() {
    let odd = "\t \"';=asdf!@#$%^&*()";
    check("a=%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29", &[("a", odd, None)]);
    check("a=h%C3%A4user%e2%82%ac", &[("a", "häuser€", None)]);
    check(
        "a=%,b=%4,c=%zz,d=%25",
        &[("a", "%", None), ("b", "%4", None), ("c", "%zz", None), ("d", "%", None)],
    );
    check("a=x%ffy%C3", &[("a", "x\u{fffd}y\u{fffd}", None)]);
    let mut baggage = Baggage::new();
    baggage.insert("a", odd).unwrap();
    assert_eq!(baggage.to_string(), "a=%09%20%22'%3B=asdf!@#$%25^&*()");
}

#[test]
fn what_is_not_valid_is_left_out_alone() {
    for fault in [
        "b",
        "=2",
        "b c=2",
        "b=2 3",
        "b=\"2\"",
        "b=\\",
        "b=\u{e4}",
        "\u{e4}=2",
        "b=2;p q",
        "b=2;=v",
        "b=2;p=\"v\"",
        "b=2;p=v w",
    ] {
        check(&format!("a=1,{fault},c=3"), &[("a", "1", None), ("c", "3", None)]);
    }
}

#[test]
fn of_one_name_the_last_counts() {
    check("a=1;p,b=2,a=3", &[("a", "3", None), ("b", "2", None)]);
}

#[test]
fn there_is_room_for_64_members() {
    let list = |count| (0..count).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
    let mut baggage = Baggage::read(&list(64));
    assert_eq!((baggage.len(), baggage.to_string()), (64, list(64)));
    assert_eq!(Baggage::read(&list(65)), baggage);
    let refused = baggage.insert("one-more", "").unwrap_err();
    assert!(refused.to_string().contains("64"), "{refused}");
    baggage.insert("k63", "w").unwrap();
    assert_eq!((baggage.get("k63"), baggage.len()), (Some("w"), 64));
}

#[test]
fn there_is_room_for_8192_bytes() {
    let value = |length| "v".repeat(length);
    let mut baggage = Baggage::new();
    baggage.insert("a", value(4_000)).unwrap();
    baggage.insert("b", value(8_192 - 4_002 - 1 - 2)).unwrap();
    assert_eq!(baggage.to_string().len(), 8_192);
    let before = baggage.clone();
    baggage.insert("b", value(8_192 - 4_002 - 1 - 1)).unwrap_err();
    baggage.insert("c", "").unwrap_err();
    assert_eq!(baggage, before);
    // What is encoded takes three bytes.
    let mut encoded = Baggage::new();
    encoded.insert("a", " ".repeat(2_731)).unwrap_err();
    encoded.insert("a", " ".repeat(2_730)).unwrap();
    assert_eq!(encoded.to_string().len(), 8_192);
    // One that is too long makes no room less for those after it.
    assert_eq!(Baggage::read(&format!("a={},b=2", value(9_000))).to_string(), "b=2");
}

#[test]
fn members_are_removed() {
    let mut baggage = Baggage::read("a=1,b=2;p");
    let shared = baggage.clone();
    assert_eq!(baggage.remove("a").as_deref(), Some("1"));
    assert_eq!(baggage.remove("a"), None);
    assert_eq!(baggage.to_string(), "b=2;p");
    assert_eq!(shared.to_string(), "a=1,b=2;p");
    baggage.remove("b");
    assert!(baggage.is_empty() && baggage == Baggage::new());
}

#[test]
fn a_name_is_a_token() {
    let mut baggage = Baggage::new();
    for key in ["", "a b", "a=b", "a,b", "ä", "a\"", "a/b"] {
        let refused = baggage.insert(key, "1").unwrap_err();
        assert!(refused.to_string().contains("token"), "{key:?}: {refused}");
    }
    baggage.insert("!#$%&'*+-.^_`|~aZ09", "1").unwrap();
    assert_eq!(Baggage::read(&baggage.to_string()), baggage);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_equal(
        members in proptest::collection::vec(("[!#$%&'*+.^_`|~a-zA-Z0-9-]{1,8}", any::<String>()), 0..20),
    ) {
        let mut baggage = Baggage::new();
        for (key, value) in members {
            // Without room it stays as it is.
            let _ = baggage.insert(key, value);
        }
        let written = baggage.to_string();
        prop_assert!(written.len() <= MOST_BYTES);
        prop_assert_eq!(Baggage::read(&written), baggage);
    }

    #[test]
    fn what_is_read_is_written_so_that_it_reads_equal(list in "[a-c=;,% \t\"0-9é]{0,60}") {
        let read = Baggage::read(&list);
        prop_assert_eq!(Baggage::read(&read.to_string()), read);
    }

    #[test]
    fn nothing_panics(list in any::<String>()) {
        Baggage::read(&list);
    }
}
