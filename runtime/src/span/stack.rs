//! What runs on a thread, innermost last: observed calls, attached contexts, foreign spans that were
//! entered. Each is a [`Node`], linked through the nodes themselves.
//!
//! Only the thread that linked a node follows the link, and it unlinks the node before it can move or
//! go. (A coroutine with a stack of its own that moves between threads breaks this, as it breaks every
//! thread-local; libraries that allow it say so and make it `unsafe`.) Nodes may go in another order
//! than they came: a span held over an `await`, a coroutine.

use super::{kept::InTrace, live::Span};
use std::{
    cell::{Cell, UnsafeCell},
    fmt,
    marker::{PhantomData, PhantomPinned},
    mem::MaybeUninit,
    ops::{Deref, DerefMut},
    ptr::{NonNull, null, null_mut},
};

thread_local! {
    /// What runs innermost on this thread. Invariant: null, or alive and in place, and so is every
    /// node that can be reached from it: whoever links a node unlinks it before the borrow ends that
    /// keeps it so.
    static TOP: Cell<*const Node> = const { Cell::new(null()) };
}

/// In what callees took: somebody said how the call ended. A call whose callees took longer than itself takes the rare
/// way to its end, so that to say it costs those nothing of whom nobody says it.
const TOLD: u64 = 1 << 63;

/// What runs above a node that points here is no part of what runs below. Never followed.
const BARRIER: *mut Span = std::ptr::without_provenance_mut(1);

/// One thing that runs on a thread. It has no destructor, which every observed function would carry: who
/// gave it a span takes that away.
pub(crate) struct Node {
    below: Cell<*const Node>,
    /// Time taken by observed callees, in units of the clock.
    callees: Cell<u64>,
    /// Null where the node says nothing of spans, and what is below counts. Invariant: else `BARRIER`,
    /// or a span that whoever put it here keeps in place until it is taken away, and that only this
    /// thread touches meanwhile.
    span: Cell<*mut Span>,
    /// Others point here: a box or reference of a node is not the only way to it.
    _pinned: PhantomPinned,
}

/// Where the span of a node is kept that has no other place.
pub(crate) struct Place(UnsafeCell<MaybeUninit<Span>>);

impl Place {
    /// An empty one.
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }
}

