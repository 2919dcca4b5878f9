//! Drills: four mishaps that every run rehearses beside the files, so that retries, deadlines and
//! survived panics are to be seen in the metrics of any folder, however tidy.
//!
//! They are named as drills wherever they show, and touch neither the folder nor a paid model.

use std::time::Duration;

use observant::{Label, observe};

use super::{Done, Ending, TaskError, Team};
use crate::{
    analyst::{Analyst, Conversation},
    document::Document,
    library::{Library, LibraryError},
    llm::server,
};

/// A mishap to rehearse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Label)]
pub enum Drill {
    /// The model server refuses twice; asking again helps.
    OverloadedModel,
    /// The work takes longer than its deadline allows.
    MissedDeadline,
    /// A tool panics.
    BrokenTool,
    /// A tool is asked for what it does not have, and says so in its result.
    UnknownDocument,
}

impl Drill {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::OverloadedModel, Self::MissedDeadline, Self::BrokenTool, Self::UnknownDocument];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::OverloadedModel => "overloaded model",
            Self::MissedDeadline => "missed deadline",
            Self::BrokenTool => "broken tool",
            Self::UnknownDocument => "unknown document",
        }
    }

    /// Longest time for it.
    pub(super) fn deadline(self) -> Duration {
        match self {
            Self::MissedDeadline => Duration::from_millis(250),
            Self::OverloadedModel | Self::BrokenTool | Self::UnknownDocument => {
                Duration::from_secs(30)
            }
        }
    }

    /// Whether it ended as rehearsed (`Ok`, with the story) or in some other way (`Err`).
    pub(super) fn judge(self, ending: &Ending) -> Result<String, String> {
        match (self, ending) {
            (Self::OverloadedModel, Ok(Ok(Done::Rehearsed { requests }))) if *requests > 1 => {
                Ok(format!("refused {} times, then answered", requests - 1))
            }
            (Self::MissedDeadline, Ok(Err(TaskError::DeadlineExceeded(deadline)))) => {
                Ok(format!("cut off after {} ms", deadline.as_millis()))
            }
            (Self::BrokenTool, Err(error)) if error.is_panic() => {
                Ok("panicked and was survived".to_owned())
            }
            (Self::UnknownDocument, Ok(Err(TaskError::Library(LibraryError::Tool(_))))) => {
                Ok("the library said that it has no such file".to_owned())
            }
            (_, Ok(Ok(_))) => Err("it simply succeeded".to_owned()),
            (_, Ok(Err(error))) => Err(format!("it failed: {error}")),
            (_, Err(error)) => Err(format!("it was lost: {error}")),
        }
    }
}

/// Brings the mishap about.
#[observe(step, labels(drill = drill), error_type = TaskError::reason, buckets = slow)]
pub(super) async fn rehearse(drill: Drill, team: &Team) -> Result<Done, TaskError> {
    let partner = &team.sparring_partner;
    match drill {
        Drill::OverloadedModel => ask_overloaded_model(partner).await,
        Drill::MissedDeadline => read_endless_document(partner).await,
        Drill::BrokenTool => Ok(Done::Rehearsed { requests: column("src/main.rs") }),
        Drill::UnknownDocument => ask_for_unknown_document(&team.library).await,
    }
}

/// Asks the model that refuses each prompt twice.
#[observe]
async fn ask_overloaded_model(partner: &Analyst) -> Result<Done, TaskError> {
    let model = partner.model.named(server::OVERLOADED_MODEL);
    let partner = Analyst { model, ..partner.clone() };
    let conversation =
        Conversation::about(&document("Back-off doubles the pause between requests."));
    let answer = partner.draft(&conversation).await?;
    Ok(Done::Rehearsed { requests: answer.attempts })
}

/// Puts more before the model than it can read in time.
#[observe]
async fn read_endless_document(partner: &Analyst) -> Result<Done, TaskError> {
    let conversation = Conversation::about(&document(&"It goes on and on.\n".repeat(25_000)));
    let answer = partner.draft(&conversation).await?;
    Ok(Done::Rehearsed { requests: answer.attempts })
}

/// Asks what goes with a file that was never reviewed.
#[observe(error_type = TaskError::reason)]
async fn ask_for_unknown_document(library: &Library) -> Result<Done, TaskError> {
    // No path below a folder begins so.
    let answer = library.see_also("/drill.txt", &[], 1).await;
    if answer.is_err() {
        // Somebody has to say which file was meant.
        observant::current().human_intervention();
    }
    answer?;
    Ok(Done::Rehearsed { requests: 0 })
}

/// The column in `file:line:column`. It trusts its input, as tools do that nobody reviewed.
#[observe(tool, buckets = micro)]
fn column(reference: &str) -> u32 {
    let column = reference.split(':').nth(2).expect("a reference names a column");
    column.parse().expect("a column is a number")
}

fn document(text: &str) -> Document {
    Document {
        path: "drill.txt".to_owned(),
        text: text.to_owned(),
        hash: String::new(),
        bytes: text.len() as u64,
    }
}
