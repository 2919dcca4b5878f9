//! A streamed answer: the pieces of a text as server-sent events, as OpenAI's API sends them.

use std::{convert::Infallible, time::Duration};

use futures_util::{StreamExt as _, stream};
use http_body_util::{BodyExt as _, Either, StreamBody};
use hyper::{
    Response,
    body::{Bytes, Frame},
    header,
};

use super::Body;
use crate::llm::wire::{ChoiceMessage, Chunk, ChunkChoice, Usage};

/// Characters of a piece.
const PIECE: usize = 96;
/// Between two pieces, as a model that writes some 24,000 tokens a second.
const PAUSE: Duration = Duration::from_millis(1);

/// Sends `content` piece by piece, then why it ends, what it cost, and that this was all.
pub(super) fn respond(id: &str, model: &str, content: &str, usage: Usage) -> Response<Body> {
    let chunk = |choices, usage| {
        let (id, model) = (Some(id.to_owned()), Some(model.to_owned()));
        let chunk = Chunk { id, model, choices, usage };
        event(&serde_json::to_string(&chunk).unwrap_or_default())
    };
    let choice = |content, finish_reason| {
        vec![ChunkChoice { delta: ChoiceMessage { content }, finish_reason }]
    };
    let characters: Vec<char> = content.chars().collect();
    let pieces = characters.chunks(PIECE).map(|piece| Some(piece.iter().collect::<String>()));
    let mut events: Vec<Bytes> = pieces.map(|piece| chunk(choice(piece, None), None)).collect();
    events.push(chunk(choice(None, Some("stop".to_owned())), None));
    events.push(chunk(Vec::new(), Some(usage)));
    events.push(event("[DONE]"));

    let paced = stream::iter(events).then(async |event| {
        tokio::time::sleep(PAUSE).await;
        Ok::<_, Infallible>(Frame::data(event))
    });
    let mut response = Response::new(Either::Right(StreamBody::new(paced).boxed_unsync()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/event-stream"));
    response
}

fn event(data: &str) -> Bytes {
    Bytes::from(format!("data: {data}\n\n"))
}
