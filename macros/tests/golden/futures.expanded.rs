fn call<'a>(&'a self, id: u64) -> impl Future<Output = Result<u64, Error>> + Send + 'a {
    return ::observant::__private::observe_future(
        &__OBSERVANT_CALLSITE,
        move || {
            if false {}
            {
                let id = id + 1;
                async move {
                    if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                        Result<u64, Error>,
                    > {
                        return __returned;
                    }
                    self.get(id).await
                }
            }
        },
        |__returned| {
            ::observant::__private::Probe::<Result<u64, Error>>(__returned).verdict()
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
        function: "call",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn unknown(request: Request) -> impl Future<Output = Response> {
    return ::observant::__private::observe_future(
        &__OBSERVANT_CALLSITE,
        move || {
            if false {
                *(&mut (), &request).0 = ();
            }
            request.send()
        },
        |__returned| ::observant::__private::Probe::<Response>(__returned).verdict(),
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
        function: "unknown",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn boxed(&self) -> Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + '_>> {
    return ::std::boxed::Box::pin(
        ::observant::__private::observe_future(
            &__OBSERVANT_CALLSITE,
            move || {
                if false {}
                {
                    let before = self.before();
                    async move {
                        if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                            Result<u64, Error>,
                        > {
                            return __returned;
                        }
                        before.await
                    }
                }
            },
            |__returned| {
                ::observant::__private::Probe::<Result<u64, Error>>(__returned).verdict()
            },
        ),
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
        function: "boxed",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn chosen(flag: bool) -> BoxFuture<'static, u64> {
    return ::observant::__private::observe_boxed_future(
        &__OBSERVANT_CALLSITE,
        move || -> BoxFuture<'static, u64> {
            if false {}
            if flag {
                return Box::pin(async { 1 });
            }
            Box::pin(async { 2 })
        },
        |__returned| {
            ::observant::__private::Probe::<
                <BoxFuture<'static, u64> as ::core::future::Future>::Output,
            >(__returned)
                .verdict()
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
        function: "chosen",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn lines(&self) -> impl Stream<Item = io::Result<String>> + '_ {
    return ::observant::__private::observe_stream(
        &__OBSERVANT_CALLSITE,
        move || {
            if false {}
            self.reader.lines()
        },
        |__returned| {
            ::observant::__private::Probe::<io::Result<String>>(__returned).verdict()
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
        function: "lines",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn boxed_lines(&self) -> BoxStream<'_, io::Result<String>> {
    return Box::pin(
        ::observant::__private::observe_stream(
            &__OBSERVANT_CALLSITE,
            move || {
                if false {}
                self.reader.lines()
            },
            |__returned| {
                ::observant::__private::Probe::<
                    <BoxStream<
                        '_,
                        io::Result<String>,
                    > as ::observant::__private::Stream>::Item,
                >(__returned)
                    .verdict()
            },
        ),
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
        function: "boxed_lines",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
