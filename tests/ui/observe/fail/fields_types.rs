//! Values that `tracing` cannot take as they are.

use observant::observe;

struct Ticket;

#[observe(fields(ticket))]
fn value(ticket: Ticket) {
    drop(ticket);
}

#[observe(fields(%ticket))]
fn display(ticket: Ticket) {
    drop(ticket);
}

#[observe(fields(?ticket))]
fn debug(ticket: Ticket) {
    drop(ticket);
}

fn main() {
    value(Ticket);
    display(Ticket);
    debug(Ticket);
}
