//! Every endpoint in an axum server of the program's own, below `/internal`; nothing else listens.
//!
//! `cargo run --example axum`, then open the addresses it prints; `-- 127.0.0.1:0` takes any free port.

use axum::{
    Router,
    extract::{ConnectInfo, Path},
    http::StatusCode,
    routing::get,
};
use observant::observe;
use std::{env, io, net::SocketAddr};
use tokio::net::TcpListener;

#[observe]
async fn greet(Path(name): Path<String>) -> Result<String, StatusCode> {
    if name.len() > 20 { Err(StatusCode::URI_TOO_LONG) } else { Ok(format!("hello {name}\n")) }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let observant = observant::builder().listen("off").init()?;
    // With the peer known, whoever is on this machine sees details on /internal/status.
    let endpoints = observant.endpoints().peer(|extensions| {
        extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
    });
    let router =
        Router::new().route("/greet/{name}", get(greet)).nest_service("/internal", endpoints);

    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    println!("greet somebody at http://{address}/greet/you");
    println!(
        "look at http://{address}/internal/metrics and http://{address}/internal/status; Enter ends"
    );
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(enter())
        .await?;
    // The guard blocks while it ends, which is nothing to do on a runtime.
    tokio::task::spawn_blocking(move || drop(observant)).await?;
    Ok(())
}

/// Resolves when somebody presses Enter.
async fn enter() {
    let _ = tokio::task::spawn_blocking(|| io::stdin().read_line(&mut String::new())).await;
}
