impl<T: Clone> Registry<T> {
    #![allow(dead_code)]
    const NAMES: [u8; { 2 + 1 }] = [1, 2, 3];
    /// Gets.
    #[cfg(unix)]
    pub fn get(&self, id: u64) -> Option<&T> {
        let __site = ::observant::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [::observant::__private::literal("store")],
        );
        let mut __frame = ::core::mem::MaybeUninit::uninit();
        let __entered = ::observant::__private::enter(__site, &mut __frame);
        ::observant::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: &::observant::__private::Module {
                path: ::core::module_path!(),
                file: ::observant::__private::file!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
            },
            function: "Registry::get",
            line: ::observant::__private::line!(),
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &["team"],
        });
        self.items.get(id)
    }
    pub const fn len(&self) -> usize {
        self.items.len()
    }
    fn store(&mut self, item: T) -> Result<(), Failure> {
        let __site = ::observant::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::observant::__private::literal("disk"),
                ::observant::__private::label(&(true)),
            ],
        );
        return ::observant::__private::observe(
            __site,
            move || -> Result<(), Failure> {
                if false {
                    *(&mut (), &item).0 = ();
                }
                self.items.push(item)
            },
            move |__returned| {
                ::observant::__private::Probe(__returned).verdict_with(Failure::kind)
            },
        );
        ::observant::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: &::observant::__private::Module {
                path: ::core::module_path!(),
                file: ::observant::__private::file!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
            },
            function: "Registry::store",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Micro,
            labels: &["team", "fast"],
        });
    }
    fn left_out(&self) {}
    fn make() -> Self {
        let __site = ::observant::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [::observant::__private::literal("store")],
        );
        let mut __frame = ::core::mem::MaybeUninit::uninit();
        let __entered = ::observant::__private::enter(__site, &mut __frame);
        ::observant::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: &::observant::__private::Module {
                path: ::core::module_path!(),
                file: ::observant::__private::file!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
            },
            function: "Registry::make",
            line: ::observant::__private::line!(),
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &["team"],
        });
        Self::default()
    }
}
impl<'a, T> From<Vec<T>> for Wrapper<'a, { 1 + 1 }> {
    fn from(items: Vec<T>) -> Self {
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Self { Self { items } },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
        ::observant::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: &::observant::__private::Module {
                path: ::core::module_path!(),
                file: ::observant::__private::file!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
            },
            function: "<Wrapper as From>::from",
            line: ::observant::__private::line!(),
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
    }
}
impl From<io::Error> for &mut Wrapper {
    fn from(error: io::Error) -> Self {
        let mut __frame = ::core::mem::MaybeUninit::uninit();
        let __entered = ::observant::__private::enter(
            &__OBSERVANT_CALLSITE,
            &mut __frame,
        );
        ::observant::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: &::observant::__private::Module {
                path: ::core::module_path!(),
                file: ::observant::__private::file!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
            },
            function: "<&mut Wrapper as From<Error>>::from",
            line: ::observant::__private::line!(),
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
        Self::Io(error)
    }
}
pub unsafe trait Tool: Send {
    type Output;
    const NAME: &'static str = "tool";
    fn required(&self) -> Result<(), ()>;
    fn provided(&self) -> Result<(), ()> {
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Result<(), ()> { self.required() },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
        ::observant::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: &::observant::__private::Module {
                path: ::core::module_path!(),
                file: ::observant::__private::file!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
            },
            function: "Tool::provided",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
    }
    fn plain(&self) {}
}
pub(crate) mod tools {
    //! Tools.
    use super::*;
    struct Empty<const N: usize = { 1 }>;
    macro_rules! nothing {
        () => {};
    }
    nothing! {}
    pub fn search() -> Result<(), Error> {
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Result<(), Error> { Ok(()) },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
        ::observant::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: &::observant::__private::Module {
                path: ::core::module_path!(),
                file: ::observant::__private::file!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
            },
            function: "search",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
    }
    impl Empty {
        fn method(&self) {
            let mut __frame = ::core::mem::MaybeUninit::uninit();
            let __entered = ::observant::__private::enter(
                &__OBSERVANT_CALLSITE,
                &mut __frame,
            );
            ::observant::__private::submit! {
                __OBSERVANT_CALLSITE
            }
            static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
                module: &::observant::__private::Module {
                    path: ::core::module_path!(),
                    file: ::observant::__private::file!(),
                    crate_name: "PACKAGE",
                    crate_version: "VERSION",
                },
                function: "Empty::method",
                line: ::observant::__private::line!(),
                fallible: false,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Default,
                labels: &[],
            });
        }
    }
    mod inner {
        fn left_out() {}
    }
    mod deeper {
        trait Provided {
            async fn work(&self) -> u8 {
                let mut __frame = ::core::mem::MaybeUninit::uninit();
                let __entered = ::observant::__private::enter(
                    &__OBSERVANT_CALLSITE,
                    &mut __frame,
                );
                ::observant::__private::submit! {
                    __OBSERVANT_CALLSITE
                }
                static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
                    module: &::observant::__private::Module {
                        path: ::core::module_path!(),
                        file: ::observant::__private::file!(),
                        crate_name: "PACKAGE",
                        crate_version: "VERSION",
                    },
                    function: "Provided::work",
                    line: ::observant::__private::line!(),
                    fallible: false,
                    cancellable: false,
                    buckets: ::observant::__private::Buckets::Default,
                    labels: &[],
                });
                1
            }
        }
    }
}
