//! How functions of one name are told apart, and in which order they are listed.

use crate::callsite::{Buckets, Callsite, Metadata, Module};
use crate::registry::{Listing, listing as linked};

fn callsite(
    module: &'static str,
    function: &'static str,
    file: &'static str,
    line: u32,
) -> &'static Callsite {
    Box::leak(Box::new(Callsite::new(Metadata {
        module: Box::leak(Box::new(Module {
            path: module,
            file,
            crate_name: "package",
            crate_version: "1.0.0",
        })),
        function,
        line,
        fallible: false,
        cancellable: false,
        buckets: Buckets::Default,
        labels: &[],
    })))
}

/// Module, name and line of each function; then the texts of the twins.
fn list(callsites: &[&'static Callsite]) -> (Vec<(&'static str, String, u32)>, Vec<String>) {
    let listing = Listing::new(callsites.to_vec());
    let line = |callsite: &Callsite| callsite.metadata().line;
    let functions = listing.functions.iter();
    (
        functions.map(|it| (it.module(), it.name.to_string(), line(it.callsite))).collect(),
        listing.twins.iter().map(ToString::to_string).collect(),
    )
}

/// All orders in which the linker may hand over three or four callsites, and what is listed: always
/// the same.
#[track_caller]
fn check(callsites: &[&'static Callsite], expected: &[(&'static str, &str, u32)]) -> Vec<String> {
    let expected: Vec<_> =
        expected.iter().map(|(module, name, line)| (*module, (*name).to_owned(), *line)).collect();
    let (functions, twins) = list(callsites);
    assert_eq!(functions, expected);
    let mut orders = vec![callsites.to_vec()];
    permute(&mut callsites.to_vec(), 0, &mut orders);
    for order in orders {
        assert_eq!(list(&order), (functions.clone(), twins.clone()));
    }
    twins
}

fn permute<T: Copy>(items: &mut Vec<T>, from: usize, orders: &mut Vec<Vec<T>>) {
    if from == items.len() {
        return orders.push(items.clone());
    }
    for index in from..items.len() {
        items.swap(from, index);
        permute(items, from + 1, orders);
        items.swap(from, index);
    }
}

#[test]
fn nothing_is_listed_as_nothing() {
    assert!(check(&[], &[]).is_empty());
}

#[test]
fn functions_are_sorted_by_module_and_name_not_by_line() {
    let twins = check(
        &[
            callsite("b", "a", "b.rs", 1),
            callsite("a", "b", "a.rs", 2),
            callsite("a", "Z::a", "a.rs", 3),
            callsite("a::b", "a", "a.rs", 1),
        ],
        &[("a", "Z::a", 3), ("a", "b", 2), ("a::b", "a", 1), ("b", "a", 1)],
    );
    assert!(twins.is_empty(), "one name in two modules is no clash: {twins:?}");
}

#[test]
fn twins_keep_the_order_of_lines() {
    // As text, 10 would come before 9.
    let twins = check(
        &[callsite("m", "f", "m.rs", 10), callsite("m", "f", "m.rs", 9)],
        &[("m", "f", 9), ("m", "f#2", 10)],
    );
    assert_eq!(
        twins,
        [
            "two functions are called `m::f`: at m.rs:9 and at m.rs:10; the second is shown as `f#2`; \
          give one of them another name with `#[observe(name = \"..\")]`"
        ]
    );
}

#[test]
fn twins_of_two_files_keep_the_order_of_files() {
    check(
        &[callsite("m", "f", "a.rs", 20), callsite("m", "f", "b.rs", 3)],
        &[("m", "f", 20), ("m", "f#2", 3)],
    );
}

#[test]
fn triplets_are_numbered_on() {
    let twins = check(
        &[
            callsite("m", "f", "m.rs", 1),
            callsite("m", "f", "m.rs", 2),
            callsite("m", "f", "m.rs", 3),
            callsite("m", "g", "m.rs", 4),
        ],
        &[("m", "f", 1), ("m", "f#2", 2), ("m", "f#3", 3), ("m", "g", 4)],
    );
    // Each is told against the one that keeps the name.
    assert_eq!(twins.len(), 2);
    assert!(twins[0].contains("at m.rs:1 and at m.rs:2") && twins[0].contains("`f#2`"));
    assert!(twins[1].contains("at m.rs:1 and at m.rs:3") && twins[1].contains("`f#3`"));
}

#[test]
fn a_name_the_user_chose_is_not_given_to_another() {
    let twins = check(
        &[
            callsite("m", "f", "m.rs", 1),
            callsite("m", "f", "m.rs", 2),
            callsite("m", "f", "m.rs", 3),
            callsite("m", "f#2", "m.rs", 4),
        ],
        &[("m", "f", 1), ("m", "f#2", 4), ("m", "f#3", 2), ("m", "f#4", 3)],
    );
    assert_eq!(twins.len(), 2);
    // In another module it is free.
    check(
        &[
            callsite("m", "f", "m.rs", 1),
            callsite("m", "f", "m.rs", 2),
            callsite("n", "f#2", "n.rs", 4),
        ],
        &[("m", "f", 1), ("m", "f#2", 2), ("n", "f#2", 4)],
    );
}

#[test]
fn twins_of_a_name_the_user_numbered_are_numbered_again() {
    check(
        &[
            callsite("m", "f", "m.rs", 1),
            callsite("m", "f", "m.rs", 2),
            callsite("m", "f#2", "m.rs", 3),
            callsite("m", "f#2", "m.rs", 4),
        ],
        &[("m", "f", 1), ("m", "f#2", 3), ("m", "f#2#2", 4), ("m", "f#3", 2)],
    );
}

/// Two callsites on one line: a macro that expands to two functions.
#[test]
fn twins_on_one_line_stay_apart() {
    let line = [callsite("m", "f", "m.rs", 1), callsite("m", "f", "m.rs", 1)];
    let twins = check(&line, &[("m", "f", 1), ("m", "f#2", 1)]);
    assert_eq!(
        twins,
        [
            "two functions are called `m::f`, both at m.rs:1; the second is shown as `f#2`; give one of them another \
             name with `#[observe(name = \"..\")]`; where a macro writes both, numbers may change when it writes one \
             more: have it name each, by `#[observe(name = $name)]` with a `$name:literal` of its own"
        ]
    );
}

/// `/status`, SLOs and checks know a function by its module and its name as one text.
#[test]
fn two_modules_do_not_come_to_one_path() {
    let twins = check(
        &[
            callsite("m", "store::load", "m.rs", 9),
            callsite("m::store", "load", "m.rs", 2),
            callsite("m::store", "save", "m.rs", 3),
        ],
        &[("m", "store::load#2", 9), ("m::store", "load", 2), ("m::store", "save", 3)],
    );
    assert_eq!(
        twins,
        [
            "two functions are called `m::store::load`: at m.rs:2 and at m.rs:9; the second is shown as \
          `store::load#2`; give one of them another name with `#[observe(name = \"..\")]`"
        ]
    );
    // A number that one of them was given by hand is taken for both.
    check(
        &[
            callsite("m", "store::load", "m.rs", 9),
            callsite("m", "store::load#2", "m.rs", 10),
            callsite("m::store", "load", "m.rs", 2),
        ],
        &[("m", "store::load#2", 10), ("m", "store::load#3", 9), ("m::store", "load", 2)],
    );
}

#[test]
fn what_is_linked_is_found_once() {
    let listing = linked();
    assert!(std::sync::Arc::ptr_eq(&listing, &linked()), "gathered once");
}
