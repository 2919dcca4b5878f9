//! Ten thousand observed functions, ten in each of a thousand modules, that nobody calls.

#![allow(dead_code, reason = "they are registered all the same, and that is what costs")]

macro_rules! functions {
    () => {
        #[observant::observe]
        pub(super) fn f0() {}
        #[observant::observe]
        pub(super) fn f1() {}
        #[observant::observe]
        pub(super) fn f2() {}
        #[observant::observe]
        pub(super) fn f3() {}
        #[observant::observe]
        pub(super) fn f4() {}
        #[observant::observe]
        pub(super) fn f5() {}
        #[observant::observe]
        pub(super) fn f6() {}
        #[observant::observe]
        pub(super) fn f7() {}
        #[observant::observe]
        pub(super) fn f8() {}
        #[observant::observe]
        pub(super) fn f9() {}
    };
}

macro_rules! modules {
    ($inside:ident) => {
        mod m0 {
            $inside!();
        }
        mod m1 {
            $inside!();
        }
        mod m2 {
            $inside!();
        }
        mod m3 {
            $inside!();
        }
        mod m4 {
            $inside!();
        }
        mod m5 {
            $inside!();
        }
        mod m6 {
            $inside!();
        }
        mod m7 {
            $inside!();
        }
        mod m8 {
            $inside!();
        }
        mod m9 {
            $inside!();
        }
    };
}

macro_rules! ten {
    () => {
        modules!(functions);
    };
}

macro_rules! hundred {
    () => {
        modules!(ten);
    };
}

modules!(hundred);
