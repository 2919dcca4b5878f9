//! What keeps the figures on `/status` from being the whole truth, in sentences: what is off, refused or lost.

use super::super::ourselves::overflows;
use crate::{
    control::{control, functions_off},
    derived::Derived,
};
use serde_json::{Value as Json, json};

/// How much it matters.
#[derive(Clone, Copy, Debug)]
enum Level {
    /// As somebody wished.
    Info,
    /// Something is missing that nobody wished away.
    Warning,
}

/// One sentence, and how much it matters.
#[derive(Debug)]
struct Notice {
    level: Level,
    text: String,
}

impl Notice {
    fn info(text: impl Into<String>) -> Self {
        Self { level: Level::Info, text: text.into() }
    }

    fn warning(text: impl Into<String>) -> Self {
        Self { level: Level::Warning, text: text.into() }
    }

    fn to_json(&self) -> Json {
        let level = match self.level {
            Level::Info => "info",
            Level::Warning => "warning",
        };
        json!({ "level": level, "text": self.text })
    }
}

/// All there is to say, what matters most first. `lost` is what no collector has.
pub(super) fn notices(derived: &Derived, lost: Vec<String>) -> Json {
    let mut all: Vec<_> = lost.into_iter().map(Notice::warning).collect();
    let overflows = overflows().into_iter().filter(|(_, refused)| *refused > 0);
    all.extend(overflows.map(|(metric, refused)| {
        Notice::warning(format!(
            "{metric} is past its bound: {refused} of what it counts stand under _OTHER, or under nothing"
        ))
    }));
    if derived.refused > 0 {
        let refused = derived.refused;
        all.push(Notice::warning(format!(
            "{refused} functions are not judged, there are too many that ask"
        )));
    }
    all.extend(switched());
    all.sort_by_key(|notice| matches!(notice.level, Level::Info));
    all.iter().map(Notice::to_json).collect()
}

fn switched() -> Option<Notice> {
    if cfg!(feature = "off") {
        return Some(Notice::info(
            "nothing is observed: this program was built with the feature `off`",
        ));
    }
    if !control().is_enabled() {
        return Some(Notice::warning(
            "nothing is observed: everything is switched off (OBSERVANT_DISABLED, OTEL_SDK_DISABLED or control())",
        ));
    }
    match functions_off() {
        0 => None,
        1 => Some(Notice::info("1 function is switched off")),
        off => Some(Notice::info(format!("{off} functions are switched off"))),
    }
}