impl Node {
    /// A node that is not linked and has no span.
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self {
            below: Cell::new(null()),
            callees: Cell::new(0),
            span: Cell::new(null_mut()),
            _pinned: PhantomPinned,
        }
    }

    /// Puts the node on top of what runs. It must be unlinked before it moves or goes.
    #[inline(always)]
    pub(crate) fn link(&self) {
        self.below.set(TOP.replace(self));
    }

    /// Whether the node is on top.
    #[inline(always)]
    pub(crate) fn is_top(&self) -> bool {
        std::ptr::eq(TOP.get(), self)
    }

    /// Takes the node, which is on top, out of what runs, and charges what is below with the time this
    /// one ran.
    #[inline(always)]
    pub(crate) fn unlink_top(&self, ran: u64) {
        TOP.set(self.below.get());
        self.charge(ran);
    }

    /// The same for a node that others may have been linked above.
    #[inline(always)]
    pub(crate) fn unlink(&self, ran: u64) {
        let top = TOP.get();
        if std::ptr::eq(top, self) {
            self.unlink_top(ran);
        } else {
            self.unlink_from_within(top, ran);
        }
    }

    #[inline(always)]
    fn charge(&self, ran: u64) {
        // SAFETY: this node was linked a moment ago, so what it is above of is null or linked.
        if let Some(below) = unsafe { self.below.get().as_ref() } {
            below.callees.set(below.callees.get().wrapping_add(ran)); // 136 years fit
        }
    }

    /// Takes out a node that others were linked above, if it is on this thread.
    #[cold]
    #[inline(never)]
    fn unlink_from_within(&self, mut above: *const Self, ran: u64) {
        // SAFETY: the invariant of `TOP`.
        while let Some(node) = unsafe { above.as_ref() } {
            if std::ptr::eq(node.below.get(), self) {
                node.below.set(self.below.get());
                self.charge(ran);
                return;
            }
            above = node.below.get();
        }
    }

    /// Time taken by observed callees.
    #[inline(always)]
    pub(crate) fn callees(&self) -> u64 {
        self.callees.get() & !TOLD
    }

    /// The call's own part of its duration; `None` where there may be more to know of it, or callees took longer than
    /// there was.
    #[inline(always)]
    pub(crate) fn own_part(&self, duration: u64) -> Option<u64> {
        duration.checked_sub(self.callees.get())
    }

    /// Somebody says how the call ends.
    pub(crate) fn mark_told(&self) {
        self.callees.set(self.callees.get() | TOLD);
    }

    /// What was said is known.
    pub(crate) fn unmark_told(&self) {
        self.callees.set(self.callees());
    }

    /// Whether somebody said how the call ends.
    #[inline(always)]
    pub(crate) fn is_told(&self) -> bool {
        self.callees.get() & TOLD != 0
    }

    /// Whether the node says anything of spans.
    #[inline(always)]
    pub(crate) fn is_marked(&self) -> bool {
        !self.span.get().is_null()
    }

    /// The span, if there is one.
    #[inline(always)]
    fn span(&self) -> Option<NonNull<Span>> {
        let span = self.span.get();
        if span == BARRIER { None } else { NonNull::new(span) }
    }

    /// What runs above is no part of what runs below.
    pub(crate) fn set_barrier(&self) {
        self.span.set(BARRIER);
    }

    /// Gives the node a span, kept in `place`, which like the node stays where it is until it is taken.
    #[inline(always)]
    pub(crate) fn put_span(&self, place: &Place, span: Span) {
        let place: *mut MaybeUninit<Span> = place.0.get();
        // SAFETY: nobody else has a place while its node has no span.
        self.span.set(unsafe { (*place).write(span) });
    }

    /// Takes the span away that [`put_span`](Self::put_span) gave.
    #[inline(always)]
    pub(crate) fn take_span(&self) -> Option<Span> {
        let span = self.span()?;
        self.span.set(null_mut());
        // SAFETY: the invariant of `span`; it was written by `put_span`, and is read once.
        Some(unsafe { span.read() })
    }

    /// The same, the span staying in its place until what is given is dropped.
    #[inline(always)]
    pub(crate) fn take_span_in_place(&self) -> Option<InPlace<'_>> {
        let span = self.span()?;
        self.span.set(null_mut());
        Some(InPlace { span, _node: PhantomData })
    }

    /// Forgets the span that [`put_span`](Self::put_span) gave, which owns nothing that must be dropped.
    #[inline(always)]
    pub(crate) fn forget_span(&self) {
        self.span.set(null_mut());
    }

    /// Gives the node a span that is kept elsewhere.
    #[inline(always)]
    pub(crate) fn lend_span(&self, span: &Carried) {
        self.span.set(span.0.as_ptr());
    }

    /// Ends what [`lend_span`](Self::lend_span) began.
    #[inline(always)]
    pub(crate) fn return_span(&self) {
        self.span.set(null_mut());
    }

    /// Looks at the span, if there is one. `look` must run no code but ours: what it is given is
    /// borrowed for as long as it runs.
    #[inline(always)]
    pub(crate) fn with_span<R>(&self, look: impl FnOnce(&mut Span) -> R) -> Option<R> {
        // SAFETY: the invariant of `span`; `look` cannot come back here, since it runs only our code.
        self.span().map(|mut span| look(unsafe { span.as_mut() }))
    }

    /// The nearest node below that says anything of spans, if that is a span.
    #[inline(always)]
    pub(crate) fn below_with_span(&self) -> Option<&Self> {
        // SAFETY: a linked node is above linked nodes.
        nearest(unsafe { self.below.get().as_ref() })
    }
}

/// A span that no node has any more, still in its place.
pub(crate) struct InPlace<'n> {
    /// Invariant: written by `put_span`, and touched through this alone until it is dropped with it.
    span: NonNull<Span>,
    _node: PhantomData<&'n Node>,
}

impl Deref for InPlace<'_> {
    type Target = Span;

    #[inline(always)]
    fn deref(&self) -> &Span {
        // SAFETY: the invariant of `span`; its place outlives the borrow of its node.
        unsafe { self.span.as_ref() }
    }
}

impl DerefMut for InPlace<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Span {
        // SAFETY: as above.
        unsafe { self.span.as_mut() }
    }
}

impl Drop for InPlace<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: as above; it is dropped once, and read by nobody after.
        unsafe { self.span.drop_in_place() };
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").finish_non_exhaustive()
    }
}

