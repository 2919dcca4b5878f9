//! The least there is: annotate, start, look.
//!
//! `cargo run --example quickstart`, then open the address it prints.

use observant::observe;

#[observe]
fn square_root(number: f64) -> Result<f64, String> {
    if number < 0.0 { Err(format!("{number} has no real square root")) } else { Ok(number.sqrt()) }
}

fn main() -> Result<(), observant::Error> {
    let observant = observant::init()?;
    let roots = (-10..100).filter_map(|number| square_root(f64::from(number)).ok());
    println!("the sum of 100 square roots is {:.3}", roots.sum::<f64>());
    if let Some(address) = observant.local_addr() {
        println!("look at http://{address}/metrics and http://{address}/status; Enter ends");
        let _ = std::io::stdin().read_line(&mut String::new());
    }
    Ok(())
}
