//! `control_flow`: errors that are none, beside all else that judges a call.

use crate::figures::{errors, figures};
use observant::{Label, observe};

#[derive(Debug, PartialEq, Label)]
enum Failure {
    Deferred,
    Broken,
}

#[observe(control_flow = |failure| *failure == Failure::Deferred)]
fn flows(failure: Failure) -> Result<(), Failure> {
    Err(failure)
}

#[observe(control_flow = is_deferred, error_type = |_| "typed")]
fn flows_typed(failure: Failure) -> Result<(), Failure> {
    Err(failure)
}

#[observe(tool, control_flow = is_deferred, ok_if = |result| matches!(result, Ok(0)))]
fn flows_refused(result: Result<u8, Failure>) -> Result<u8, Failure> {
    result
}

#[observe(control_flow = is_deferred, error_if = |result| !matches!(result, Ok(0)), error_type = |_| "typed")]
async fn flows_later(result: Result<u8, Failure>) -> Result<u8, Failure> {
    tokio::task::yield_now().await;
    result
}

fn is_deferred(failure: &Failure) -> bool {
    *failure == Failure::Deferred
}

struct Flows;

struct Row;

#[observe(control_flow = is_deferred)]
impl Flows {
    fn fails(&self, failure: Failure) -> Result<(), Failure> {
        Err(failure)
    }

    #[observe(control_flow = |_| false)]
    fn own(&self, failure: Failure) -> Result<(), Failure> {
        Err(failure)
    }

    fn cannot(&self) -> u8 {
        1
    }

    /// For all the macro knows, this could be a `Result` of another name.
    fn row(&self) -> Row {
        Row
    }
}

#[tokio::test]
async fn control_flow_is_no_error() {
    let _ = (flows(Failure::Deferred), flows(Failure::Broken));
    assert_eq!(figures!("flows"), errors(1, &["Broken"]));
    let _ = (flows_typed(Failure::Deferred), flows_typed(Failure::Broken));
    assert_eq!(figures!("flows_typed"), errors(1, &["typed"]));
    for result in [Ok(0), Ok(1), Err(Failure::Deferred), Err(Failure::Broken)] {
        let _ = flows_refused(result);
    }
    assert_eq!(figures!("flows_refused"), errors(2, &["tool_error", "Broken"]));
    for result in [Ok(0), Ok(1), Err(Failure::Deferred), Err(Failure::Broken)] {
        let _ = flows_later(result).await;
    }
    assert_eq!(figures!("flows_later"), errors(2, &["refused", "typed"]));
    let _ = (Flows.fails(Failure::Deferred), Flows.fails(Failure::Broken));
    assert_eq!(figures!("Flows::fails"), errors(1, &["Broken"]));
    let _ = Flows.own(Failure::Deferred);
    let Row = Flows.row();
    assert_eq!((figures!("Flows::own"), Flows.cannot()), (errors(0, &["Deferred"]), 1));
}
