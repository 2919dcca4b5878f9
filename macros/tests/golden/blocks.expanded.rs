impl<T: Clone> Registry<T> {
    #![allow(dead_code)]
    const NAMES: [u8; { 2 + 1 }] = [1, 2, 3];
    /// Gets.
    #[cfg(unix)]
    pub fn get(&self, id: u64) -> Option<&T> {
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: ::core::module_path!(),
            function: "Registry::get",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &["team"],
        });
        ::observant::__private::submit! {
            ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        let __site = ::observant::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [::observant::__private::literal("store")],
        );
        let mut __frame = ::observant::__private::Frame::new();
        let __entered = ::observant::__private::enter(__site, &mut __frame);
        { self.items.get(id) }
    }
    pub const fn len(&self) -> usize {
        self.items.len()
    }
    fn store(&mut self, item: T) -> Result<(), Failure> {
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: ::core::module_path!(),
            function: "Registry::store",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Micro,
            labels: &["team", "fast"],
        });
        ::observant::__private::submit! {
            ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
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
                { self.items.push(item) }
            },
            move |__returned| {
                ::observant::__private::Probe(__returned).verdict_with(Failure::kind)
            },
        );
    }
    fn left_out(&self) {}
    fn make() -> Self {
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: ::core::module_path!(),
            function: "Registry::make",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &["team"],
        });
        ::observant::__private::submit! {
            ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        let __site = ::observant::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [::observant::__private::literal("store")],
        );
        let mut __frame = ::observant::__private::Frame::new();
        let __entered = ::observant::__private::enter(__site, &mut __frame);
        { Self::default() }
    }
}
impl<'a, T> From<Vec<T>> for Wrapper<'a, { 1 + 1 }> {
    fn from(items: Vec<T>) -> Self {
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: ::core::module_path!(),
            function: "<Wrapper as From>::from",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
        ::observant::__private::submit! {
            ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Self { Self { items } },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
    }
}
impl From<io::Error> for &mut Wrapper {
    fn from(error: io::Error) -> Self {
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: ::core::module_path!(),
            function: "<&mut Wrapper as From<Error>>::from",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
        ::observant::__private::submit! {
            ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        let mut __frame = ::observant::__private::Frame::new();
        let __entered = ::observant::__private::enter(
            &__OBSERVANT_CALLSITE,
            &mut __frame,
        );
        { Self::Io(error) }
    }
}
pub unsafe trait Tool: Send {
    type Output;
    const NAME: &'static str = "tool";
    fn required(&self) -> Result<(), ()>;
    fn provided(&self) -> Result<(), ()> {
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: ::core::module_path!(),
            function: "Tool::provided",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
        ::observant::__private::submit! {
            ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Result<(), ()> { self.required() },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
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
        static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
            module: ::core::module_path!(),
            function: "search",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        });
        ::observant::__private::submit! {
            ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Result<(), Error> { Ok(()) },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
    }
    impl Empty {
        fn method(&self) {
            static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
                module: ::core::module_path!(),
                function: "Empty::method",
                file: ::core::file!(),
                line: ::core::line!(),
                crate_name: "PACKAGE",
                crate_version: "VERSION",
                fallible: false,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Default,
                labels: &[],
            });
            ::observant::__private::submit! {
                ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
            }
            let mut __frame = ::observant::__private::Frame::new();
            let __entered = ::observant::__private::enter(
                &__OBSERVANT_CALLSITE,
                &mut __frame,
            );
            {}
        }
    }
    mod inner {
        fn left_out() {}
    }
    mod deeper {
        trait Provided {
            async fn work(&self) -> u8 {
                static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
                    module: ::core::module_path!(),
                    function: "Provided::work",
                    file: ::core::file!(),
                    line: ::core::line!(),
                    crate_name: "PACKAGE",
                    crate_version: "VERSION",
                    fallible: false,
                    cancellable: true,
                    buckets: ::observant::__private::Buckets::Default,
                    labels: &[],
                });
                ::observant::__private::submit! {
                    ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
                }
                return ::observant::__private::observe_async(
                        &__OBSERVANT_CALLSITE,
                        async move {
                            if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                                u8,
                            > {
                                return __returned;
                            }
                            { 1 }
                        },
                        |_| ::observant::__private::Verdict::OK,
                    )
                    .await;
            }
        }
    }
}
