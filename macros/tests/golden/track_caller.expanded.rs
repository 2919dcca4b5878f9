#[track_caller]
fn located(input: &str) -> Result<u64, Located> {
    let mut __frame = ::core::mem::MaybeUninit::uninit();
    let __entered = ::observant::__private::enter_judged(
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
        function: "located",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    let __returned: Result<u64, Located> = '__body: {
        if input.is_empty() {
            break '__body Err(Located::here());
        }
        let number = match ::observant::__private::Branch::branch(input.parse::<u64>()) {
            ::core::ops::ControlFlow::Continue(__value) => __value,
            ::core::ops::ControlFlow::Break(__residual) => {
                break '__body ::observant::__private::Leave::leave(__residual);
            }
        };
        let double = (|| -> Option<u64> { number.checked_mul(2)?.into() })();
        Ok(double.unwrap_or(number))
    };
    __entered
        .leave(
            &__returned,
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
    return __returned;
}
#[track_caller]
fn simple(input: &str) -> Outcome {
    let mut __frame = ::core::mem::MaybeUninit::uninit();
    let __entered = ::observant::__private::enter_judged(
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
        function: "simple",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    let __returned: Outcome = { check(input) };
    __entered
        .leave(
            &__returned,
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
    return __returned;
}
#[track_caller]
fn future(early: bool) -> BoxFuture<'static, u8> {
    let __made: BoxFuture<'static, u8> = '__body: {
        if early {
            break '__body Box::pin(async { 1 });
        }
        Box::pin(async { 2 })
    };
    return ::observant::__private::observe_boxed_future(
        &__OBSERVANT_CALLSITE,
        move || __made,
        |__returned| {
            ::observant::__private::Probe::<
                <BoxFuture<'static, u8> as ::core::future::Future>::Output,
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
        function: "future",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
