//! Names and values of the semantic conventions.

use super::super::conventions::*;
use ::http::{HeaderMap, Method, StatusCode, Uri};

#[test]
fn methods_are_those_of_the_conventions_and_names_have_no_path() {
    for known in METHODS.iter().filter(|known| **known != OTHER) {
        let place = method(&known.parse().unwrap());
        assert_eq!(METHODS[place], *known);
        assert_eq!(span_name(place, Some("/a/{b}")), format!("{known} /a/{{b}}"));
        assert_eq!(span_name(place, None), *known);
    }
    for unknown in ["get", "BREW", "_OTHER"] {
        let unknown: Method = unknown.parse().unwrap();
        let place = method(&unknown);
        assert_eq!(METHODS[place], OTHER);
        assert_eq!(span_name(place, Some("/a")), "HTTP /a");
    }
    assert!(METHODS[..METHODS.len() - 1].is_sorted());
}

#[test]
fn queries_keep_their_keys() {
    for (query, hidden, shown) in [
        ("", "", ""),
        ("a=1", "a=REDACTED", "a=1"),
        ("a=1&b=2=3&&c=", "a=REDACTED&b=REDACTED&&c=REDACTED", "a=1&b=2=3&&c="),
        ("secret", "REDACTED", "secret"),
        (
            "SIG=x&sig=x&signature=x",
            "SIG=REDACTED&sig=REDACTED&signature=REDACTED",
            "SIG=REDACTED&sig=REDACTED&signature=REDACTED",
        ),
        (
            "X-Goog-Signature=x&AWSAccessKeyId=y",
            "X-Goog-Signature=REDACTED&AWSAccessKeyId=REDACTED",
            "X-Goog-Signature=REDACTED&AWSAccessKeyId=REDACTED",
        ),
    ] {
        assert_eq!(redacted(query, Values::Hidden), hidden);
        assert_eq!(redacted(query, Values::Shown), shown);
    }
}

#[test]
fn urls_have_no_credentials() {
    let full = |uri: &str| full_url(&uri.parse::<Uri>().unwrap(), Values::Hidden);
    assert_eq!(
        full("https://me:pass@a.example:8443/x?y=z"),
        "https://REDACTED:REDACTED@a.example:8443/x?y=REDACTED"
    );
    assert_eq!(full("http://token@a.example/"), "http://REDACTED@a.example/");
    assert_eq!(full("http://a.example"), "http://a.example/");
    assert_eq!(full("/x?y"), "/x?REDACTED");
}

#[test]
fn a_server_is_whom_the_request_is_for() {
    let found = |uri: &str, host: Option<&str>| {
        let mut headers = HeaderMap::new();
        if let Some(host) = host {
            headers.insert("host", host.parse().unwrap());
        }
        let uri: Uri = uri.parse().unwrap();
        let authority = authority(&uri, &headers)?;
        let scheme = uri.scheme_str().unwrap_or("http");
        let values =
            server(&authority, scheme).map(|one| one.map(|one| format!("{:?}", one.value)));
        Some(values.map(Option::unwrap_or_default).join(" "))
    };
    let expect = |address: &str, port: u16| Some(format!("Text({address:?}) I64({port})"));
    assert_eq!(found("/", Some("a.example")), expect("a.example", 80));
    assert_eq!(found("/", Some("a.example:8080")), expect("a.example", 8080));
    assert_eq!(found("/", Some("[::1]:8080")), expect("::1", 8080));
    assert_eq!(found("https://b.example/", Some("a.example")), expect("b.example", 443));
    assert_eq!(found("/", Some("not a host")), None);
    assert_eq!(found("/", None), None);
}

#[test]
fn a_status_means_different_things_to_both_sides() {
    for (status, server, client) in [
        (100, false, false),
        (200, false, false),
        (302, false, false),
        (404, false, true),
        (500, true, true),
        (599, true, true),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(Failure::of(status, Side::Server).is_some(), server, "{status}");
        assert_eq!(Failure::of(status, Side::Client).is_some(), client, "{status}");
    }
}
