//! A scrape without the server, for benchmarks beside other encoders.

use crate::{
    expose::{Encoder, NameFilter, negotiate},
    registry,
};

/// The families of these names, or all, as a scrape gets them that asks for no format; appended to `out`.
pub fn bare_scrape(names: Vec<String>, out: Vec<u8>) -> Vec<u8> {
    let filter = NameFilter::new(names);
    let mut encoder = Encoder::new(negotiate(None).document(), &filter, out);
    registry::visit(&mut encoder, &|family| filter.accepts(family), &[]);
    encoder.finish()
}
