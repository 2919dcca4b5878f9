//! Connections to a collector: by name or address, with TLS where the URL says `https`.

use super::{
    super::settings::{Target, Tls},
    quiet::Quiet,
};
use hyper::{Uri, body::Body};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use std::time::Duration;

/// A connection attempt is given up after this, so that a host that swallows packets is told from one
/// that takes its time to answer.
const CONNECT: Duration = Duration::from_secs(5);
/// An idle connection is closed after this: longer than the usual interval of metrics.
const IDLE: Duration = Duration::from_secs(90);

#[cfg(feature = "otlp-tls")]
pub(super) type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "otlp-tls"))]
pub(super) type Connector = HttpConnector;

/// A client that keeps a connection; `http2` alone for gRPC.
///
/// # Errors
///
/// When the URL is none, or certificates cannot be used; with the reason.
pub(super) fn client<B>(target: &Target, http2: bool) -> Result<(Client<Connector, B>, Uri), String>
where
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let uri: Uri = target.url.parse().map_err(|error| format!("it is no URL: {error}"))?;
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(CONNECT));
    connector.set_nodelay(true);
    connector.enforce_http(false);
    let connector = secured(connector, &uri, &target.tls, http2)?;
    let client = Client::builder(QuietExecutor)
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(1)
        .http2_only(http2)
        .http2_keep_alive_interval(Duration::from_secs(20))
        .http2_keep_alive_timeout(Duration::from_secs(10))
        .build(connector);
    Ok((client, uri))
}

/// Runs connections, and keeps what they trace from the program's subscriber.
#[derive(Clone, Copy, Debug)]
struct QuietExecutor;

impl<F> hyper::rt::Executor<F> for QuietExecutor
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, future: F) {
        TokioExecutor::new().execute(Quiet::new(future));
    }
}

#[cfg(not(feature = "otlp-tls"))]
fn secured(connector: HttpConnector, uri: &Uri, _: &Tls, _: bool) -> Result<Connector, String> {
    if uri.scheme_str() == Some("https") {
        return Err(
            "observant was built without its feature `otlp-tls`, which `https` needs".into()
        );
    }
    Ok(connector)
}

#[cfg(feature = "otlp-tls")]
fn secured(
    connector: HttpConnector,
    uri: &Uri,
    tls: &Tls,
    http2: bool,
) -> Result<Connector, String> {
    let config =
        if uri.scheme_str() == Some("https") { trusting(tls)? } else { trusting_nobody()? };
    let builder =
        hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config).https_or_http();
    Ok(if http2 {
        builder.enable_http2().wrap_connector(connector)
    } else {
        builder.enable_all_versions().wrap_connector(connector)
    })
}

#[cfg(feature = "otlp-tls")]
mod certificates {
    //! Whom to trust, and who we are.

    use super::Tls;
    use rustls::{
        ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    };
    use std::{path::Path, sync::Arc};

    fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, String> {
        // Not the process-wide provider, which is the program's to choose.
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())
    }

    /// For `http`, where nobody asks.
    pub(super) fn trusting_nobody() -> Result<ClientConfig, String> {
        Ok(builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
    }

    pub(super) fn trusting(tls: &Tls) -> Result<ClientConfig, String> {
        let trusted = builder()?.with_root_certificates(roots(tls.certificate.as_deref())?);
        match (&tls.client_certificate, &tls.client_key) {
            (None, None) => Ok(trusted.with_no_client_auth()),
            (Some(certificate), Some(key)) => {
                let chain = read(certificate)?;
                let private = PrivateKeyDer::from_pem_file(key)
                    .map_err(|error| format!("no private key in `{}`: {error}", key.display()))?;
                trusted.with_client_auth_cert(chain, private).map_err(|error| error.to_string())
            }
            _ => Err("a client needs both its certificate and its key".to_owned()),
        }
    }

    fn roots(file: Option<&Path>) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        if let Some(file) = file {
            for certificate in read(file)? {
                roots.add(certificate).map_err(|error| {
                    format!("a certificate in `{}` is of no use: {error}", file.display())
                })?;
            }
            return Ok(roots);
        }
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err("the system has no trusted certificates; name a file with some in \
                        OTEL_EXPORTER_OTLP_CERTIFICATE"
                .to_owned());
        }
        Ok(roots)
    }

    fn read(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
        let unusable = |error| format!("no certificates in `{}`: {error}", file.display());
        let read = CertificateDer::pem_file_iter(file).map_err(unusable)?;
        let read = read.collect::<Result<Vec<_>, _>>().map_err(unusable)?;
        if read.is_empty() {
            Err(format!("no certificates in `{}`", file.display()))
        } else {
            Ok(read)
        }
    }
}

#[cfg(feature = "otlp-tls")]
use certificates::{trusting, trusting_nobody};
