//! `schema/openapi.json` against the routes, and against every answer that the tests of this room get.

use std::sync::LazyLock;

use serde_json::Value as Json;

use super::{Response, get, serve};
use crate::http::routes::Route;

const BASE: &str = "http://observant.invalid/";

fn published() -> &'static Json {
    static PUBLISHED: LazyLock<Json> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../../schema/openapi.json")).unwrap()
    });
    &PUBLISHED
}

/// Where `pointer` leads, by way of a reference if there is one: the value, and its own pointer.
fn resolve(pointer: &str) -> Option<(&'static Json, String)> {
    let value = published().pointer(pointer)?;
    match value.get("$ref").and_then(Json::as_str) {
        Some(reference) => resolve(reference.strip_prefix('#')?),
        None => Some((value, pointer.to_owned())),
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What is wrong with an answer by what is published.
fn fault(method: &str, target: &str, response: &Response) -> Option<String> {
    // A path that is none of ours is in nobody's description.
    let path = target.split('?').next().unwrap_or_default();
    let route = Route::of(path)?;
    let operation = if method == "HEAD" { "head" } else { "get" };
    let status = response.status;
    let pointer = format!("/paths/{}/{operation}/responses/{status}", escaped(route.path()));
    let Some((declared, pointer)) = resolve(&pointer) else {
        return Some(format!("{pointer} is not there"));
    };
    // What hyper answers by itself to what is no request.
    if response.header("content-type").is_none() {
        return (!response.body.is_empty()).then(|| "a body of no type".to_owned());
    }
    for (name, value) in &response.headers {
        if matches!(&**name, "content-type" | "content-length" | "date" | "connection") {
            continue;
        }
        let headers = declared["headers"].as_object()?;
        let Some(declared) = headers.keys().find(|declared| declared.eq_ignore_ascii_case(name))
        else {
            return Some(format!("{pointer} has no header {name}"));
        };
        let (header, _) = resolve(&format!("{pointer}/headers/{declared}"))?;
        let known = header["schema"]["enum"].as_array().into_iter().flatten();
        let known: Vec<_> = known.chain(header["schema"].get("const")).collect();
        if !known.is_empty() && !known.iter().any(|known| **known == **value) {
            return Some(format!("{name}: {value}"));
        }
    }
    let media = response.header("content-type")?.split(';').next()?.trim();
    let content = format!("{pointer}/content/{}", escaped(media));
    if resolve(&content).is_none() {
        return Some(format!("{content} is not there"));
    }
    // The tests of this room have a status page of their own.
    let squeezed = response.header("content-encoding").is_some();
    let is_json = media.ends_with("json") && !matches!(route, Route::Status) && !squeezed;
    if !is_json || response.body.is_empty() {
        return None;
    }
    let body = serde_json::from_slice(&response.body).unwrap();
    invalid(&format!("{content}/schema"), &body).map(|error| format!("{error}\n{body:#}"))
}

/// What a validator that is not ours has against `value` by the schema at `pointer`.
fn invalid(pointer: &str, value: &Json) -> Option<String> {
    let health: Json = serde_json::from_str(include_str!("../../../schema/health.json")).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.set_default_draft(boon::Draft::V2020_12);
    compiler.enable_format_assertions();
    compiler.add_resource(&format!("{BASE}health.json"), health).unwrap();
    compiler.add_resource(&format!("{BASE}openapi.json"), published().clone()).unwrap();
    let index = compiler.compile(&format!("{BASE}openapi.json#{pointer}"), &mut schemas).unwrap();
    schemas.validate(value, index).err().map(|error| format!("{error:#}"))
}

/// Fails the test that got an answer which is not as published.
pub(super) fn assert_published(method: &str, target: &str, response: &Response) {
    if let Some(fault) = fault(method, target, response) {
        panic!("{method} {target}: {fault}");
    }
}

#[test]
fn every_route_is_published_and_nothing_else() {
    let published = published()["paths"].as_object().unwrap();
    let mut paths: Vec<_> = published.keys().map(String::as_str).collect();
    let mut routes = Route::ALL.map(Route::path);
    paths.sort_unstable();
    routes.sort_unstable();
    assert_eq!(paths, routes);
    for (path, item) in published {
        let operations = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
        let there: Vec<_> =
            operations.into_iter().filter(|name| item.get(name).is_some()).collect();
        assert_eq!(there, ["get", "head"], "{path}");
        assert_eq!(item["get"]["responses"], item["head"]["responses"], "{path}");
    }
}

#[test]
fn every_parameter_that_is_published_is_one_that_is_read() {
    let source = [
        include_str!("../health.rs"),
        include_str!("../pages.rs"),
        include_str!("../probes.rs"),
        include_str!("../routes.rs"),
        include_str!("../scrapes.rs"),
    ]
    .concat();
    let parameters = published()["components"]["parameters"].as_object().unwrap();
    for parameter in parameters.values().filter(|parameter| parameter["in"] != "path") {
        let name = parameter["name"].as_str().unwrap().to_ascii_lowercase();
        assert!(source.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_part_is_used() {
    let text = include_str!("../../../schema/openapi.json");
    for (room, parts) in published()["components"].as_object().unwrap() {
        for name in parts.as_object().unwrap().keys() {
            // Schemes are used by their names.
            let used = if room == "securitySchemes" {
                format!("\"{name}\": []")
            } else {
                format!("\"#/components/{room}/{name}\"")
            };
            assert!(text.contains(&used), "{room}/{name}");
        }
    }
    for reference in text.split("\"$ref\": \"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(published().pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn an_answer_that_is_not_as_published_is_found() {
    let server = serve();
    let as_published = get(server.local_addr(), "/health");
    assert_eq!(fault("GET", "/health", &as_published), None);
    let with = |change: &dyn Fn(&mut Response)| {
        let mut response = as_published.clone();
        change(&mut response);
        fault("GET", "/health", &response)
    };
    for change in [
        &(|response: &mut Response| response.status = 418) as &dyn Fn(&mut Response),
        &|response| response.headers.push(("server".to_owned(), "x".to_owned())),
        &|response| {
            response.headers.retain(|(name, _)| name != "cache-control");
            response.headers.push(("cache-control".to_owned(), "max-age=9".to_owned()));
        },
        &|response| {
            response.headers.retain(|(name, _)| name != "content-type");
            response.headers.push(("content-type".to_owned(), "text/html".to_owned()));
        },
        &|response| response.body = br#"{ "status": "warn" }"#.to_vec(),
    ] {
        assert!(with(change).is_some());
    }
}
