//! Functions that return a value.

use crate::figures::{Figures, NONE, errors, figures, ok};
use observant::observe;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[observe]
fn free(left: u64, right: u64) -> u64 {
    assert_eq!(figures!("free").in_flight, 1);
    left + right
}

#[test]
fn free_function() {
    assert_eq!(figures!("free"), NONE, "listed before the first call");
    assert_eq!(free(1, 2), 3);
    assert_eq!(free(3, 4), 7);
    assert_eq!(figures!("free"), ok(2));
}

#[observe]
fn unit() {}

#[observe]
fn fallible_unit() -> Result<(), String> {
    assert_eq!(figures!("fallible_unit").in_flight, 1);
    Ok(())
}

#[test]
fn nothing_returned() {
    unit();
    fallible_unit().unwrap();
    assert_eq!(figures!("unit"), ok(1));
    assert_eq!(figures!("fallible_unit"), ok(1));
}

struct Account {
    balance: i64,
    log: Vec<String>,
}

impl Account {
    #[observe]
    fn open(balance: i64) -> Self {
        Self { balance, log: Vec::new() }
    }

    #[observe]
    fn withdraw(&mut self, amount: i64) -> Result<i64, Overdrawn> {
        if amount > self.balance {
            return Err(Overdrawn);
        }
        self.balance -= amount;
        self.note(format_args!("-{amount}"))?;
        Ok(self.balance)
    }

    #[observe]
    fn note(&mut self, text: impl Display) -> Result<(), Overdrawn> {
        self.log.push(text.to_string());
        Ok(())
    }

    #[observe]
    fn last(&mut self) -> Option<&mut String> {
        self.log.last_mut()
    }

    #[observe]
    fn checked_last(&mut self) -> Result<&mut String, Overdrawn> {
        let last = self.log.last_mut().ok_or(Overdrawn)?;
        last.push('!');
        Ok(last)
    }

    #[observe(name = "Account::close")]
    fn close(self) -> Vec<String> {
        self.log
    }
}

#[derive(Debug)]
struct Overdrawn;

#[test]
fn methods() {
    let mut account = Account::open(10);
    assert_eq!(account.withdraw(4).unwrap(), 6);
    account.withdraw(7).unwrap_err();
    account.last().unwrap().push('?');
    assert_eq!(account.checked_last().unwrap(), "-4?!");
    assert_eq!(account.close(), ["-4?!"]);
    assert_eq!(figures!("open"), ok(1));
    assert_eq!(figures!("withdraw"), errors(1, &["Overdrawn"]));
    assert_eq!(figures!("note"), ok(1));
    assert_eq!(figures!("last"), ok(1));
    assert_eq!(figures!("checked_last"), ok(1));
    assert_eq!(figures!("Account::close"), ok(1));
}

#[observe]
fn generic<T: Clone, const N: usize>(value: &T) -> [T; N] {
    std::array::from_fn(|_| value.clone())
}

#[observe]
fn generic_result<T, E>(result: Result<T, E>) -> Result<Option<T>, E>
where
    T: PartialEq,
{
    result.map(Some)
}

#[test]
fn generics_share_one_callsite() {
    assert_eq!(generic::<_, 2>(&'a'), ['a', 'a']);
    assert_eq!(generic::<_, 3>(&1), [1, 1, 1]);
    generic_result::<u8, String>(Ok(1)).unwrap();
    generic_result::<u8, Overdrawn>(Err(Overdrawn)).unwrap_err();
    assert_eq!(figures!("generic"), ok(2));
    assert_eq!(figures!("generic_result"), errors(1, &["Overdrawn"]));
}

#[observe]
fn longest<'a>(left: &'a str, right: &'a str) -> &'a str {
    if left.len() > right.len() { left } else { right }
}

#[observe]
fn first<'a>(words: &'a [String], _: &str) -> Result<&'a str, &'static str> {
    Ok(words.first().ok_or("empty")?.as_str())
}

#[observe]
fn reborrowed(numbers: &mut Vec<u8>) -> Result<&mut u8, ()> {
    numbers.push(1);
    match numbers.last_mut() {
        Some(last) => Ok(last),
        None => Err(()),
    }
}

