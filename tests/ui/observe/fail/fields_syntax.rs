//! Fields that are none.

use observant::observe;

#[observe(fields)]
fn no_list() {}

#[observe(fields())]
fn empty() {}

#[observe(fields(5, id))]
fn number(id: u32) {
    let _ = id;
}

#[observe(fields(id, id = 2))]
fn twice(id: u32) {
    let _ = id;
}

#[observe(fields(error.type = 1))]
fn taken() {}

#[observe(fields("user name"))]
fn without_value() {}

#[observe(fields(%id = 1))]
fn sigil_of_the_name() {}

#[observe(fields(id = 1 2))]
fn no_comma() {}

fn main() {
    no_list();
    empty();
    number(1);
    twice(1);
    taken();
    without_value();
    sigil_of_the_name();
    no_comma();
}
