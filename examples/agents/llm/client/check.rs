//! Whether a model server is there. Costs nothing: it asks for the list of models.

use std::time::Duration;

use super::{Model, ModelError};

/// Shorter than the check's own timeout, so that it ends with the request and not before it.
const PATIENCE: Duration = Duration::from_secs(4);

impl Model {
    /// Asks for the list of models. Any answer will do but one of 5xx: not every server has the list.
    pub async fn answers(&self) -> Result<(), ModelError> {
        let mut url = self.endpoint.clone();
        url.set_path(&self.endpoint.path().replace("/chat/completions", "/models"));
        let mut get = self.http.get(url).timeout(PATIENCE);
        if let Some(key) = &self.key {
            get = get.bearer_auth(key);
        }
        match get.send().await.map_err(ModelError::Unreachable)?.status() {
            status if status.is_server_error() => Err(ModelError::ServerError(status)),
            _ => Ok(()),
        }
    }
}
