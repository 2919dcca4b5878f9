//! What a call of a kind costs beyond the plain call: a call of a model that tells all there is to tell, within an agent.
//!
//! ```text
//! cargo bench -p observant-benches --bench kinds           nanoseconds
//! cargo bench -p observant-benches --bench kinds -- smoke  all of it, far too short to tell
//! ```

use observant::{Usage, observe};
use std::{env, error::Error, hint::black_box, time::Instant};

fn bare(number: u64) -> u64 {
    black_box(number).wrapping_mul(31)
}

#[observe]
fn plain(number: u64) -> u64 {
    bare(number)
}

#[observe(step = "one")]
fn step(number: u64) -> u64 {
    bare(number)
}

#[observe(tool = "constant")]
fn tool(number: u64) -> u64 {
    bare(number)
}

#[observe(llm, provider = "openai", model = "gpt-4o-mini")]
fn silent(number: u64) -> u64 {
    bare(number)
}

#[observe(llm, provider = "openai", model = model)]
fn asked(model: &str, number: u64) -> u64 {
    observant::current()
        .response("gpt-4o-mini-2024-07-18", "chatcmpl-123")
        .finish_reason("stop")
        .usage(Usage::openai(1_000 + number % 7, 600, 50, 20))
        .cost_usd(0.001);
    bare(number)
}

fn llm(number: u64) -> u64 {
    asked("gpt-4o-mini", number)
}

type Contender = (&'static str, fn(u64) -> u64);

const CONTENDERS: [Contender; 6] = [
    ("bare", bare),
    ("plain", plain),
    ("step", step),
    ("tool", tool),
    ("llm, nothing told", silent),
    ("llm, all told", llm),
];

const ROUNDS: usize = 200;
const CALLS: u32 = 2_000;

#[observe(agent = "bench")]
fn agent(rounds: usize) -> Vec<Vec<f64>> {
    let mut figures = vec![Vec::with_capacity(rounds); CONTENDERS.len()];
    for _ in 0..rounds {
        for ((_, contender), figures) in CONTENDERS.iter().zip(&mut figures) {
            let start = Instant::now();
            for number in 0..u64::from(CALLS) {
                black_box(black_box(contender)(number));
            }
            figures.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }
    figures
}

fn main() -> Result<(), Box<dyn Error>> {
    let smoke = env::args().any(|argument| argument == "smoke");
    let _observant = observant::builder().listen("off").init()?;
    println!("| ns per call | minimum | median | beyond bare |\n|---|---:|---:|---:|");
    let mut bare = None;
    for ((name, _), mut figures) in CONTENDERS.iter().zip(agent(if smoke { 2 } else { ROUNDS })) {
        figures.sort_by(f64::total_cmp);
        let (minimum, median) = (figures[0], figures[figures.len() / 2]);
        let beyond = median - *bare.get_or_insert(median);
        println!("| {name} | {minimum:.1} | {median:.1} | {beyond:.1} |");
    }
    Ok(())
}
