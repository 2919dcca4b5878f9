//! What a function does, as data: that it is an agent, a tool, a call of a model. Rooms that come later give it its names.

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An agent that runs in this process, or elsewhere.
    Agent,
    /// A tool that an agent calls.
    Tool,
    /// A call of a language model.
    Llm,
    /// A call of a model that embeds text.
    Embedding,
    /// A search for what a model should know.
    Retrieval,
    /// Steps that belong together, of several agents perhaps.
    Workflow,
    /// An agent decides what to do.
    Plan,
    /// A part of something larger.
    Step,
    /// An operation of the Model Context Protocol.
    Mcp,
    /// An operation of a database.
    Db,
    /// An operation on a file.
    File,
    /// A unit of business: what somebody asked for.
    Task,
    /// Decides whether something may go on.
    Guardrail,
    /// Judges how good something is.
    Evaluator,
}

impl Kind {
    /// As annotations, metrics and `/status` call it.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Tool => "tool",
            Self::Llm => "llm",
            Self::Embedding => "embedding",
            Self::Retrieval => "retrieval",
            Self::Workflow => "workflow",
            Self::Plan => "plan",
            Self::Step => "step",
            Self::Mcp => "mcp",
            Self::Db => "db",
            Self::File => "file",
            Self::Task => "task",
            Self::Guardrail => "guardrail",
            Self::Evaluator => "evaluator",
        }
    }
}

/// What an annotation may say of a kind: the name of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// What it is called; as its function, where nothing is said.
    Name,
    /// The version of an agent.
    Version,
    /// The id of an agent.
    Id,
    /// What an agent or tool is for.
    Description,
    /// `true` where an agent runs elsewhere.
    Remote,
    /// Who runs a model: `openai`.
    Provider,
    /// The model that is asked.
    Model,
    /// What is done: `chat`, `SELECT`, `read`.
    Operation,
    /// The address of a server.
    Server,
    /// The port of a server.
    Port,
    /// `true` where a model runs in this process.
    InProcess,
    /// How many numbers an embedding has.
    Dimensions,
    /// What is searched.
    Source,
    /// How many results are asked for.
    TopK,
    /// How a task or workflow is done: `simple`.
    Mode,
    /// What a task or workflow is about; on spans alone.
    Ticket,
    /// The agent that plans, or that a task is for.
    Agent,
    /// The type of a tool: `function`.
    Type,
    /// The method of the Model Context Protocol: `tools/call`.
    Method,
    /// The tool that it calls.
    Tool,
    /// The session of the protocol; on spans alone.
    Session,
    /// The version of the protocol.
    Protocol,
    /// `true` where it asks, and does not answer.
    Client,
    /// The database: `sqlite`.
    System,
    /// The table or collection.
    Collection,
    /// The path of a file; on spans alone.
    Path,
    /// What one call costs, in US dollars.
    Cost,
}

/// The kind of a function, and what its annotation says in constants.
#[derive(Clone, Copy, Debug)]
pub struct Nature {
    /// What it does.
    pub kind: Kind,
    /// What is the same for all calls.
    pub given: &'static [(Given, &'static str)],
}