#[test]
fn lifetimes_from_arguments() {
    let words = [String::from("one")];
    assert_eq!(longest("a", "bc"), "bc");
    assert_eq!(first(&words, ""), Ok("one"));
    assert_eq!(first(&[], ""), Err("empty"));
    let mut numbers = vec![];
    *reborrowed(&mut numbers).unwrap() += 1;
    assert_eq!(numbers, [2]);
    assert_eq!(figures!("longest"), ok(1));
    assert_eq!(figures!("first").error, 1);
    assert_eq!(figures!("reborrowed"), ok(1));
}

#[observe]
fn opaque(upto: u8) -> impl Iterator<Item = u8> {
    0..upto
}

#[observe]
fn nested_opaque(upto: u8) -> Result<Vec<Option<impl Display>>, Box<dyn std::error::Error>> {
    let upto: u8 = upto.to_string().parse()?;
    Ok((0..upto).map(Some).collect())
}

#[observe]
fn object(long: bool) -> Result<Box<dyn Display>, Overdrawn> {
    if long {
        return Ok(Box::new("long"));
    }
    Ok(Box::new(1))
}

#[test]
fn opaque_types() {
    assert_eq!(opaque(3).count(), 3);
    assert_eq!(nested_opaque(2).unwrap().len(), 2);
    assert_eq!(object(true).unwrap().to_string(), "long");
    assert_eq!(object(false).unwrap().to_string(), "1");
    assert_eq!(figures!("opaque"), ok(1));
    assert_eq!(figures!("nested_opaque"), ok(1));
    assert_eq!(figures!("object"), ok(2));
}

#[observe]
fn never() -> ! {
    panic!("out")
}

#[observe]
fn panics(really: bool) -> Result<(), String> {
    assert!(!really, "really");
    Ok(())
}

#[test]
fn panics_are_an_outcome() {
    catch_unwind(|| never()).unwrap_err();
    catch_unwind(|| panics(true)).unwrap_err();
    panics(false).unwrap();
    assert_eq!(figures!("never"), Figures { panic: 1, ..NONE });
    assert_eq!(figures!("panics"), Figures { ok: 1, panic: 1, ..NONE });
}

/// A call made while another panic unwinds ends as it ends.
#[test]
fn a_call_during_unwinding_is_not_a_panic() {
    struct Caller;
    impl Drop for Caller {
        fn drop(&mut self) {
            during_unwinding();
            during_unwinding_fallible().unwrap();
        }
    }
    catch_unwind(|| {
        let _caller = Caller;
        panic!("elsewhere");
    })
    .unwrap_err();
    assert_eq!(figures!("during_unwinding"), ok(1));
    assert_eq!(figures!("during_unwinding_fallible"), ok(1));
}

/// One that is caught within a destructor that an unwind runs: nobody but the function's own frame can tell.
#[test]
fn a_panic_during_unwinding_is_one_of_the_function_that_can_fail() {
    struct Caller;
    impl Drop for Caller {
        fn drop(&mut self) {
            catch_unwind(|| located_during_unwinding(true)).unwrap_err();
            catch_unwind(|| recursive_during_unwinding(1)).unwrap_err();
            located_during_unwinding(false).unwrap_err();
        }
    }
    catch_unwind(|| {
        let _caller = Caller;
        panic!("elsewhere");
    })
    .unwrap_err();
    let located = figures!("located_during_unwinding");
    assert_eq!((located.panic, located.error), (1, 1));
    assert_eq!(figures!("recursive_during_unwinding"), Figures { panic: 2, ..NONE });
}

#[observe]
#[track_caller]
fn located_during_unwinding(panics: bool) -> Result<u8, String> {
    assert!(!panics, "inner");
    Err("error".to_owned())
}

#[observe]
fn recursive_during_unwinding(depth: u8) -> Result<u8, String> {
    assert!(depth > 0, "inner");
    recursive_during_unwinding(depth - 1)
}

#[observe]
fn during_unwinding() {}

#[observe]
fn during_unwinding_fallible() -> Result<(), ()> {
    Ok(())
}

#[observe]
fn factorial(n: u64) -> Result<u64, String> {
    if n == 0 { Ok(1) } else { Ok(n * factorial(n - 1)?) }
}

