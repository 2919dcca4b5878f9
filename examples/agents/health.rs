//! What the agents live on, and how it is looked at. The agents themselves need no check: `#[observe(health)]` judges
//! each by its own calls. Whether the program gets on at all is seen by Observant's watchdog.

use std::sync::Arc;

use observant::{HealthCheck, health::Registration};

use crate::{
    llm::{Model, ModelError},
    orchestrator::Team,
    store::{Probe, StoreError},
};

/// A check for each.
#[derive(HealthCheck)]
struct Dependencies {
    /// Without it nothing can be compared or remembered: not ready.
    #[health(critical, with = is_in_place, interval = "2s")]
    store: Arc<Probe>,
    /// Whoever asks shares it with everybody else, and waits for it: worse, and still ready.
    #[health(degraded, with = answers, interval = "5s", timeout = "5s", fail_after = 2)]
    model: Model,
}

fn is_in_place(store: &Arc<Probe>) -> Result<(), StoreError> {
    store.is_in_place()
}

async fn answers(model: &Model) -> Result<(), ModelError> {
    model.answers().await
}

/// Has what the team lives on checked until what is returned is dropped.
pub fn watch(team: &Team) -> Result<Registration, observant::Error> {
    let dependencies =
        Dependencies { store: Arc::clone(&team.store.probe), model: team.analyst.model.clone() };
    observant::health().register(dependencies)
}
