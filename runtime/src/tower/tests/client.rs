//! Requests as a client sends them.

use super::*;
use crate::{
    observe::{InCurrent as _, extract},
    span::{SpanKind, Status},
    tower::ClientLayer,
};
use ::http::HeaderMap;
use axum::routing::get as on_get;
use tower::{Service as _, ServiceBuilder, ServiceExt as _};

/// Sends a request through the layer as a part of `trace`.
async fn send(
    trace: &Trace,
    layer: ClientLayer,
    request: ::http::request::Builder,
) -> Result<(u16, String), String> {
    let context =
        extract(&[("traceparent", trace.traceparent.as_str()), ("baggage", "tenant=acme")]);
    let work = async {
        let mut client = ServiceBuilder::new().layer(layer).service(plain_client());
        let request = request.body(Body::empty()).unwrap();
        let client = client.ready().await.map_err(|error| error.to_string())?;
        let response = client.call(request).await.map_err(|error| error.to_string())?;
        Ok(read(response).await)
    };
    work.with_context(context).await
}

/// Answers with the headers that came.
async fn echo(headers: HeaderMap) -> String {
    let shown = ["traceparent", "tracestate", "baggage"].map(|name| {
        let values: Vec<_> = headers.get_all(name).iter().map(|v| v.to_str().unwrap()).collect();
        values.join("|")
    });
    shown.join(" ")
}

#[test]
fn a_request_is_a_span_and_takes_its_context_along() {
    recorded(async || {
        let address = serve(Router::new().route("/echo", on_get(echo))).await;
        let trace = Trace::new();
        let request = get(address, "/echo?key=secret")
            .header("traceparent", "left over")
            .header("tracestate", "left=over");
        let (_, body) = send(&trace, ClientLayer::new(), request).await.unwrap();
        let [span] = trace.spans().await;
        assert_eq!(body, format!("00-{}-{}-01  tenant=acme", trace.id, span.span_id));
        assert_eq!((&*span.name, span.kind), ("GET", SpanKind::Client));
        assert_eq!(span.parent_span_id.unwrap().to_string(), CALLER);
        assert_eq!(span.status, Status::Unset);
        assert_text(&span, "url.full", &format!("http://{address}/echo?key=REDACTED"));
        assert_text(&span, "http.request.method", "GET");
        assert_text(&span, "server.address", "127.0.0.1");
        assert_eq!(attribute(&span, "server.port"), Some(&Value::I64(address.port().into())));
        assert_eq!(attribute(&span, "http.response.status_code"), Some(&Value::I64(200)));
    });
}

#[test]
fn what_comes_through_a_server_goes_on_through_a_client() {
    recorded(async || {
        let inner = serve(observed(Router::new().route("/inner", on_get(echo)))).await;
        let outer = async move || {
            let mut client =
                ServiceBuilder::new().layer(ClientLayer::new()).service(plain_client());
            let request = get(inner, "/inner").body(Body::empty()).unwrap();
            read(client.ready().await.unwrap().call(request).await.unwrap()).await.1
        };
        let address = serve(observed(Router::new().route("/outer", on_get(outer)))).await;
        let trace = Trace::new();
        let request = get(address, "/outer").header("tracestate", "a=1").header("baggage", "b=2");
        let (_, body) = ask(&trace, request).await;
        let [outer, client, inner] = trace.spans().await;
        assert_eq!(body, format!("00-{}-{}-01 a=1 b=2", trace.id, client.span_id));
        let kinds = [outer.kind, client.kind, inner.kind];
        assert_eq!(kinds, [SpanKind::Server, SpanKind::Client, SpanKind::Server]);
        assert_eq!(client.parent_span_id, Some(outer.span_id));
        assert_eq!(inner.parent_span_id, Some(client.span_id));
        let remote = [outer.parent_is_remote, client.parent_is_remote, inner.parent_is_remote];
        assert_eq!(remote, [true, false, true]);
    });
}

#[test]
fn a_status_from_400_on_and_an_error_of_the_client_are_errors() {
    recorded(async || {
        let address = serve(Router::new()).await;
        let missing = Trace::new();
        send(&missing, ClientLayer::new(), get(address, "/missing")).await.unwrap();
        let [span] = missing.spans().await;
        assert_eq!(span.status, Status::Error("".into()));
        assert_text(&span, "error.type", "404");
        // Bound, and not listening: nobody else gets the port meanwhile.
        let nobody = tokio::net::TcpSocket::new_v4().unwrap();
        nobody.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let gone = nobody.local_addr().unwrap();
        let refused = Trace::new();
        send(&refused, ClientLayer::new(), get(gone, "/")).await.unwrap_err();
        let [span] = refused.spans().await;
        assert_eq!(span.status, Status::Error("Error".into()));
        assert_text(&span, "error.type", "Error");
        assert_eq!(attribute(&span, "http.response.status_code"), None);
    });
}

#[test]
fn a_request_that_is_given_up_is_cancelled() {
    recorded(async || {
        let router = Router::new().route("/stuck", on_get(std::future::pending::<String>));
        let address = serve(router).await;
        let trace = Trace::new();
        let sent = send(&trace, ClientLayer::new(), get(address, "/stuck"));
        tokio::time::timeout(Duration::from_millis(20), sent).await.unwrap_err();
        let [span] = trace.spans().await;
        assert_text(&span, "error.type", "cancelled");
    });
}

#[test]
fn values_of_a_query_are_shown_when_asked_for() {
    recorded(async || {
        let address = serve(Router::new()).await;
        let trace = Trace::new();
        let request = get(address, "/?a=b&Signature=secret");
        send(&trace, ClientLayer::new().query(true), request).await.unwrap();
        let [span] = trace.spans().await;
        assert_text(&span, "url.full", &format!("http://{address}/?a=b&Signature=REDACTED"));
    });
}

#[test]
fn without_a_trace_one_begins_here() {
    recorded(async || {
        let address = serve(Router::new().route("/echo", on_get(echo))).await;
        let mut client = ServiceBuilder::new().layer(ClientLayer::new()).service(plain_client());
        let request = get(address, "/echo").body(Body::empty()).unwrap();
        let response = client.ready().await.unwrap().call(request).await.unwrap();
        let sent: crate::SpanContext = read(response).await.1.trim().parse().unwrap();
        let trace = Trace { id: sent.trace_id(), traceparent: String::new() };
        let [span] = trace.spans().await;
        assert_eq!((span.parent_span_id, span.span_id), (None, sent.span_id()));
        assert_eq!(span.flags, 0b11);
    });
}
