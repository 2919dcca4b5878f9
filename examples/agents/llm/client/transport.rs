//! How requests of `async-openai` get to a server: with the trace they belong to in their headers, and with a status
//! that is bad turned into one of our errors, since `Retry-After` is in the headers and the crate keeps none.

use std::time::Duration;

use async_openai::{error::OpenAIError, middleware::HttpRequestFactory};
use observant::ClientLayer;
use reqwest::{StatusCode, header};
use tower::{Layer, Service, ServiceExt as _, service_fn};

use super::ModelError;

/// As much of a refusal's text as fits a report.
const REFUSAL_LENGTH: usize = 200;

/// The service that a client of `async-openai` sends its requests by. Without a key none is sent.
pub(super) fn service(
    http: reqwest::Client,
    has_key: bool,
) -> impl Service<
    HttpRequestFactory,
    Response = reqwest::Response,
    Error = OpenAIError,
    Future: Send + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |factory: HttpRequestFactory| {
        let http = http.clone();
        async move {
            let mut request = factory.build().await?;
            if !has_key {
                request.headers_mut().remove(header::AUTHORIZATION);
            }
            let response = send(http, request).await.map_err(ModelError::Unreachable);
            let fine = match response {
                Ok(response) => refuse_bad_status(response).await,
                Err(error) => Err(error),
            };
            fine.map_err(|error| OpenAIError::Boxed(Box::new(error)))
        }
    })
}

async fn send(
    http: reqwest::Client,
    request: reqwest::Request,
) -> Result<reqwest::Response, reqwest::Error> {
    // The layer is for services of `http::Request`, and this client is one of requests of its own.
    let client = service_fn(async |request: hyper::Request<reqwest::Body>| {
        let response = http.execute(request.try_into()?).await?;
        Ok(hyper::Response::from(response))
    });
    let request = hyper::Request::try_from(request)?;
    ClientLayer::new().layer(client).oneshot(request).await.map(reqwest::Response::from)
}

async fn refuse_bad_status(response: reqwest::Response) -> Result<reqwest::Response, ModelError> {
    match response.status() {
        status if status.is_success() => Ok(response),
        StatusCode::TOO_MANY_REQUESTS => Err(ModelError::RateLimited(retry_after(&response))),
        status if status.is_server_error() => Err(ModelError::ServerError(status)),
        status => {
            let text = response.text().await.unwrap_or_default();
            Err(ModelError::Refused(status, text.chars().take(REFUSAL_LENGTH).collect()))
        }
    }
}

/// `Retry-After` in seconds; its other form, a date, is rare enough to be ignored.
fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
