//! The attribute on whole `impl` blocks, traits and modules, and the names that come of it.

use crate::figures::{errors, figures, ok};
use observant::observe;

struct Registry<T> {
    items: Vec<T>,
}

#[observe]
impl<T: Clone> Registry<T> {
    #![allow(dead_code)]

    const LIMIT: usize = { 1 + 1 };

    fn create() -> Self {
        Self { items: Vec::with_capacity(Self::LIMIT) }
    }

    const fn count(&self) -> usize {
        self.items.len()
    }

    fn add(&mut self, item: T) -> Result<usize, Full> {
        if self.count() == Self::LIMIT {
            return Err(Full);
        }
        self.items.push(item);
        Ok(self.count())
    }

    #[observe(name = "Registry::lookup")]
    fn get(&self, index: usize) -> Option<&T> {
        self.items.get(index)
    }

    #[observe(ok_if = |found| found.is_some(), error_type = |_| "absent")]
    fn find(&self, index: usize) -> Option<&T> {
        self.items.get(index)
    }

    async fn wait(&self) -> usize {
        self.count()
    }

    #[observe(skip)]
    fn left_out(&self) -> usize {
        self.count()
    }

    #[cfg(any())]
    fn never_compiled(&self) -> NoSuchType {}

    #[cfg(not(any()))]
    #[cfg_attr(all(), must_use)]
    fn compiled(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct Full;

#[tokio::test]
async fn inherent_impl() {
    let mut registry = Registry::create();
    registry.add('a').unwrap();
    registry.add('b').unwrap();
    registry.add('c').unwrap_err();
    assert_eq!(registry.get(0), Some(&'a'));
    assert_eq!(registry.find(9), None);
    assert_eq!(registry.wait().await, registry.left_out());
    assert!(registry.compiled());
    assert_eq!(figures!("Registry::create"), ok(1));
    assert_eq!(figures!("Registry::add"), errors(2, &["Full"]));
    assert_eq!(figures!("Registry::lookup"), ok(1));
    assert_eq!(figures!("Registry::find"), errors(0, &["absent"]));
    assert_eq!(figures!("Registry::wait"), ok(1));
    assert_eq!(figures!("Registry::compiled"), ok(1));
    for absent in ["Registry::left_out", "Registry::count", "Registry::never_compiled"] {
        assert!(!crate::figures::listed(module_path!(), absent), "{absent}");
    }
}

#[observe]
trait Tool {
    fn name(&self) -> String;

    fn describe(&self) -> String {
        format!("tool {}", self.name())
    }

    fn run(&self, input: u8) -> Result<u8, Full> {
        input.checked_mul(2).ok_or(Full)
    }

    #[observe(skip)]
    fn quiet(&self) -> bool {
        true
    }
}

struct Hammer;

#[observe]
impl Tool for Hammer {
    fn name(&self) -> String {
        "hammer".to_owned()
    }
}

struct Saw;

#[observe]
impl Tool for Saw {
    fn name(&self) -> String {
        "saw".to_owned()
    }

    fn run(&self, _: u8) -> Result<u8, Full> {
        Err(Full)
    }
}

#[test]
fn traits() {
    let tools: [&dyn Tool; 2] = [&Hammer, &Saw];
    for tool in tools {
        assert!(tool.quiet() && tool.describe().starts_with("tool"));
        let _ = tool.run(1);
    }
    assert_eq!(figures!("Tool::describe"), ok(2));
    assert_eq!(figures!("Tool::run"), ok(1));
    assert_eq!(figures!("<Hammer as Tool>::name"), ok(1));
    assert_eq!(figures!("<Saw as Tool>::name"), ok(1));
    assert_eq!(figures!("<Saw as Tool>::run"), errors(0, &["Full"]));
    assert!(!crate::figures::listed(module_path!(), "Tool::quiet"));
    assert!(!crate::figures::listed(module_path!(), "Tool::name"));
}

struct Meters(u32);
struct Feet(u32);
struct Wrapper<T>(T);

#[observe]
impl From<Feet> for Meters {
    fn from(feet: Feet) -> Self {
        Self(feet.0 / 3)
    }
}

#[observe]
impl From<u32> for Meters {
    fn from(meters: u32) -> Self {
        Self(meters)
    }
}

#[observe]
impl<T> From<Vec<T>> for Wrapper<Vec<T>> {
    fn from(value: Vec<T>) -> Self {
        Self(value)
    }
}

#[test]
fn generic_traits_keep_their_concrete_arguments() {
    assert_eq!(Meters::from(Feet(9)).0 + Meters::from(1).0, 4);
    assert_eq!(Wrapper::from(vec![1]).0, [1]);
    assert_eq!(figures!("<Meters as From<Feet>>::from"), ok(1));
    assert_eq!(figures!("<Meters as From<u32>>::from"), ok(1));
    assert_eq!(figures!("<Wrapper as From>::from"), ok(1));
}

#[observe(error_type = |_| "inside")]
mod inline {
    //! A module, documented inside.

    use super::Full;

    pub(super) struct Bag<const N: usize = { 2 }>(pub(super) [u8; N]);

    macro_rules! twice {
        ($value:expr) => {
            $value * 2
        };
    }

    pub(super) fn search(value: u8) -> Result<u8, Full> {
        if value == 0 { Err(Full) } else { Ok(twice!(value)) }
    }

    #[observe(error_type = |_| "own")]
    pub(super) fn other() -> Result<(), Full> {
        Err(Full)
    }

    pub(super) const fn constant() -> u8 {
        1
    }

    #[observe(skip)]
    pub(super) fn left_out() {}

    impl<const N: usize> Bag<N> {
        pub(super) fn sum(&self) -> u8 {
            self.0.iter().sum()
        }

        #[observe(skip)]
        pub(super) fn quiet(&self) {}
    }

    impl Drop for Full {
        fn drop(&mut self) {}
    }

    pub(super) mod deeper {
        pub(in super::super) async fn work() {}

        pub(in super::super) trait Provided {
            fn provided(&self) {}
        }
        impl Provided for u8 {}
    }

    #[observe(skip)]
    pub(super) mod silent {
        pub(in super::super) fn work() {}
    }
}

#[tokio::test]
async fn modules() {
    use inline::deeper::Provided;
    inline::search(0).unwrap_err();
    assert_eq!(inline::search(2).unwrap(), 4);
    inline::other().unwrap_err();
    inline::left_out();
    assert_eq!(inline::Bag([1, 2]).sum(), 3 * inline::constant());
    inline::Bag([1]).quiet();
    inline::deeper::work().await;
    inline::silent::work();
    1_u8.provided();
    let module = concat!(module_path!(), "::inline");
    assert_eq!(crate::figures::of(module, "search"), errors(1, &["inside"]));
    assert_eq!(crate::figures::of(module, "other"), errors(0, &["own"]));
    assert_eq!(crate::figures::of(module, "Bag::sum"), ok(1));
    assert!(crate::figures::of(module, "<Full as Drop>::drop").ok > 1);
    assert_eq!(crate::figures::of(&format!("{module}::deeper"), "work"), ok(1));
    assert_eq!(crate::figures::of(&format!("{module}::deeper"), "Provided::provided"), ok(1));
    for absent in ["left_out", "Bag::quiet", "constant"] {
        assert!(!crate::figures::listed(module, absent), "{absent}");
    }
    assert!(!crate::figures::listed(&format!("{module}::silent"), "work"));
}

#[observe]
fn r#match(r#type: u8) -> u8 {
    r#type
}

#[test]
fn raw_identifiers() {
    assert_eq!(r#match(1), 1);
    assert_eq!(figures!("match"), ok(1));
}

/// The attribute's line is not the function's.
#[observe]
#[must_use]
// Below the attributes.
fn somewhere() -> u32 {
    line!() - 1
}

#[test]
fn file_line_and_crate_are_the_users() {
    let info = crate::figures::info(module_path!(), "somewhere");
    assert_eq!(info.file, file!());
    assert_eq!(info.line, somewhere());
    assert_eq!(info.crate_name, env!("CARGO_PKG_NAME"));
    assert_eq!(info.crate_version, env!("CARGO_PKG_VERSION"));
}

/// Never called, never instantiated: listed all the same.
#[observe]
#[allow(dead_code)]
fn never_called<T: Default>() -> Result<T, ()> {
    Ok(T::default())
}

#[test]
fn a_function_nobody_calls_is_listed() {
    assert_eq!(figures!("never_called"), ok(0));
}
