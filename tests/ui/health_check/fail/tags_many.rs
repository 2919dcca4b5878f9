//! Too many.

use observant::health_check;

#[health_check(tags("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11", "t12", "t13", "t14", "t15", "t16"))]
fn check() {}

fn main() {}
