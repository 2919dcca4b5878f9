//! `#[observe]`.

use observant::{Label, observe};
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, halve, mix, sometimes},
};

const TOOL: &str = "observant";

pub(crate) const CONTENDERS: [Contender; 8] = [
    Contender { tool: TOOL, shape: Shape::Plain, batch: batch!(x => plain(x)) },
    Contender { tool: TOOL, shape: Shape::Succeeding, batch: batch!(x => fallible(2 * x)) },
    Contender { tool: TOOL, shape: Shape::Failing, batch: batch!(x => fallible(2 * x + 1)) },
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
    Contender {
        tool: TOOL,
        shape: Shape::Labelled,
        batch: batch!(x => labelled(x, Color::of(x), Color::of(x / 4))),
    },
    Contender { tool: TOOL, shape: Shape::Ready, batch: batch!(x => block_on(wait(x, 0))) },
    Contender { tool: TOOL, shape: Shape::Suspended, batch: batch!(x => block_on(wait(x, 1))) },
    Contender { tool: TOOL, shape: Shape::Off, batch: batch!(x => switched_off(x)) },
];

/// To be called before anything is measured.
pub(crate) fn prepare() -> Result<(), observant::Error> {
    observant::control().switch_off(concat!(module_path!(), "::switched_off"))?;
    Ok(())
}

#[observe]
#[inline(never)]
fn plain(number: u64) -> u64 {
    mix(number)
}

#[observe]
#[inline(never)]
fn fallible(number: u64) -> Result<u64, Refused> {
    halve(number)
}

#[observe]
#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}

#[observe]
#[inline(never)]
fn switched_off(number: u64) -> u64 {
    mix(number)
}

#[derive(Clone, Copy, Label)]
enum Color {
    Red,
    Green,
    Blue,
}

impl Color {
    fn of(number: u64) -> Self {
        match number % 4 {
            0 => Self::Red,
            1 => Self::Green,
            _ => Self::Blue,
        }
    }
}

#[observe(labels(front = front, back = back))]
#[inline(never)]
fn labelled(number: u64, front: Color, back: Color) -> u64 {
    mix(number)
}

#[observe]
async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}
