//! Contents of the module in `observe/fail/module_in_a_file.rs`.

pub fn f() {}
