//! The connections there are: how many may be, and which one goes when another comes.
//!
//! When all places are taken, the newcomer gets that of the connection from which nothing has come for longest, be it at
//! rest or in the middle of its headers: otherwise 64 idle sockets would keep Prometheus and the kubelet out. A client
//! at rest opens a new connection when it needs one; one that drips its headers deserves no better.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    net::TcpStream,
    task::{AbortHandle, JoinSet},
};

use super::{
    connection,
    figures::add,
    server::{App, Stop},
    watch::Watch,
};

pub(super) struct Connections {
    places: usize,
    tasks: JoinSet<()>,
    open: Vec<Open>,
}

struct Open {
    watch: Arc<Watch>,
    task: AbortHandle,
}

impl Connections {
    pub(super) fn new(places: usize) -> Self {
        Self { places, tasks: JoinSet::new(), open: Vec::with_capacity(places) }
    }

    /// Serves the connection, or closes it at once if all places are taken by connections that are being answered.
    pub(super) fn admit(
        &mut self,
        app: &Arc<App>,
        stop: &Stop,
        socket: TcpStream,
        peer: SocketAddr,
    ) {
        while self.tasks.try_join_next().is_some() {}
        self.open.retain(|open| !open.task.is_finished());
        if self.open.len() >= self.places {
            let Some(longest) = self.longest_useless() else {
                add(&app.figures.refused);
                return;
            };
            self.open.swap_remove(longest).task.abort();
            add(&app.figures.displaced);
        }
        add(&app.figures.accepted);
        let watch = Arc::new(Watch::new(app.limits));
        let serve =
            connection::serve(Arc::clone(app), socket, peer, Arc::clone(&watch), stop.clone());
        let task = self.tasks.spawn(serve);
        self.open.push(Open { watch, task });
    }

    fn longest_useless(&self) -> Option<usize> {
        let useless = self.open.iter().enumerate();
        let useless =
            useless.filter_map(|(index, open)| Some((open.watch.useless_since()?, index)));
        useless.min().map(|(_since, index)| index)
    }

    /// Waits until there are none.
    pub(super) async fn ended(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}
