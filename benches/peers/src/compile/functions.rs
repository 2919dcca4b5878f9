//! The functions that are annotated: plain, fallible, asynchronous and both, in equal parts, ten to a
//! module, each called once.

use std::{fmt::Write as _, io, path::Path};

const IN_A_MODULE: usize = 10;

/// Writes a program of this many functions.
pub(super) fn write(folder: &Path, attribute: &str, functions: usize) -> io::Result<()> {
    let modules = functions / IN_A_MODULE;
    let mut main = String::from(MAIN);
    let mut calls = String::new();
    for module in 0..modules {
        let _ = writeln!(main, "mod m{module};");
        let _ = writeln!(calls, "    sum = sum.wrapping_add(poll(Box::pin(m{module}::run(sum))));");
        super::write_if_new(&folder.join(format!("m{module}.rs")), &module_of(attribute, module))?;
    }
    let _ = write!(
        main,
        "\nfn main() {{\n    let mut sum = std::env::args().count() as u64;\n{calls}    println!(\"{{sum}}\");\n}}\n"
    );
    super::write_if_new(&folder.join("main.rs"), &main)
}

const MAIN: &str = r"use std::{future::Future, num::ParseIntError, pin::Pin, task::{Context, Poll, Waker}};

#[derive(Debug)]
pub enum Refused {
    Number(ParseIntError),
    Large(u64),
}

impl From<ParseIntError> for Refused {
    fn from(error: ParseIntError) -> Self {
        Self::Number(error)
    }
}

pub struct Turn(bool);

impl Future for Turn {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

pub fn turn() -> Turn {
    Turn(false)
}

fn poll(mut future: Pin<Box<dyn Future<Output = u64>>>) -> u64 {
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

";

fn module_of(attribute: &str, module: usize) -> String {
    let mut text = String::from("use crate::{Refused, turn};\n\n");
    let mut calls = String::new();
    for function in 0..IN_A_MODULE {
        let number = module * IN_A_MODULE + function;
        let (code, call) = match number % 4 {
            0 => (PLAIN, "plain_N(sum)"),
            1 => (FALLIBLE, "fallible_N(\"7\").unwrap_or(sum)"),
            2 => (ASYNC, "wait_N(sum).await"),
            _ => (ASYNC_FALLIBLE, "load_N(\"7\").await.unwrap_or(sum)"),
        };
        let name = number.to_string();
        text.push_str(&code.replace("ATTRIBUTE", attribute).replace('N', &name));
        let _ = writeln!(calls, "    sum ^= {};", call.replace('N', &name));
    }
    let _ = write!(text, "pub async fn run(mut sum: u64) -> u64 {{\n{calls}    sum\n}}\n");
    text
}

const PLAIN: &str = "ATTRIBUTE
#[inline(never)]
pub fn plain_N(number: u64) -> u64 {
    number.rotate_left(7).wrapping_mul(31) ^ N
}

";

const FALLIBLE: &str = "ATTRIBUTE
#[inline(never)]
pub fn fallible_N(text: &str) -> Result<u64, Refused> {
    let number: u64 = text.parse()?;
    if number > N {
        return Err(Refused::Large(number));
    }
    Ok(number)
}

";

const ASYNC: &str = "ATTRIBUTE
pub async fn wait_N(number: u64) -> u64 {
    turn().await;
    number.rotate_left(7).wrapping_mul(31) ^ N
}

";

const ASYNC_FALLIBLE: &str = "ATTRIBUTE
pub async fn load_N(text: &str) -> Result<u64, Refused> {
    let number: u64 = text.parse()?;
    turn().await;
    if number > N {
        return Err(Refused::Large(number));
    }
    Ok(number)
}

";
