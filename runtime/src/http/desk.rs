//! Where other servers hand over requests: they are answered on our own thread, within our own limits, since a scrape may
//! block and their runtime is not ours to wait on. Neither side waits for the other without end.

use std::{net::SocketAddr, pin::pin, sync::Arc};

use http_body_util::Empty;
use hyper::{Method, Request, Response, body::Bytes};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::JoinSet,
};

use super::{
    pages,
    response::Page,
    routes::{self, Route},
    server::{App, Client, Stop, unless},
};

/// A request without its body, and who waits for the answer.
#[derive(Debug)]
struct Order {
    request: Request<Empty<Bytes>>,
    peer: Option<SocketAddr>,
    answer: oneshot::Sender<Response<Bytes>>,
}

/// Takes requests.
#[derive(Clone, Debug)]
pub(crate) struct Desk(mpsc::Sender<Order>);

/// What has been handed over.
pub(super) struct Orders {
    waiting: mpsc::Receiver<Order>,
    /// How many that may wait for a page are answered at one time.
    places: Arc<Semaphore>,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Ask {
    /// The answer comes here, unless the server ends before.
    Taken(oneshot::Receiver<Response<Bytes>>),
    /// There are too many.
    Busy,
    /// The server has ended.
    Ended,
}

impl Desk {
    pub(super) fn new(places: usize) -> (Self, Orders) {
        let (desk, waiting) = mpsc::channel(places);
        (Self(desk), Orders { waiting, places: Arc::new(Semaphore::new(places)) })
    }

    /// Hands over a request of `peer`.
    pub(crate) fn ask(&self, request: Request<()>, peer: Option<SocketAddr>) -> Ask {
        let (answer, answered) = oneshot::channel();
        let order = Order { request: request.map(|()| Empty::new()), peer, answer };
        match self.0.try_send(order) {
            Ok(()) => Ask::Taken(answered),
            Err(mpsc::error::TrySendError::Full(_)) => Ask::Busy,
            Err(mpsc::error::TrySendError::Closed(_)) => Ask::Ended,
        }
    }
}

/// Answers until the server stops, and then what has been begun.
pub(super) async fn serve(app: Arc<App>, mut orders: Orders, stop: Stop) {
    let mut tasks = JoinSet::new();
    let take = async {
        while let Some(order) = orders.waiting.recv().await {
            while tasks.try_join_next().is_some() {}
            if !Route::of(order.request.uri().path()).is_some_and(Route::may_wait) {
                answer(&app, order).await;
                continue;
            }
            let Ok(place) = Arc::clone(&orders.places).try_acquire_owned() else {
                send(&app, order, pages::over_the_cap());
                continue;
            };
            let app = Arc::clone(&app);
            tasks.spawn(async move {
                answer(&app, order).await;
                drop(place);
            });
        }
    };
    let _ = unless(pin!(stop.wait()), take).await;
    // Whoever waits to be taken learns at once that nobody comes.
    drop(orders);
    while tasks.join_next().await.is_some() {}
}

async fn answer(app: &App, order: Order) {
    let client = Client { peer: order.peer, is_mounted: true };
    let page = routes::answer(app, &order.request, client).await;
    send(app, order, page);
}

fn send(app: &App, order: Order, page: Page) {
    let Order { request, answer, .. } = order;
    app.figures.count_request(Route::of(request.uri().path()), page.status);
    // Its client may have gone.
    let _ = answer.send(page.into_mounted(request.method() == Method::HEAD));
}
