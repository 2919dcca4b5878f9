//! Every kind with its options, as data: whatever else is known of kinds is read from here.

/// What a function does.
pub(in crate::observe) struct Kind {
    /// As annotations call it.
    pub(in crate::observe) word: &'static str,
    /// As the runtime calls it: a variant of its `FunctionKind`.
    pub(super) variant: &'static str,
    /// In the order in which messages list them.
    pub(super) options: &'static [Rule],
    /// Calls take seconds rather than milliseconds, unless somebody knows better.
    pub(in crate::observe) slow: bool,
}

/// What one option of a kind takes, and what becomes of it.
pub(super) struct Rule {
    pub(super) key: &'static str,
    pub(super) takes: Takes,
    /// The variant of the runtime's `Given` that its value, known when a call starts, is for.
    pub(super) given: Option<&'static str>,
    /// What its closure reads from the value that is returned.
    pub(super) reads: Option<Reads>,
    pub(super) required: bool,
    /// How it is written.
    pub(super) example: &'static str,
}

/// The literals that an option takes. An expression may stand in the place of any but a flag.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// A text of so many characters at most.
    Text(usize),
    /// The same, or a whole number.
    Id(usize),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A whole number up to this, above zero.
    Whole(u64),
    /// A number that is not below zero.
    Amount,
    /// Nothing: where it is written, what it is for holds, or does not.
    Flag(bool),
    /// No literal: a function of what is returned.
    Returned,
}

/// What can be read from the value that is returned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    Usage,
    Model,
}

/// The bounds on texts, in characters: of what may become a label, and of what spans alone show.
const SHORT: usize = 128;
const LONG: usize = 1024;

impl Rule {
    const fn new(key: &'static str, takes: Takes, example: &'static str) -> Self {
        Self { key, takes, given: None, reads: None, required: false, example }
    }

    const fn text(key: &'static str, given: &'static str, example: &'static str) -> Self {
        Self { given: Some(given), ..Self::new(key, Takes::Text(SHORT), example) }
    }

