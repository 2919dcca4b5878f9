//! `/status`: who sees what, and the token. Peers off loopback are made by address, not by a network.

use std::{net::SocketAddr, sync::Arc};

use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, StatusCode, body::Bytes};
use serde_json::Value as Json;

use super::{Client, Limits, Pages, get, pages, serve, settings};
use crate::http::{
    Token,
    response::TEXT,
    routes,
    server::{App, Client as From},
    watch::Watch,
};

#[test]
fn loopback_sees_everything_and_the_servers_own_figures() {
    let server = serve();
    let response = get(server.local_addr(), "/status");
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.header("vary"), Some("Accept, Accept-Encoding"));
    let status: Json = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(status["full"], true);
    assert_eq!(status["server"]["connections"]["accepted"], 1);
}

#[test]
fn one_function_is_asked_for_by_its_name_and_only_once() {
    let server = serve();
    let get = |query: &str| get(server.local_addr(), &format!("/status?{query}"));
    let one = get("function=there%3A%3Ais");
    assert_eq!(one.status, 200);
    let page: Json = serde_json::from_slice(&one.body).unwrap();
    assert_eq!(page["function"], "there::is");
    assert_eq!(page.get("health"), None, "the rest is not about it");
    for unknown in ["function=there", "function="] {
        let page = get(unknown);
        assert_eq!((page.status, page.header("content-type")), (404, Some(TEXT)), "{unknown}");
    }
    assert_eq!(get("function=a&function=b").status, 400);
}

#[test]
fn it_is_compressed_for_who_asks() {
    let server = serve();
    let response = Client::connect(server.local_addr()).get("/status", &["Accept-Encoding: gzip"]);
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    let status: Json =
        serde_json::from_reader(flate2::read::GzDecoder::new(&*response.body)).unwrap();
    assert_eq!(status["full"], true);
}

/// What a peer at `peer` gets at `path`, with this `Authorization`: the status, its challenge and its body.
pub(super) fn ask(
    pages: Pages,
    token: Option<&str>,
    peer: &str,
    path: &str,
    authorization: Option<&str>,
) -> (StatusCode, Option<String>, String) {
    let header = authorization.map(|value| ("authorization", value));
    ask_with(pages, token, peer, path, header)
}

/// The same with any one header.
pub(super) fn ask_with(
    pages: Pages,
    token: Option<&str>,
    peer: &str,
    path: &str,
    header: Option<(&str, &str)>,
) -> (StatusCode, Option<String>, String) {
    let mut settings = settings(Limits::default());
    settings.token = token.map(|token| Token::new(token.to_owned()));
    let app = App::new(settings, pages);
    let mut request = Request::get(path).header("host", "localhost");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let peer: SocketAddr = peer.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let page = routes::answer(&app, &request, From::of(peer)).await;
        let response = page.into_response(Arc::new(Watch::new(Limits::default())));
        let challenge = response.headers().get("www-authenticate");
        let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, challenge, String::from_utf8(body.to_vec()).unwrap())
    })
}

fn is_full(body: &str) -> bool {
    let status: Json = serde_json::from_str(body).unwrap();
    assert_eq!(status["full"] == true, status["server"].is_object(), "{body}");
    status["full"] == true
}

pub(super) const AWAY: &str = "192.0.2.7:5000";

#[test]
fn without_a_token_set_peers_off_loopback_see_the_summary() {
    for authorization in [None, Some("Bearer "), Some("Bearer guess")] {
        let (status, challenge, body) = ask(pages(), None, AWAY, "/status", authorization);
        assert_eq!((status, challenge), (StatusCode::OK, None));
        assert!(!is_full(&body));
    }
}

#[test]
fn with_a_token_set_peers_off_loopback_need_it() {
    for peer in [AWAY, "[2001:db8::1]:1", "[::ffff:192.0.2.7]:1", "10.0.0.1:1"] {
        for wrong in
            [None, Some("Bearer s3cre"), Some("Bearer s3cret2"), Some("Basic s3cret"), Some("")]
        {
            let (status, challenge, body) = ask(pages(), Some("s3cret"), peer, "/status", wrong);
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{peer} {wrong:?}");
            assert_eq!(challenge.as_deref(), Some("Bearer"));
            assert!(body.contains("OBSERVANT_TOKEN") && !body.contains("s3cret"), "{body}");
        }
        let (status, _, body) =
            ask(pages(), Some("s3cret"), peer, "/status", Some("Bearer s3cret"));
        assert_eq!(status, StatusCode::OK, "{peer}");
        assert!(is_full(&body));
    }
}

#[test]
fn loopback_needs_no_token() {
    for peer in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
        let (status, _, body) = ask(pages(), Some("s3cret"), peer, "/status", None);
        assert_eq!(status, StatusCode::OK, "{peer}");
        assert!(is_full(&body), "{peer}");
    }
}

/// A proxy on this machine makes every client one on loopback, were it not for what it adds.
#[test]
fn what_a_proxy_forwards_does_not_come_from_loopback() {
    for header in [
        ("x-forwarded-for", "192.0.2.7"),
        ("forwarded", "for=192.0.2.7"),
        ("via", "1.1 proxy"),
        ("x-real-ip", "127.0.0.1"),
        ("x-forwarded-proto", "https"),
        ("cf-connecting-ip", "192.0.2.7"),
        ("x-envoy-external-address", "192.0.2.7"),
    ] {
        let (status, _, body) = ask_with(pages(), None, "127.0.0.1:1", "/status", Some(header));
        assert_eq!(status, StatusCode::OK);
        assert!(!is_full(&body), "{header:?}");
        let (status, ..) =
            ask_with(pages(), Some("s3cret"), "127.0.0.1:1", "/status", Some(header));
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{header:?}");
    }
}

#[test]
fn the_other_pages_are_open_to_whoever_reaches_them() {
    for path in ["/", "/metrics", "/health", "/live", "/livez", "/ready", "/readyz", "/startup"] {
        assert_eq!(ask(pages(), Some("s3cret"), AWAY, path, None).0, StatusCode::OK, "{path}");
    }
}
