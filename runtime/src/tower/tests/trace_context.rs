//! The service of the tests, driven as the public test suite of W3C Trace Context drives one.

use super::*;
use crate::tower::ClientLayer;
use tower::ServiceBuilder;

#[path = "../../../../tests/src/trace_context.rs"]
#[allow(unreachable_pub)]
mod harness;
#[path = "../../../../tests/fixtures/trace_context/service.rs"]
mod service;

#[test]
fn a_service_within_the_layers_does_what_trace_context_asks() {
    recorded(async || {
        let client = ServiceBuilder::new().layer(ClientLayer::new()).service(plain_client());
        let address = serve(service::router(client).layer(ServerLayer::new())).await;
        harness::check(&harness::Harness::new(address));
    });
}

/// The harness is not blind: a service that sends nothing on, and one that sends on what came.
#[test]
fn the_harness_sees() {
    recorded(async || {
        let silent = serve(service::router(plain_client())).await;
        let harness = harness::Harness::new(silent);
        let check = || harness::check(&harness);
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).unwrap_err();
        span::uninstall();
        let client = ServiceBuilder::new().layer(ClientLayer::new()).service(plain_client());
        let passing = serve(service::router(client).layer(ServerLayer::new())).await;
        let harness = harness::Harness::new(passing);
        let check = || harness::check(&harness);
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).unwrap_err();
    });
}