    const fn of(
        key: &'static str,
        given: &'static str,
        takes: Takes,
        example: &'static str,
    ) -> Self {
        Self { given: Some(given), ..Self::new(key, takes, example) }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn reads(self, reads: Reads) -> Self {
        Self { reads: Some(reads), ..self }
    }
}

const NAME: Rule = Rule::text("name", "Name", "name = \"..\"");
const VERSION: Rule = Rule::of("version", "Version", Takes::Id(SHORT), "version = \"1.2\"");
const ID: Rule = Rule::of("id", "Id", Takes::Id(LONG), "id = \"..\"");
const DESCRIPTION: Rule =
    Rule::of("description", "Description", Takes::Text(LONG), "description = \"..\"");
const REMOTE: Rule = Rule::of("remote", "Remote", Takes::Flag(true), "remote");
const PROVIDER: Rule = Rule::text("provider", "Provider", "provider = \"openai\"");
const MODEL: Rule = Rule::text("model", "Model", "model = request.model");
/// Asked for as a value, read from the response as a closure.
const MODELS: Rule = Rule::text("model", "Model", "model = request.model").reads(Reads::Model);
const RESPONSE_MODEL: Rule =
    Rule::new("response_model", Takes::Returned, "response_model = |returned| ..")
        .reads(Reads::Model);
const USAGE: Rule =
    Rule::new("usage", Takes::Returned, "usage = |returned| ..").reads(Reads::Usage);
/// `gen_ai.operation.name` of an inference (OpenTelemetry's conventions for generative AI, "Inference").
const OP: Rule = Rule::of(
    "op",
    "Operation",
    Takes::Choice(&["chat", "text_completion", "generate_content"]),
    "op = \"chat\"",
);
const SERVER: Rule =
    Rule::of("server", "Server", Takes::Text(LONG), "server = \"api.example.com\"");
const PORT: Rule = Rule::of("port", "Port", Takes::Whole(u16::MAX as u64), "port = 443");
const IN_PROCESS: Rule = Rule::of("in_process", "InProcess", Takes::Flag(true), "in_process");
const DIMENSIONS: Rule =
    Rule::of("dimensions", "Dimensions", Takes::Whole(u32::MAX as u64), "dimensions = 1536");
const SOURCE: Rule = Rule::text("source", "Source", "source = \"handbook\"");
const TOP_K: Rule = Rule::of("top_k", "TopK", Takes::Whole(u32::MAX as u64), "top_k = 10");
const MODE: Rule = Rule::text("mode", "Mode", "mode = \"simple\"");
const TICKET: Rule = Rule::of("ticket", "Ticket", Takes::Id(LONG), "ticket = task.id");
const AGENT: Rule = Rule::text("agent", "Agent", "agent = \"planner\"");
const TYPE: Rule = Rule::text("type", "Type", "type = \"function\"");
const COST: Rule = Rule::of("cost", "Cost", Takes::Amount, "cost = 0.002");
const METHOD: Rule = Rule::text("method", "Method", "method = \"tools/call\"");
const TOOL: Rule = Rule::text("tool", "Tool", "tool = request.name");
const SESSION: Rule = Rule::of("session", "Session", Takes::Id(LONG), "session = session.id");
const PROTOCOL: Rule = Rule::text("protocol", "Protocol", "protocol = \"2025-06-18\"");
const CLIENT: Rule = Rule::of("client", "Client", Takes::Flag(true), "client");
/// What holds without it too, unless a block says otherwise.
const SERVES: Rule = Rule::of("server", "Client", Takes::Flag(false), "server");
const SYSTEM: Rule = Rule::text("system", "System", "system = \"sqlite\"");
const OPERATION: Rule = Rule::text("operation", "Operation", "operation = \"SELECT\"");
const FILE_OPERATION: Rule = Rule::text("operation", "Operation", "operation = \"read\"");
const COLLECTION: Rule = Rule::text("collection", "Collection", "collection = \"tasks\"");
const PATH: Rule = Rule::of("path", "Path", Takes::Text(LONG), "path = path.display()");

/// In the order in which messages list them.
pub(super) static KINDS: [Kind; 14] = [
    Kind {
        word: "agent",
        variant: "Agent",
        options: &[NAME, VERSION, ID, DESCRIPTION, REMOTE, PROVIDER, MODEL],
        slow: true,
    },
    Kind { word: "tool", variant: "Tool", options: &[NAME, TYPE, DESCRIPTION, COST], slow: true },
    Kind {
        word: "llm",
        variant: "Llm",
        options: &[
            PROVIDER.required(),
            MODELS,
            OP,
            SERVER,
            PORT,
            IN_PROCESS,
            USAGE,
            RESPONSE_MODEL,
        ],
        slow: true,
    },
    Kind {
        word: "embedding",
        variant: "Embedding",
        options: &[
            PROVIDER.required(),
            MODELS,
            SERVER,
            PORT,
            DIMENSIONS,
            IN_PROCESS,
            USAGE,
            RESPONSE_MODEL,
        ],
        slow: true,
    },
    Kind {
        word: "retrieval",
        variant: "Retrieval",
        options: &[PROVIDER, SOURCE, TOP_K, SERVER, PORT],
        slow: true,
    },
    Kind { word: "workflow", variant: "Workflow", options: &[NAME, MODE, TICKET], slow: true },
    Kind { word: "plan", variant: "Plan", options: &[AGENT], slow: true },
    Kind { word: "step", variant: "Step", options: &[NAME], slow: true },
    Kind {
        word: "mcp",
        variant: "Mcp",
        options: &[METHOD, TOOL, SESSION, PROTOCOL, CLIENT, SERVES],
        slow: true,
    },
    Kind {
        word: "db",
        variant: "Db",
        options: &[SYSTEM.required(), OPERATION, COLLECTION, SERVER, PORT],
        slow: false,
    },
    Kind {
        word: "file",
        variant: "File",
        options: &[FILE_OPERATION.required(), PATH],
        slow: false,
    },
    Kind { word: "task", variant: "Task", options: &[NAME, MODE, AGENT, TICKET], slow: true },
    Kind { word: "guardrail", variant: "Guardrail", options: &[NAME], slow: true },
    Kind { word: "evaluator", variant: "Evaluator", options: &[NAME], slow: true },
];

/// The words of all kinds.
pub(in crate::observe) fn words() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.word)
}

impl Kind {
    /// The kind that `word` names.
    pub(super) fn called(word: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.word == word)
    }

    /// The kinds that have an option `key`.
    pub(super) fn having(key: &str) -> impl Iterator<Item = &'static Self> {
        KINDS.iter().filter(move |kind| kind.rule(key).is_some())
    }

    /// Its option `key`.
    pub(super) fn rule(&self, key: &str) -> Option<&'static Rule> {
        self.options.iter().find(|rule| rule.key == key)
    }

    /// All that it takes.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.options.iter().map(|rule| rule.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the documentation of the attribute says is what the macro takes.
    #[test]
    fn the_documentation_lists_every_kind_with_its_options() {
        let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/src/genai/kinds.md");
        let document = std::fs::read_to_string(document).expect("readable");
        let rows = document.lines().skip_while(|line| !line.starts_with("| kind |")).skip(2);
        let written: Vec<(String, String)> = rows
            .take_while(|line| line.starts_with('|'))
            .map(|row| {
                let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
                (cells[0].to_owned(), cells[2].to_owned())
            })
            .collect();
        let option = |rule: &Rule| {
            if rule.required { format!("**`{}`**", rule.key) } else { format!("`{}`", rule.key) }
        };
        let known: Vec<(String, String)> = KINDS
            .iter()
            .map(|kind| {
                let options: Vec<String> = kind.options.iter().map(option).collect();
                (format!("`{}`", kind.word), options.join(", "))
            })
            .collect();
        assert_eq!(written, known);
    }

    #[test]
    fn an_option_has_one_name_and_one_value() {
        for kind in &KINDS {
            let mut keys: Vec<&str> = kind.keys().collect();
            keys.sort_unstable();
            assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{}: {keys:?}", kind.word);
            for rule in kind.options {
                assert!(rule.given.is_some() || rule.reads.is_some(), "{}", rule.key);
                assert!(rule.example.starts_with(rule.key), "{}", rule.example);
            }
        }
    }
}
