pub async fn plan(task: &Task) -> Result<Plan, AgentError> {
    return ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                    Result<Plan, AgentError>,
                > {
                    return __returned;
                }
                {
                    let draft = draft(task).await?;
                    Ok(draft.into())
                }
            },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        )
        .await;
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
        function: "plan",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
async fn sleep() {
    return ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                if false {
                    return;
                }
                {
                    rest().await;
                }
            },
            { ::observant::__private::Verdict::ok },
        )
        .await;
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
        function: "sleep",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
async unsafe fn forever() -> ! {
    let () = ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                loop {
                    rest().await;
                }
            },
            { ::observant::__private::Verdict::ok },
        )
        .await;
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
        function: "forever",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    loop {}
}
async fn never_waits(id: u64) -> Result<Task, StoreError> {
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> Result<Task, StoreError> { Ok(task(id)) },
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
        function: "never_waits",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
async fn promises(id: u64) -> impl Fn(&str) -> &str {
    return ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                fn __promised<Output: Fn(&str) -> &str>(output: Output) -> Output {
                    output
                }
                return __promised({
                    load(id).await;
                    |text| text
                });
            },
            { ::observant::__private::Verdict::ok },
        )
        .await;
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
        function: "promises",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
