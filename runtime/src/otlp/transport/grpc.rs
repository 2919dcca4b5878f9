//! OTLP over gRPC (OTLP 1.x, "OTLP/gRPC"). tonic frames what is encoded already.

use super::{
    super::{settings::Target, state::Signal},
    ANSWER_MAX, Accepted, Failure, Kind, USER_AGENT, accepted, chain,
    connect::{self, Connector},
    retry::retry_info,
};
use bytes::{Buf as _, BufMut as _, Bytes};
use hyper::{Uri, http::uri::PathAndQuery};
use hyper_util::client::legacy::{Client, Error as ClientError};
use tonic::{
    Code, Request, Status,
    body::Body,
    codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder},
    metadata::{Ascii, AsciiMetadataKey, AsciiMetadataValue, MetadataMap, MetadataValue},
};

/// A collector that is sent to by gRPC.
pub(super) struct Grpc {
    client: tonic::client::Grpc<Client<Connector, Body>>,
    path: PathAndQuery,
    metadata: MetadataMap,
}

impl Grpc {
    pub(super) fn new(target: &Target, signal: Signal) -> Result<Self, String> {
        let (client, uri) = connect::client(target, true)?;
        let mut origin = uri.into_parts();
        origin.path_and_query = Some(PathAndQuery::from_static("/"));
        let origin = Uri::from_parts(origin).map_err(|error| format!("it is no URL: {error}"))?;
        let mut client =
            tonic::client::Grpc::with_origin(client, origin).max_decoding_message_size(ANSWER_MAX);
        if target.gzip {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        client = client.accept_compressed(CompressionEncoding::Gzip);
        let mut metadata = MetadataMap::new();
        metadata.insert("user-agent", MetadataValue::from_static(USER_AGENT));
        for (name, value) in &target.headers {
            let (name, value) = entry(name, value)?;
            metadata.insert(name, value);
        }
        let path = match signal {
            Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Signal::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        };
        Ok(Self { client, path: PathAndQuery::from_static(path), metadata })
    }

    pub(super) async fn send(&self, body: Bytes) -> Result<Accepted, Failure> {
        let mut request = Request::new(body);
        *request.metadata_mut() = self.metadata.clone();
        let mut client = self.client.clone();
        let refused = |error: ClientError| Failure::new(Kind::Unreachable, chain(&error));
        client.ready().await.map_err(refused)?;
        match client.unary(request, self.path.clone(), Encoded).await {
            Ok(response) => Ok(accepted(&response.into_inner())),
            Err(status) => Err(failure(&status)),
        }
    }
}

fn entry(name: &str, value: &str) -> Result<(AsciiMetadataKey, AsciiMetadataValue), String> {
    let named = || format!("the header `{}` cannot be sent", name.escape_debug());
    let key = AsciiMetadataKey::from_bytes(name.as_bytes()).map_err(|_| named())?;
    let mut value: MetadataValue<Ascii> = value.parse().map_err(|_| named())?;
    value.set_sensitive(true);
    Ok((key, value))
}

/// Which statuses may be tried again (OTLP 1.x, "OTLP/gRPC Throttling" and "Failures").
fn failure(status: &Status) -> Failure {
    let source = std::error::Error::source(status);
    if let Some(error) = source.filter(|error| came_from_transport(*error)) {
        return Failure::new(Kind::Unreachable, chain(error));
    }
    let after = retry_info(status.details());
    let kind = match status.code() {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Kind::Busy { after },
        Code::ResourceExhausted if after.is_some() => Kind::Busy { after },
        _ => Kind::Refused,
    };
    let code = status.code();
    let message = status.message();
    let text = if message.is_empty() {
        format!("the answer was {code:?}")
    } else {
        format!("the answer was {code:?}: {message}")
    };
    Failure::new(kind, text)
}

/// Whether it was no answer, but a connection that could not be made or that broke.
fn came_from_transport(mut error: &(dyn std::error::Error + 'static)) -> bool {
    loop {
        if error.is::<ClientError>() || error.is::<hyper::Error>() {
            return true;
        }
        match error.source() {
            Some(source) => error = source,
            None => return false,
        }
    }
}

/// Messages that are bytes already, both ways.
#[derive(Clone, Copy, Debug)]
struct Encoded;

impl Codec for Encoded {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Encoded {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(item);
        Ok(())
    }
}

impl Decoder for Encoded {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = from.remaining();
        Ok(Some(from.copy_to_bytes(length)))
    }
}
