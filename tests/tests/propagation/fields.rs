//! Carriers of others: what is written is what they read, and what they write is read.

use observant::{Baggage, SpanContext, current_context, extract, inject};
use rmcp::model::MetaObject;
use serde_json::json;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A context as it came with a request.
fn came() -> observant::Context {
    extract(&[("traceparent", PARENT), ("tracestate", "a=1"), ("baggage", "tenant=acme%20inc;p")])
}

#[test]
fn the_meta_of_an_mcp_request_is_what_others_read_and_write() {
    let mut meta = MetaObject::new();
    came().inject(&mut meta.0);
    assert_eq!(meta.get_traceparent(), Some(PARENT));
    assert_eq!(meta.get_tracestate(), Some("a=1"));
    assert_eq!(meta.get_baggage(), Some("tenant=acme%20inc;p"));
    let mut theirs = MetaObject::new();
    theirs.set_traceparent(PARENT);
    theirs.set_baggage("tenant=acme");
    let context = extract(&theirs.0);
    assert_eq!(context.span_context().map(SpanContext::traceparent).as_deref(), Some(PARENT));
    assert_eq!(context.baggage().get("tenant"), Some("acme"));
}

#[test]
fn a_request_of_json_takes_the_context_in_its_meta() {
    let mut request = json!({ "method": "tools/call", "params": { "name": "search" } });
    came().run(|| inject(&mut request["params"]["_meta"]));
    assert_eq!(request["params"]["_meta"]["traceparent"], PARENT);
    let context = extract(&request["params"]["_meta"]);
    assert_eq!(context.baggage(), came().baggage());
    assert!(extract(&request["nothing"]).span_context().is_none());
}

#[test]
fn headers_of_http_take_the_context() {
    let mut headers = axum::http::HeaderMap::new();
    came().inject(&mut headers);
    assert_eq!(headers["traceparent"], PARENT);
    assert_eq!(extract(&headers).span_context(), came().span_context());
}

#[test]
fn contexts_hold_where_they_are_attached_and_nowhere_else() {
    let tenant = || current_context().baggage().get("tenant").map(str::to_owned);
    let with = |tenant: &str| {
        let mut baggage = Baggage::new();
        baggage.insert("tenant", tenant).unwrap();
        current_context().with_baggage(baggage)
    };
    assert_eq!(tenant(), None);
    let outer = with("outer").attach();
    let inner = with("inner").attach();
    assert_eq!(tenant().as_deref(), Some("inner"));
    assert_eq!(std::thread::spawn(tenant).join().unwrap(), None);
    assert_eq!(observant::thread(tenant).join().unwrap().as_deref(), Some("inner"));
    // In whatever order they go, the last that is left counts, and nothing stays.
    drop(outer);
    assert_eq!(tenant().as_deref(), Some("inner"));
    drop(inner);
    assert_eq!(tenant(), None);
    let panicked =
        std::panic::catch_unwind(|| with("panics").run(|| panic!("as the test wants it")));
    panicked.unwrap_err();
    assert_eq!(tenant(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_future_carries_its_context_through_every_way_to_start_work() {
    use observant::InCurrent as _;
    async fn tenant() -> Option<String> {
        tokio::task::yield_now().await;
        current_context().baggage().get("tenant").map(str::to_owned)
    }
    let work = async {
        let spawned = observant::spawn(tenant()).await.unwrap();
        let carried = tokio::spawn(tenant().in_current()).await.unwrap();
        let blocking =
            observant::spawn_blocking(|| current_context().baggage().len()).await.unwrap();
        let bare = tokio::spawn(tenant()).await.unwrap();
        (tenant().await, spawned, carried, blocking, bare)
    };
    let acme = Some("acme inc".to_owned());
    let found = work.with_context(came()).await;
    assert_eq!(found, (acme.clone(), acme.clone(), acme, 1, None));
    assert_eq!(tenant().await, None);
}