#[observe]
fn countdown(n: u64) -> u64 {
    assert!(figures!("countdown").in_flight > 0);
    if n == 0 { figures!("countdown").in_flight } else { countdown(n - 1) }
}

#[test]
fn recursion() {
    assert_eq!(factorial(5), Ok(120));
    assert_eq!(countdown(3), 4);
    assert_eq!(figures!("factorial"), ok(6));
    assert_eq!(figures!("countdown"), ok(4));
}

#[observe]
unsafe fn raw(pointer: *const u8) -> u8 {
    // SAFETY: the caller promises a valid pointer.
    unsafe { *pointer }
}

/// # Safety
/// `pointer` is valid.
#[observe]
#[allow(unsafe_op_in_unsafe_fn, reason = "the body of an unsafe function stays one")]
unsafe fn raw_result(pointer: *const u8) -> Result<u8, ()> {
    Ok(*pointer)
}

#[observe]
extern "C" fn foreign(value: i32) -> i32 {
    value + 1
}

#[observe]
#[must_use = "the sum is all there is"]
#[inline]
fn marked(value: u8) -> Result<u8, String> {
    #![allow(clippy::needless_return)]
    #![allow(unused_variables, reason = "inner attributes move out")]
    let unused = 1;
    return value.checked_add(1).ok_or_else(String::new);
}

#[test]
fn qualifiers() {
    let byte = 7;
    // SAFETY: both pointers come from a reference.
    let read = unsafe { (raw(&raw const byte), raw_result(&raw const byte)) };
    assert_eq!(read, (7, Ok(7)));
    let pointer: extern "C" fn(i32) -> i32 = foreign;
    assert_eq!(pointer(1), 2);
    assert_eq!(marked(1), Ok(2));
    assert_eq!(figures!("raw"), ok(1));
    assert_eq!(figures!("raw_result"), ok(1));
    assert_eq!(figures!("foreign"), ok(1));
    assert_eq!(figures!("marked"), ok(1));
}

#[observe]
fn patterns((left, right): (u8, u8), [first, ..]: [u8; 2], mut sum: u8) -> Result<u8, ()> {
    sum += left + right + first;
    Ok(sum)
}

#[observe]
fn takes_ownership(text: String, call: impl FnOnce(String) -> usize) -> Result<usize, ()> {
    Ok(call(text))
}

#[test]
fn arguments() {
    assert_eq!(patterns((1, 2), [3, 4], 5), Ok(11));
    let mut seen = String::new();
    let length = takes_ownership("abc".to_owned(), |text| {
        seen.clone_from(&text);
        text.len()
    });
    assert_eq!((length, seen.as_str()), (Ok(3), "abc"));
    assert_eq!(figures!("patterns"), ok(1));
    assert_eq!(figures!("takes_ownership"), ok(1));
}

/// The value is handed over, not copied, dropped or leaked on the way.
#[observe]
fn hands_over(counted: std::rc::Rc<()>) -> Result<std::rc::Rc<()>, ()> {
    Ok(counted)
}

#[test]
fn the_value_is_handed_over_once() {
    let counted = std::rc::Rc::new(());
    let returned = hands_over(counted.clone()).unwrap();
    assert_eq!(std::rc::Rc::strong_count(&counted), 2);
    drop(returned);
    assert_eq!(std::rc::Rc::strong_count(&counted), 1);
}

#[observe]
fn on_threads() -> Result<(), ()> {
    Ok(())
}

#[test]
fn threads_that_are_gone_still_count() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..25).for_each(|_| on_threads().unwrap()));
        }
    });
    assert_eq!(figures!("on_threads"), ok(100));
}

#[observe]
fn function_pointer(value: &mut u8) -> Result<(), ()> {
    *value += 1;
    Ok(())
}

#[test]
fn as_a_value() {
    let function: fn(&mut u8) -> Result<(), ()> = function_pointer;
    let mut value = 1;
    catch_unwind(AssertUnwindSafe(|| function(&mut value))).unwrap().unwrap();
    assert_eq!(value, 2);
    assert_eq!(figures!("function_pointer"), ok(1));
}
