//! Collectors behind TLS: a proxy that terminates it stands before the receiver.

use super::{PATIENCE, Protocol, Reason, Running, push, receiver::Receiver, spans, target, turn};
use crate::otlp::{Target, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};
use tokio_rustls::TlsAcceptor;

/// Certificates in files, which go when this is dropped.
struct Files {
    folder: PathBuf,
    server: (CertificateDer<'static>, Vec<u8>),
    ca: CertificateDer<'static>,
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Files {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("observant-tls-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let issue = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            (params.signed_by(&key, &ca).unwrap(), key)
        };
        let (server, server_key) = issue("localhost");
        let (client, client_key) = issue("client");
        fs::write(folder.join("ca.pem"), ca.pem()).unwrap();
        fs::write(folder.join("client.pem"), client.pem()).unwrap();
        fs::write(folder.join("client.key"), client_key.serialize_pem()).unwrap();
        let server = (server.der().clone(), server_key.serialize_der());
        Self { folder, server, ca: ca.der().clone() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Terminates TLS before `to`; whether it asks clients who they are.
fn proxy(files: &Files, to: SocketAddr, asks: bool) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(files.ca.clone()).unwrap();
    let builder = if asks {
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let (certificate, key) = files.server.clone();
    let key = PrivateKeyDer::try_from(key).unwrap();
    let mut config = builder.with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    // It ends with the process.
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((socket, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut secured) = acceptor.accept(socket).await else { return };
                    let mut plain = tokio::net::TcpStream::connect(to).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut secured, &mut plain).await;
                });
            }
        });
    });
    address
}

fn secured(target: Target, proxy: SocketAddr, tls: Tls) -> Target {
    let path = if target.protocol == Protocol::Http { "/v1/traces" } else { "" };
    Target { url: format!("https://localhost:{}{path}", proxy.port()), tls, ..target }
}

#[test]
fn a_collector_that_is_trusted_is_sent_to() {
    let _turn = turn();
    let files = Files::new("trusted");
    for protocol in [Protocol::Http, Protocol::Grpc] {
        for asks in [false, true] {
            let receiver = Receiver::start();
            let proxy = proxy(&files, receiver.address(), asks);
            let mut tls = Tls { certificate: Some(files.path("ca.pem")), ..Tls::default() };
            if asks {
                tls.client_certificate = Some(files.path("client.pem"));
                tls.client_key = Some(files.path("client.key"));
            }
            let running = Running::start(spans(secured(target(&receiver, protocol), proxy, tls)));
            push(5);
            assert!(running.flush(), "{protocol:?} {asks}: {:?}", running.told());
            assert_eq!(running.shutdown(PATIENCE).exported, 5);
            assert_eq!(receiver.spans().len(), 5);
        }
    }
}

#[test]
fn nobody_else_is() {
    let _turn = turn();
    let files = Files::new("stranger");
    let other = Files::new("other");
    let trusting =
        |files: &Files| Tls { certificate: Some(files.path("ca.pem")), ..Tls::default() };
    for protocol in [Protocol::Http, Protocol::Grpc] {
        // Signed by somebody else; and a client that does not say who it is.
        for (tls, asks) in [(trusting(&other), false), (trusting(&files), true)] {
            let receiver = Receiver::start();
            let proxy = proxy(&files, receiver.address(), asks);
            let target = secured(target(&receiver, protocol), proxy, tls);
            let timeout = Duration::from_secs(3);
            let running = Running::start(super::Spans { timeout, ..spans(target) });
            push(5);
            let counts = running.wait_for(|counts| counts.all() == 5);
            assert_eq!(counts.of(Reason::Unreachable), 5, "{protocol:?} {asks}");
            assert_eq!(running.told().len(), 1);
            assert_eq!(receiver.requests().len(), 0);
        }
    }
}

#[test]
fn files_that_cannot_be_used_are_told_of() {
    let _turn = turn();
    let files = Files::new("broken");
    fs::write(files.folder.join("empty.pem"), "").unwrap();
    let receiver = Receiver::start();
    let absent = Some(Path::new("/does/not/exist.pem").to_owned());
    for (tls, part) in [
        (Tls { certificate: absent.clone(), ..Tls::default() }, "/does/not/exist.pem"),
        (Tls { certificate: Some(files.path("empty.pem")), ..Tls::default() }, "empty.pem"),
        (Tls { client_certificate: Some(files.path("client.pem")), ..Tls::default() }, "both"),
        (
            Tls {
                certificate: Some(files.path("ca.pem")),
                client_certificate: Some(files.path("client.pem")),
                client_key: Some(files.path("client.pem")),
            },
            "no private key",
        ),
    ] {
        let target = secured(target(&receiver, Protocol::Http), receiver.address(), tls);
        let running = Running::start(spans(target));
        assert!(running.exporter.is_none());
        let told = running.told();
        assert!(told.len() == 1 && told[0].contains(part), "{told:?} has no {part}");
    }
}
