//! A small team of agents reviews a folder of text and source files.
//!
//! ```text
//! cargo run --example agents -- [FOLDER] [--once]
//! ```
//!
//! | agent | its job | file |
//! |---|---|---|
//! | orchestrator | lists the folder, runs one task a file, survives what happens | `orchestrator.rs` |
//! | reader | loads a file, or says why not | `reader.rs` |
//! | analyst | asks a language model for a review; as editor, for a digest of all of them | `analyst.rs`, `llm/` |
//! | reviewer | accepts a draft, or sends it back | `reviewer.rs` |
//! | librarian | finds what goes with each file, by tools | `librarian.rs`, `library.rs` |
//! | writer | leaves `report.md` | `writer.rs` |
//!
//! Beneath them: the registry of files and the knowledge store (`store/`), and the event log
//! (`events.rs`). A guard stands before the model (`guard.rs`), an evaluator behind it (`grounding.rs`). Every function
//! that does work carries `#[observe]` with the kind it is of, and that is all the instrumentation there is, but for
//! a few figures that no call tells (`metrics.rs`): the closing tables, `/metrics`, `/status` and the traces come from it.
//! Every task is one trace, which goes along into spawned work (`panics.rs`), to the model server (`llm/`) and to that of
//! the library. With `health` an agent is judged by its own calls; what they all live on has checks (`health.rs`), and
//! `--chaos` breaks it (`chaos.rs`).

// A program exports nothing; `pub` says here what a module offers to the others.
#![allow(unreachable_pub)]

mod analyst;
mod chaos;
mod cli;
mod console;
mod document;
mod ending;
mod events;
mod folder;
mod grounding;
mod guard;
mod hash;
mod health;
mod librarian;
mod library;
mod llm;
mod logs;
mod metrics;
mod orchestrator;
mod panics;
mod place;
mod reader;
mod reviewer;
mod run;
mod serving;
mod setup;
mod store;
mod trace;
mod writer;

use std::{env, process::ExitCode, sync::Arc};

use crate::{
    cli::{Command, Options},
    console::Console,
    ending::Ending,
    orchestrator::Team,
    panics::blocking,
    run::Run,
    serving::Serving,
    setup::{Assembled, Failure},
    writer::{Destination, WriteError},
};

/// What a shell reports for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[tokio::main]
async fn main() -> ExitCode {
    let console = Arc::new(Console::new());
    let options = match cli::parse(env::args_os()) {
        Ok(Command::Review(options)) => options,
        Ok(Command::Help) => {
            console.say(cli::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Command::Version) => {
            console.say(concat!("agents ", env!("CARGO_PKG_VERSION")));
            return ExitCode::SUCCESS;
        }
        Err(error) => return Failure::usage(error).report(),
    };
    match work(options, console).await {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// From the first check to the last request served.
async fn work(options: Options, console: Arc<Console>) -> Result<ExitCode, Failure> {
    logs::install();
    // Before anything is done, so that no Ctrl-C finds the program without somebody who handles it.
    let mut ending = Ending::listen()?;
    let serving = Serving::start(&console, || trace::builder(options.trace))?;
    if options.chaos.is_some() && serving.address().is_none() {
        return Err(Failure::usage(
            "`--chaos` is to be seen at what is served, and nothing is: unset OBSERVANT_LISTEN and OBSERVANT_DISABLED",
        ));
    }
    panics::install(Arc::clone(&console));

    let (once, traced, chaos) = (options.once, options.trace, options.chaos);
    let again = options.again;
    let Assembled { team, destination, memory, model_server } =
        setup::assemble(options, &console).await?;
    let team = Arc::new(team);
    let _checked = health::watch(&team).map_err(Failure::other)?;

    let run = tokio::select! {
        run = review(Arc::clone(&team), destination) => run?,
        () = ending.asked_for() => {
            console.clear();
            console.say("interrupted; no report was written");
            return Ok(ExitCode::from(INTERRUPTED));
        }
    };
    conclude(&run, &console);
    if traced {
        trace::print(&console);
    }
    if let Some(address) = serving.address()
        && !once
    {
        console.say(&format!(
            "where to look: http://{address}/status and http://{address}/metrics, until Ctrl-C"
        ));
        tokio::select! {
            () = ending.asked_for() => {}
            never = chaos::review_again(again, Arc::clone(&team)) => match never {},
            never = chaos::reign(chaos, again.is_some(), team, memory, model_server) => match never {},
        }
    }
    Ok(if run.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reviews the folder and writes the report.
async fn review(team: Arc<Team>, destination: Destination) -> Result<Run, Failure> {
    let run = orchestrator::conduct(Arc::clone(&team)).await?;
    let path = destination.path.clone();
    let run = blocking(move || {
        writer::write(&run, &destination)?;
        Ok::<_, WriteError>(run)
    })
    .await?;
    team.reported(&path);
    Ok(run)
}

fn conclude(run: &Run, console: &Console) {
    console.say(&observant::report().to_string());
    for (reason, count) in run.left_out_by_reason() {
        console.say(&format!("left out: {count} {reason}"));
    }
    console.say(&format!(
        "{} reviewed, {} findings, {} left out, {} failed, {} vanished, in {:.1} s",
        run.reviewed.len(),
        run.findings(),
        run.skipped.len(),
        run.failed.len(),
        run.vanished.len(),
        run.elapsed.as_secs_f64(),
    ));
}
