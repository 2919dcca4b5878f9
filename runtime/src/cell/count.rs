//! The numbers that shards are made of, and the two ways to write them.

use super::{
    arena::forever,
    local,
    sync::{ALLOCATION, AtomicU64, MutexGuard},
};
use std::{
    alloc::Layout,
    ptr::NonNull,
    sync::{
        PoisonError,
        atomic::Ordering::{Acquire, Relaxed, Release},
    },
};

/// A number that only grows.
#[derive(Debug)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    #[inline]
    pub(super) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// What [`Writer::add_float`] added up.
    pub(super) fn get_float(&self) -> f64 {
        f64::from_bits(self.get())
    }

    #[inline(always)]
    fn plus_float(bits: u64, more: f64) -> u64 {
        (f64::from_bits(bits) + more).to_bits()
    }

    /// Of what [`Writer::mark`] counts: what is read after it is as late as the last mark, or later.
    pub(super) fn get_marked(&self) -> u64 {
        self.0.load(Acquire)
    }
}

/// A sum of units. A float, because concurrent calls can add up to more than a `u64` of units
/// within weeks; whole units stay exact up to 2^53 of them (24 days). What is added is below 2^63
/// units (68 years), for only signed numbers become floats in one instruction.
#[derive(Debug)]
pub(super) struct Sum(AtomicU64);

impl Sum {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    #[inline]
    pub(super) fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Relaxed))
    }

    #[inline(always)]
    #[allow(clippy::cast_precision_loss)] // As above.
    fn plus(bits: u64, more: u64) -> u64 {
        (f64::from_bits(bits) + more.cast_signed() as f64).to_bits()
    }

    /// Adds `other`; the caller is the only writer.
    pub(super) fn absorb(&self, other: &Self) {
        self.0.store((self.get() + other.get()).to_bits(), Relaxed);
    }
}

/// How a shard is written.
pub(super) trait Writer {
    fn add(count: &Count, more: u64);
    fn add_sum(sum: &Sum, more: u64);
    /// Adds to a number that holds the bits of a float.
    fn add_float(float: &Count, more: f64);
    /// Adds 1: whoever sees it, sees all that was marked before.
    fn mark(count: &Count);
    /// A piece of memory for what a shard points to, that lives as long as the shard.
    fn memory(layout: Layout) -> NonNull<u8>;
    /// Held while allocating for a shard.
    fn allocation_right() -> Option<MutexGuard<'static, ()>>;
}

/// The shard belongs to the calling thread, its one writer: loads and stores do.
#[derive(Debug)]
pub(super) struct Single;

impl Writer for Single {
    #[inline(always)]
    fn add(count: &Count, more: u64) {
        count.0.store(count.0.load(Relaxed).wrapping_add(more), Relaxed);
    }

    #[inline(always)]
    fn add_sum(sum: &Sum, more: u64) {
        sum.0.store(Sum::plus(sum.0.load(Relaxed), more), Relaxed);
    }

    #[inline(always)]
    fn add_float(float: &Count, more: f64) {
        float.0.store(Count::plus_float(float.0.load(Relaxed), more), Relaxed);
    }

    #[inline(always)]
    fn mark(count: &Count) {
        count.0.store(count.0.load(Relaxed).wrapping_add(1), Release);
    }

    fn memory(layout: Layout) -> NonNull<u8> {
        local::memory(layout)
    }

    #[inline]
    fn allocation_right() -> Option<MutexGuard<'static, ()>> {
        None
    }
}

/// The shard is what threads left that ended: whoever holds the lock of its set is the one writer.
#[derive(Debug)]
pub(super) struct Locked;

impl Writer for Locked {
    fn add(count: &Count, more: u64) {
        Single::add(count, more);
    }

    fn add_sum(sum: &Sum, more: u64) {
        Single::add_sum(sum, more);
    }

    fn add_float(float: &Count, more: f64) {
        Single::add_float(float, more);
    }

    fn mark(count: &Count) {
        Single::mark(count);
    }

    fn memory(layout: Layout) -> NonNull<u8> {
        forever(layout)
    }

    fn allocation_right() -> Option<MutexGuard<'static, ()>> {
        None
    }
}

/// The shard has many writers: those whose threads are past having locals.
#[derive(Debug)]
pub(super) struct Shared;

impl Writer for Shared {
    fn add(count: &Count, more: u64) {
        count.0.fetch_add(more, Relaxed);
    }

    fn add_sum(sum: &Sum, more: u64) {
        let add = |bits| Some(Sum::plus(bits, more));
        let _: Result<u64, u64> = sum.0.fetch_update(Relaxed, Relaxed, add);
    }

    fn add_float(float: &Count, more: f64) {
        let add = |bits| Some(Count::plus_float(bits, more));
        let _: Result<u64, u64> = float.0.fetch_update(Relaxed, Relaxed, add);
    }

    fn mark(count: &Count) {
        count.0.fetch_add(1, Release);
    }

    fn memory(layout: Layout) -> NonNull<u8> {
        forever(layout)
    }

    fn allocation_right() -> Option<MutexGuard<'static, ()>> {
        Some(ALLOCATION.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