/// A span that goes with a call from part to part, whose nodes it is lent to.
pub(crate) struct Carried(NonNull<Span>);

// SAFETY: it owns a span, which may be sent and shared, and lends it to one node at a time, on the
// thread that has `&mut` of the call.
unsafe impl Send for Carried {}
// SAFETY: nothing can be done with `&Carried` but lend it, which takes a call that runs.
unsafe impl Sync for Carried {}

impl Carried {
    /// Keeps a span.
    pub(crate) fn new(span: Span) -> Self {
        Self(NonNull::from(Box::leak(Box::new(span))))
    }

    /// Looks at it while no node has it.
    pub(crate) fn get_mut(&mut self) -> &mut Span {
        // SAFETY: it owns the span, and no node has it.
        unsafe { self.0.as_mut() }
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        // SAFETY: from a box in `new`.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carried").finish_non_exhaustive()
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("marked", &self.is_marked()).finish_non_exhaustive()
    }
}

#[inline(always)]
fn nearest(mut node: Option<&Node>) -> Option<&Node> {
    while let Some(known) = node {
        if known.is_marked() {
            // SAFETY: the invariant of `span`; nobody looks at one while this thread looks for one.
            match known.span().map(|span| unsafe { span.as_ref() }.place_in_trace()) {
                None | Some(InTrace::Barrier) => return None,
                Some(InTrace::Span | InTrace::Context) => return Some(known),
                Some(InTrace::Apart | InTrace::Beside) => {}
            }
        }
        // SAFETY: a linked node is above linked nodes.
        node = unsafe { known.below.get().as_ref() };
    }
    None
}

/// Looks at the innermost node with a span, if there is one.
#[inline(always)]
pub(crate) fn with_nearest<R>(look: impl FnOnce(Option<&Node>) -> R) -> R {
    // SAFETY: the invariant of `TOP`; what runs below `look` goes on running meanwhile.
    look(nearest(unsafe { TOP.get().as_ref() }))
}

/// Looks at the innermost node with a span. It runs for as long as `look` does: on this thread, which
/// is busy with `look`.
pub(crate) fn with_current<R>(look: impl FnOnce(&Node) -> R) -> Option<R> {
    with_nearest(|node| node.map(look))
}

/// Whether anything runs here at all.
#[inline(always)]
pub(crate) fn is_empty() -> bool {
    TOP.get().is_null()
}

/// Visits what runs, innermost first, until `visit` says that it has seen enough.
pub(crate) fn visit(mut visit: impl FnMut(&Node) -> bool) {
    let mut node = TOP.get();
    // SAFETY: the invariant of `TOP`; what runs below `visit` goes on running meanwhile.
    while let Some(known) = unsafe { node.as_ref() } {
        if !visit(known) {
            return;
        }
        node = known.below.get();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth() -> usize {
        let mut depth = 0;
        visit(|_| {
            depth += 1;
            true
        });
        depth
    }

    #[test]
    fn nodes_may_go_in_any_order() {
        let nodes: Vec<_> = (0..3).map(|_| Box::new(Node::new())).collect();
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0], [0, 2, 1], [2, 0, 1]] {
            for node in &nodes {
                node.link();
            }
            for (gone, index) in order.into_iter().enumerate() {
                nodes[index].unlink(1);
                assert_eq!(depth(), 2 - gone);
            }
        }
    }

    #[test]
    fn time_is_charged_to_what_is_below_at_the_end() {
        let [outer, middle, inner] = [Node::new(), Node::new(), Node::new()];
        outer.link();
        middle.link();
        inner.link();
        middle.unlink(5);
        inner.unlink(7);
        assert_eq!(outer.callees(), 12);
        outer.unlink(20);
    }

    #[test]
    fn a_node_of_another_thread_is_left_alone() {
        let node = Box::new(Node::new());
        node.link();
        let address = std::ptr::from_ref(&*node).addr();
        std::thread::spawn(move || {
            let own = Node::new();
            own.link();
            let foreign = Node::new();
            foreign.below.set(std::ptr::without_provenance(address)); // never followed
            foreign.unlink(1);
            assert_eq!(depth(), 1);
            foreign.below.set(null());
            own.unlink(1);
        })
        .join()
        .unwrap();
        assert_eq!(depth(), 1);
        node.unlink(1);
    }
}
