//! The connections there are: how many may be, and which one goes when another comes.
//!
//! When all places are taken, the newcomer gets that of the connection which has been of no use for longest, be it at
//! rest, in the middle of its headers, or slow to take what it asked for: otherwise 64 sockets would keep Prometheus and
//! the kubelet out. A client at rest opens a new connection when it needs one; one that drips its headers, or sips at a
//! response, deserves no better. Nobody goes whose page is being made, so those who wait for pages get three quarters of
//! the places and no more ([`Limits::pages`](super::Limits)): the rest is for probes.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    net::TcpStream,
    task::{AbortHandle, JoinSet},
    time::Instant,
};

use super::{
    connection,
    figures::{Figures, add},
    server::{App, Stop},
    watch::Watch,
};

pub(super) struct Connections {
    places: usize,
    open: Mutex<Vec<Open>>,
}

struct Open {
    peer: IpAddr,
    watch: Arc<Watch>,
    task: AbortHandle,
}

impl Connections {
    pub(super) fn new(places: usize) -> Self {
        Self { places, open: Mutex::new(Vec::with_capacity(places)) }
    }

    fn open(&self) -> MutexGuard<'_, Vec<Open>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|open| !open.task.is_finished());
        open
    }

    /// Whether a newcomer takes the place of another.
    pub(super) fn is_full(&self) -> bool {
        self.open().len() >= self.places
    }

    /// Serves the connection among `tasks`, or closes it at once if nobody can go for it.
    pub(super) fn admit(
        &self,
        app: &Arc<App>,
        stop: &Stop,
        (socket, peer): (TcpStream, SocketAddr),
        tasks: &mut JoinSet<()>,
    ) {
        while tasks.try_join_next().is_some() {}
        let mut open = self.open();
        if open.len() >= self.places {
            let Some(longest) = longest_useless(&open) else {
                add(&app.figures.refused);
                return;
            };
            open.swap_remove(longest).task.abort();
            add(&app.figures.displaced);
        }
        add(&app.figures.accepted);
        let watch = Arc::new(Watch::new(app.limits));
        let serve =
            connection::serve(Arc::clone(app), socket, peer, Arc::clone(&watch), stop.clone());
        let task = tasks.spawn(serve);
        open.push(Open { peer: peer.ip(), watch, task });
    }

    /// Closes connections for somebody at `peer` who wants a page, since all places for such are taken: those whose clients
    /// should have taken theirs by now; or, if there are none, that of the address which has most of them, if it has more
    /// than `peer` has even then. So no address keeps another one out. The places are free when the tasks of the
    /// connections have run once more. Says whether there were any.
    pub(super) fn displace_for(&self, peer: IpAddr, figures: &Figures) -> bool {
        let mut open = self.open();
        let before = open.len();
        let is_slow: Vec<_> = open.iter().map(|open| open.watch.is_slow()).collect();
        let greediest = if is_slow.contains(&true) { None } else { greediest(&open, peer) };
        let mut index = 0;
        open.retain(|open| {
            let goes = is_slow[index] || greediest == Some(index);
            index += 1;
            if goes {
                open.task.abort();
                add(&figures.displaced);
            }
            !goes
        });
        open.len() < before
    }
}

/// The connection that has been taking a page for longest, of the address that takes most.
fn greediest(open: &[Open], peer: IpAddr) -> Option<usize> {
    let mut taking = HashMap::<IpAddr, (usize, (Instant, usize))>::new();
    for (index, open) in open.iter().enumerate() {
        let Some(since) = open.watch.taking_since() else { continue };
        let (count, longest) = taking.entry(open.peer).or_insert((0, (since, index)));
        *count += 1;
        *longest = (*longest).min((since, index));
    }
    let own = taking.get(&peer).map_or(0, |(count, _)| *count);
    let (count, (_since, index)) = taking.into_values().max_by_key(|(count, _)| *count)?;
    (count > own + 1).then_some(index)
}

fn longest_useless(open: &[Open]) -> Option<usize> {
    let useless = open.iter().enumerate();
    let useless = useless.filter_map(|(index, open)| Some((open.watch.useless_since()?, index)));
    useless.min().map(|(_since, index)| index)
}
