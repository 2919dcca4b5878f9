//! Observant's own server in this program: on the port you ask for, else on the usual one, else on
//! a free one, said aloud.

use std::{env, net::SocketAddr};

use crate::{console::Console, setup::Failure};

/// Serves `/metrics` and `/status` until dropped.
#[derive(Debug)]
pub struct Serving {
    guard: observant::Guard,
}

impl Serving {
    /// Starts to serve. A busy port that somebody asked for is an error; the usual port is not
    /// worth failing for, so a busy one is left to whoever has it.
    pub fn start(
        console: &Console,
        builder: impl Fn() -> observant::Builder,
    ) -> Result<Self, Failure> {
        let asked_for = env::var_os("OBSERVANT_LISTEN").is_some_and(|value| !value.is_empty());
        let guard = match builder().init() {
            Err(error) if error.is_address_in_use() && !asked_for => {
                console.say(&format!("{error}"));
                console.say("so this run takes a free port instead");
                builder().listen("127.0.0.1:0").init()
            }
            result => result,
        }
        .map_err(Failure::other)?;
        let serving = Self { guard };
        match serving.address() {
            Some(address) => console.say(&format!(
                "metrics: http://{address}/metrics, and each function at http://{address}/status"
            )),
            None => console.say("metrics: not served, as the environment asks"),
        }
        Ok(serving)
    }

    /// Where it listens; `None` when it was switched off.
    pub fn address(&self) -> Option<SocketAddr> {
        self.guard.local_addr()
    }
}
