//! Values that cannot be displayed, and functions that answer something else.

use observant::observe;

struct Name;

struct Answer {
    name: Name,
    text: String,
}

#[observe(tool = name)]
fn a(name: Name) {
    drop(name);
}

#[observe(llm(provider = "openai", model = missing))]
fn b() {}

#[observe(llm(provider = "openai"), usage = |answer| answer.text.len())]
fn c() -> Answer {
    Answer { name: Name, text: String::new() }
}

#[observe(llm(provider = "openai"), model = |answer| &answer.name)]
fn d() -> Result<Answer, ()> {
    Err(())
}

#[observe(control_flow = |error| error.len())]
fn e() -> Result<(), String> {
    Ok(())
}

#[observe(control_flow = |_| true)]
fn f() -> Answer {
    Answer { name: Name, text: String::new() }
}

fn main() {
    a(Name);
    b();
    c();
    let _ = (d(), e(), f());
}
