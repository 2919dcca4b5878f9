//! Who gets the live page, and that what it is made of is there, is what it is said to be, and can become no code.

use std::collections::BTreeSet;

use hyper::{
    StatusCode,
    header::{ACCEPT, HeaderMap, HeaderValue},
};
use serde_json::Value as Json;

use super::{
    Client, Response, get, pages, serve,
    status::{AWAY, ask_with},
};
use crate::http::live::{FILES, POLICY, SHELL, is_wanted};

/// What Chromium and Firefox say when somebody enters an address.
const CHROMIUM: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,\
                        image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
const FIREFOX: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[test]
fn browsers_get_a_page_and_everybody_else_json() {
    let wanted = |accept: Option<&'static str>| {
        let accept = accept.map(|accept| (ACCEPT, HeaderValue::from_static(accept)));
        is_wanted(&accept.into_iter().collect::<HeaderMap>())
    };
    for accept in [
        CHROMIUM,
        FIREFOX,
        "text/html",
        "TEXT/HTML",
        "text/*",
        "text/html, application/json;q=0.9",
        "text/html;q=0.2, */*;q=0.1",
        "text/html, application/json;q=0",
    ] {
        assert!(wanted(Some(accept)), "{accept}");
    }
    for accept in [
        "",
        "*/*",
        "application/json",
        "application/json, text/html",
        "application/*, text/html",
        "text/html;q=0.5, */*",
        "text/html;q=0.5, application/json;q=0.6",
        "text/html;q=0",
        "text/html;q=0, */*;q=0",
        "text/plain",
        "text/htmlx",
        "junk",
    ] {
        assert!(!wanted(Some(accept)), "{accept}");
    }
    assert!(!wanted(None));
}

fn asked(path: &str, headers: &[&str]) -> Response {
    let server = serve();
    let response = Client::connect(server.local_addr()).get(path, headers);
    drop(server);
    response
}

#[test]
fn a_browser_gets_the_shell_under_its_policy_and_nothing_is_cached() {
    let response = asked("/status", &[&format!("Accept: {CHROMIUM}")]);
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(response.header("vary"), Some("Accept, Accept-Encoding"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("content-security-policy"), Some(POLICY));
    let policies =
        response.headers.iter().filter(|(name, _)| name == "content-security-policy").count();
    assert_eq!(policies, 1, "two policies would both hold");
    assert_eq!(response.body, SHELL.text.as_bytes());

    let server = serve();
    let json = get(server.local_addr(), "/status");
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(
        json.header("content-security-policy"),
        Some("default-src 'none'; frame-ancestors 'none'")
    );
}

#[test]
fn every_file_is_served_as_what_it_is_plain_and_compressed() {
    let server = serve();
    for file in &FILES {
        let path = format!("/status/{}", file.name);
        let plain = get(server.local_addr(), &path);
        assert_eq!(plain.status, 200, "{path}");
        assert_eq!(plain.body, file.text.as_bytes(), "{path}");
        assert_eq!(plain.header("content-security-policy"), Some(POLICY), "{path}");
        assert_eq!(plain.header("vary"), Some("Accept-Encoding"), "{path}");
        let extension = file.name.rsplit('.').next().unwrap();
        let expected = match extension {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("{other}"),
        };
        assert_eq!(plain.header("content-type"), Some(expected), "{path}");
        let mut client = Client::connect(server.local_addr());
        let gzipped = client.get(&path, &["Accept-Encoding: gzip"]);
        assert_eq!(gzipped.header("content-encoding"), Some("gzip"), "{path}");
        let text = std::io::read_to_string(flate2::read::GzDecoder::new(&*gzipped.body)).unwrap();
        assert_eq!(text, file.text, "{path}");
    }
}

#[test]
fn there_are_no_other_files() {
    let server = serve();
    for path in [
        "/status/",
        "/status/mod.rs",
        "/status/page.html",
        "/status/page.js/",
        "/status/x/page.js",
        "/status/../status/page.js",
        "/status/..%2Flive%2Fpage.js",
        "/status/page%2Ejs",
        "/status/PAGE.JS",
        "/page.js",
    ] {
        assert_eq!(get(server.local_addr(), path).status, 404, "{path}");
    }
}

/// The page says nothing, so that it is for everybody; what it asks for keeps its rules.
#[test]
fn the_page_is_open_where_what_it_shows_needs_the_token() {
    let accept = Some(("accept", FIREFOX));
    let (status, _, body) = ask_with(pages(), Some("s3cret"), AWAY, "/status", accept);
    assert_eq!((status, &*body), (StatusCode::OK, SHELL.text));
    let (status, ..) = ask_with(pages(), Some("s3cret"), AWAY, "/status/page.js", None);
    assert_eq!(status, StatusCode::OK);
    let accept = Some(("accept", "application/json"));
    let (status, ..) = ask_with(pages(), Some("s3cret"), AWAY, "/status", accept);
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

/// What follows each `before` in `text`, up to the next quote.
fn quoted<'t>(text: &'t str, before: &str) -> impl Iterator<Item = &'t str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}

#[test]
fn what_the_files_name_is_there_and_is_all_there_is() {
    let mut named = BTreeSet::new();
    let links = ["href=\"status/", "src=\"status/"];
    named.extend(links.into_iter().flat_map(|before| quoted(SHELL.text, before)));
    for file in FILES.iter().filter(|file| file.name.ends_with("js")) {
        let imports: Vec<_> = quoted(file.text, "from \"./").collect();
        // Whatever is imported is asked for at once, not one after the other.
        for import in &imports {
            assert!(named.contains(import), "{} imports {import}", file.name);
        }
    }
    let there: BTreeSet<_> = FILES.iter().map(|file| file.name).collect();
    assert_eq!(named, there);
}

#[test]
fn published_are_the_files_there_are() {
    let published: Json =
        serde_json::from_str(include_str!("../../../schema/openapi.json")).unwrap();
    let names = &published["components"]["parameters"]["file"]["schema"]["enum"];
    assert_eq!(*names, FILES.iter().map(|file| file.name).collect::<Json>());
    assert_eq!(published["components"]["headers"]["Live-Policy"]["schema"]["const"], POLICY);
}

#[test]
fn nothing_in_the_files_makes_code_of_text_or_leads_elsewhere() {
    let text = FILES.iter().chain([&SHELL]).map(|file| (file.name, file.text));
    for (name, text) in text {
        // The name of a vocabulary is no address that anybody asks.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for forbidden in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function(",
            "style=",
            "onclick=",
            "<style",
            "http://",
            "https://",
            "url(",
            "@import",
        ] {
            assert!(!text.contains(forbidden), "{name}: {forbidden}");
        }
        assert!(!text.contains("<script>"), "{name}");
        // Its first lines say what lives there; the shell and the icon begin with what they are.
        assert!(
            text.starts_with("//") || text.starts_with("/*") || text.starts_with('<'),
            "{name}"
        );
        assert!(text.lines().count() < 400, "{name}");
    }
}
