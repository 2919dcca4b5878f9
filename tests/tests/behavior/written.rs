//! Functions that a macro writes: of one name, on one line.

use super::figures::{of, ok};

macro_rules! services {
    ($($service:ident $calls:literal $named:literal;)*) => {
        $(
            struct $service;

            impl $service {
                #[observant::observe]
                fn load(&self) {}

                #[observant::observe(name = $named)]
                fn save(&self) {}
            }
        )*

        /// Each as often as its figure says.
        fn call_all() {
            $(for _ in 0..$calls {
                $service.load();
                $service.save();
            })*
        }
    };
}

services! { A 1 "users"; B 2 "orders"; C 3 "stock"; D 4 "mail"; }

/// One more that comes last renames none of the others, so that their series go on. What comes last the compiler says: these
/// are in order of the source, and of their symbols too. With counters of coverage among them it says another.
#[test]
fn functions_of_one_name_on_one_line_are_numbered_from_the_first() {
    call_all();
    let names = ["load", "load#2", "load#3", "load#4"];
    let mut calls = names.map(|name| of(module_path!(), name).ok);
    if std::env::var_os("LLVM_PROFILE_FILE").is_some() {
        calls.sort_unstable();
    }
    assert_eq!(calls, [1, 2, 3, 4], "each is told apart");
    // The way out that the warning names.
    for (name, calls) in [("users", 1), ("orders", 2), ("stock", 3), ("mail", 4)] {
        assert_eq!(of(module_path!(), name), ok(calls), "{name}");
    }
}
