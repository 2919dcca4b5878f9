//! Names of the user's that could be mistaken for ours, and ours for theirs.

#![allow(non_snake_case, non_camel_case_types, dead_code, reason = "the names are the point")]
#![allow(clippy::too_many_arguments, unused_macros, reason = "and there are many")]

use crate::figures::{errors, figures, ok};

/// Everything an expansion might reach for is something else here.
mod shadowed {
    mod core {}
    mod std {}
    mod alloc {}
    mod observant {}
    mod inventory {}

    struct Ok;
    struct Err;
    struct Some;
    struct None;
    struct Result;
    struct Option;
    struct Box;
    struct Vec;
    struct String;
    struct Future;
    struct Send;
    struct FnOnce;
    struct Drop;
    struct From;
    struct Into;
    struct Default;
    struct Clone;
    struct Copy;
    struct u8;
    struct bool;
    struct str;

    macro_rules! module_path {
        () => {
            compile_error!("not yours")
        };
    }
    macro_rules! file {
        () => {
            compile_error!("not yours")
        };
    }
    macro_rules! line {
        () => {
            compile_error!("not yours")
        };
    }
    macro_rules! submit {
        () => {
            compile_error!("not yours")
        };
    }

    type Answer = ::core::result::Result<i32, i64>;

    #[::observant::observe(labels(team = "shadow", fast = true), buckets = [0.1, 1])]
    pub(super) fn sync(value: i32) -> Answer {
        value.checked_add(1).ok_or(0)
    }

    #[::observant::observe]
    pub(super) fn guard(value: i32) -> i32 {
        value
    }

    #[::observant::observe(error_type = |_| "shadowed")]
    pub(super) async fn asynchronous(value: i32) -> Answer {
        if value == 0 {
            return ::core::result::Result::Err(0);
        }
        ::core::result::Result::Ok(value)
    }

    #[::observant::observe(ok_if = |found| found.is_some())]
    #[track_caller]
    pub(super) fn tracked(value: ::core::option::Option<i32>) -> ::core::option::Option<i32> {
        ::core::option::Option::Some(value? + 1)
    }

    #[::observant::observe]
    pub(super) fn opaque(value: i32) -> impl ::core::future::Future<Output = Answer> {
        async move { ::core::result::Result::Ok(value) }
    }

    #[::observant::observe]
    pub(super) fn boxed(
        value: i32,
    ) -> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = Answer>>> {
        if value == 0 {
            return ::std::boxed::Box::pin(async { ::core::result::Result::Err(0) });
        }
        ::std::boxed::Box::pin(async move { ::core::result::Result::Ok(value) })
    }

    #[derive(::observant::Label)]
    pub(super) enum Label {
        Ok,
        Err,
    }
}

#[tokio::test]
async fn a_shadowed_prelude() {
    assert_eq!(shadowed::sync(1), Ok(2));
    assert_eq!(shadowed::guard(1), 1);
    shadowed::asynchronous(0).await.unwrap_err();
    assert_eq!(shadowed::tracked(Some(1)), Some(2));
    assert_eq!(shadowed::opaque(1).await, Ok(1));
    assert_eq!(shadowed::boxed(1).await, Ok(1));
    shadowed::boxed(0).await.unwrap_err();
    assert_eq!(<shadowed::Label as observant::Label>::VALUES, ["Ok", "Err"]);
    let of = |function| crate::figures::of(concat!(module_path!(), "::shadowed"), function);
    assert_eq!(of("guard"), ok(1));
    assert_eq!(of("sync").ok, 1);
    assert_eq!(of("asynchronous"), errors(0, &["shadowed"]));
    assert_eq!(of("tracked"), ok(1));
    assert_eq!(of("opaque"), ok(1));
    assert_eq!(of("boxed"), errors(1, &["i64"]));
}

use observant::observe;

#[observe(labels(fast = __site > 0))]
fn arguments(
    __site: u8,
    __frame: u8,
    __entered: u8,
    __returned: u8,
    __value: u8,
    __error: u8,
    __callsite: u8,
    observe: u8,
    r: u8,
) -> Result<u8, ()> {
    let before = __site + __frame + __entered + __returned + __value + __error + __callsite;
    Ok(before + observe + r)
}

#[observe]
fn guarded(__frame: u8, __entered: u8) -> u8 {
    let __site = __frame;
    __entered + __site
}

#[observe(ok_if = |__returned| __returned.is_ok())]
#[track_caller]
fn tracked(__returned: u8, __value: u8, __error: Result<u8, ()>) -> Result<u8, ()> {
    '__body: {
        if __value == 0 {
            break '__body;
        }
    }
    Ok(__returned + __value + __error?)
}

#[observe]
async fn asynchronous(__returned: u8, __site: u8) -> Result<u8, ()> {
    Ok(__returned + __site)
}

#[observe]
fn __OBSERVANT_CALLSITE() -> u8 {
    1
}

#[tokio::test]
async fn arguments_named_like_our_locals() {
    assert_eq!(arguments(1, 1, 1, 1, 1, 1, 1, 1, 1), Ok(9));
    assert_eq!(guarded(1, 2), 3);
    assert_eq!(tracked(1, 2, Ok(3)), Ok(6));
    tracked(1, 0, Err(())).unwrap_err();
    assert_eq!(asynchronous(1, 2).await, Ok(3));
    assert_eq!(__OBSERVANT_CALLSITE(), 1);
    assert_eq!(figures!("arguments").ok, 1);
    assert_eq!(figures!("guarded"), ok(1));
    assert_eq!(figures!("tracked").ok, 1);
    assert_eq!(figures!("asynchronous"), ok(1));
    assert_eq!(figures!("__OBSERVANT_CALLSITE"), ok(1));
}

macro_rules! observed {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($argument:ident: $ty:ty) -> $returned:ty $body:block) => {
        #[observant::observe]
        $(#[$attribute])*
        $visibility fn $name($argument: $ty) -> $returned $body
    };
    (async $name:ident $value:expr) => {
        #[observant::observe]
        async fn $name() -> Result<u8, String> {
            let value = $value;
            Ok(value? + 0)
        }
    };
    (impl $ty:ty { $($item:tt)* }) => {
        #[observant::observe]
        impl $ty { $($item)* }
    };
    (item $item:item) => {
        #[observant::observe]
        $item
    };
}

observed! {
    /// Documented.
    #[inline]
    pub(crate) fn from_macro(value: u8) -> Result<u8, String> {
        if value == 0 {
            return Err("zero".to_owned());
        }
        Ok(value)
    }
}

observed!(async from_macro_async "1".parse::<u8>().map_err(|error| error.to_string()));

struct Made;

observed! {
    impl Made {
        fn method(&self) -> Result<u8, String> {
            Ok(1)
        }
    }
}

observed! {
    item fn from_item(value: u8) -> u8 {
        value
    }
}

#[tokio::test]
async fn macro_rules() {
    from_macro(0).unwrap_err();
    assert_eq!(from_macro(1), Ok(1));
    assert_eq!(from_macro_async().await, Ok(1));
    assert_eq!(Made.method(), Ok(1));
    assert_eq!(from_item(1), 1);
    assert_eq!(figures!("from_macro"), errors(1, &["String"]));
    assert_eq!(figures!("from_macro_async"), ok(1));
    assert_eq!(figures!("Made::method"), ok(1));
    assert_eq!(figures!("from_item"), ok(1));
}
