/// Context assembled
/// for an agent.
///
/// Further words.
pub static CONTEXT_ASSEMBLY: ::observant::__private::Declared<
    ::observant::__private::kinds::Histogram,
    (),
> = {
    static __SERIES: ::observant::__private::Histograms = ::observant::__private::Histograms::linked(
        &::observant::__private::Description {
            name: "aet_context_assembly_seconds",
            help: "Context assembled for an agent.",
            unit: ::core::option::Option::Some("seconds"),
            labels: &[],
            bounds: ::observant::__private::ladders::DEFAULT,
        },
    );
    ::observant::__private::Declared::new(&__SERIES)
};
const _: () = {
    ::observant::__private::submit_metric! {
        ::observant::__private::LinkedMetric::new(& CONTEXT_ASSEMBLY,
        (::observant::__private::file!(), ::observant::__private::line!()))
    }
};
/// Registered files.
#[cfg(unix)]
pub(crate) static FILES: ::observant::__private::Declared<
    ::observant::__private::kinds::Gauge,
    FilesLabels,
> = {
    static __SERIES: ::observant::__private::Gauges = ::observant::__private::Gauges::linked(
        &::observant::__private::Description {
            name: "aet_registered_files",
            help: "Registered files.",
            unit: ::core::option::Option::None,
            labels: &["state"],
            bounds: &[],
        },
    );
    ::observant::__private::Declared::new(&__SERIES)
};
#[cfg(unix)]
///The labels of [`FILES`].
#[allow(
    missing_debug_implementations,
    missing_copy_implementations,
    non_snake_case,
    clippy::all,
    clippy::pedantic
)]
pub(crate) struct FilesLabels {
    ///The label `state`.
    pub(crate) state: FileState,
}
#[cfg(unix)]
#[automatically_derived]
impl ::observant::__private::LabelSet for FilesLabels {
    type Labels<'l> = FilesLabels;
    const VALUES: &'static [&'static [&'static ::core::primitive::str]] = &[
        <FileState as ::observant::__private::Label>::VALUES,
    ];
    #[inline]
    fn place(labels: &FilesLabels) -> ::core::primitive::usize {
        ::observant::__private::place(
            &[
                (
                    <FileState as ::observant::__private::Label>::index(&labels.state),
                    <FileState as ::observant::__private::Label>::VALUES.len(),
                ),
            ],
        )
    }
    fn texts<'s>(
        labels: &'s FilesLabels,
        texts: &mut ::observant::__private::Texts<'s>,
    ) {
        texts
            .push(
                ::observant::__private::text_of(
                    <Self as ::observant::__private::LabelSet>::VALUES[0usize],
                    <FileState as ::observant::__private::Label>::index(&labels.state),
                ),
            );
    }
}
#[cfg(unix)]
#[automatically_derived]
impl ::core::convert::From<FileState> for FilesLabels {
    fn from(state: FileState) -> Self {
        Self { state }
    }
}
#[cfg(unix)]
const _: () = {
    ::observant::__private::submit_metric! {
        ::observant::__private::LinkedMetric::new(& FILES,
        (::observant::__private::file!(), ::observant::__private::line!()))
    }
};
/// Answers.
static ANSWERS: ::observant::__private::Declared<
    ::observant::__private::kinds::Counter,
    AnswersLabels<'static>,
> = {
    static __SERIES: ::observant::__private::Counters = ::observant::__private::Counters::linked(
        &::observant::__private::Description {
            name: "aet_answers_total",
            help: "Answers.",
            unit: ::core::option::Option::None,
            labels: &["model", "cached", "region"],
            bounds: &[],
        },
    );
    ::observant::__private::Declared::new(&__SERIES)
};
///The labels of [`ANSWERS`].
#[allow(
    missing_debug_implementations,
    missing_copy_implementations,
    non_snake_case,
    clippy::all,
    clippy::pedantic
)]
struct AnswersLabels<'l> {
    ///The label `model`.
    model: &'l ::core::primitive::str,
    ///The label `cached`.
    cached: bool,
}
#[automatically_derived]
impl ::observant::__private::LabelSet for AnswersLabels<'static> {
    type Labels<'l> = AnswersLabels<'l>;
    const VALUES: &'static [&'static [&'static ::core::primitive::str]] = &[
        &[],
        <bool as ::observant::__private::Label>::VALUES,
        &["eu"],
    ];
    #[inline]
    fn place(labels: &AnswersLabels<'_>) -> ::core::primitive::usize {
        ::observant::__private::place(
            &[
                (0, 1),
                (
                    <bool as ::observant::__private::Label>::index(&labels.cached),
                    <bool as ::observant::__private::Label>::VALUES.len(),
                ),
                (0, 1),
            ],
        )
    }
    fn texts<'s>(
        labels: &'s AnswersLabels<'_>,
        texts: &mut ::observant::__private::Texts<'s>,
    ) {
        texts.push(labels.model);
        texts
            .push(
                ::observant::__private::text_of(
                    <Self as ::observant::__private::LabelSet>::VALUES[1usize],
                    <bool as ::observant::__private::Label>::index(&labels.cached),
                ),
            );
        texts
            .push(
                ::observant::__private::text_of(
                    <Self as ::observant::__private::LabelSet>::VALUES[2usize],
                    0,
                ),
            );
    }
}
const _: () = {
    ::observant::__private::submit_metric! {
        ::observant::__private::LinkedMetric::new(& ANSWERS,
        (::observant::__private::file!(), ::observant::__private::line!()))
    }
};
/// Sizes.
static SIZES: ::observant::__private::Declared<
    ::observant::__private::kinds::Histogram,
    (),
> = {
    static __SERIES: ::observant::__private::Histograms = ::observant::__private::Histograms::linked(
        &::observant::__private::Description {
            name: "aet_items",
            help: "Sizes.",
            unit: ::core::option::Option::None,
            labels: &[],
            bounds: &[1f64, 10f64],
        },
    );
    ::observant::__private::Declared::new(&__SERIES)
};
const _: () = {
    ::observant::__private::submit_metric! {
        ::observant::__private::LinkedMetric::new(& SIZES,
        (::observant::__private::file!(), ::observant::__private::line!()))
    }
};
/// Jobs that wait.
static WAITING: ::observant::__private::Computed = ::observant::__private::Computed::new(
    &::observant::__private::Description {
        name: "aet_waiting_jobs",
        help: "Jobs that wait.",
        unit: ::core::option::Option::None,
        labels: &[],
        bounds: &[],
    },
    || ::observant::__private::compute(|| QUEUE.len()),
);
const _: () = {
    ::observant::__private::submit_metric! {
        ::observant::__private::LinkedMetric::new(& WAITING,
        (::observant::__private::file!(), ::observant::__private::line!()))
    }
};
