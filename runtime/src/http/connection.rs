//! One connection: hyper on a watched socket, cut when its client is late, closed so that the last response arrives.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    io::{self, IoSlice},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};

use super::{
    routes::{self, Route},
    server::{App, Client, Stop},
    watch::{Phase, Watch},
};

/// The least that hyper accepts as its limit.
const LEAST_HEADER_BYTES: usize = 8 * 1024;

/// Serves the connection until it ends, its client is late, or the server stops. `watch` is a new one.
pub(super) async fn serve(
    app: Arc<App>,
    socket: TcpStream,
    peer: SocketAddr,
    watch: Arc<Watch>,
    stop: Stop,
) {
    // Without it the last segment of a response may wait for an acknowledgement; if it fails, it does.
    let _ = socket.set_nodelay(true);
    let io = TokioIo::new(Watched { socket, watch: Arc::clone(&watch) });
    let service = service_fn(|request: Request<Incoming>| {
        let (app, watch) = (Arc::clone(&app), Arc::clone(&watch));
        Box::pin(async move {
            watch.answering();
            let page = routes::answer(&app, &request, Client::of(peer)).await;
            app.figures.count_request(Route::of(request.uri().path()), page.status);
            watch.responding(page.len(), page.has_place());
            Ok::<_, Infallible>(page.into_response(watch))
        })
    });
    let mut connection = http1::Builder::new()
        // `watch` does this.
        .header_read_timeout(None)
        // A client that has sent its request and closes its half still wants the answer.
        .half_close(true)
        .max_buf_size(app.limits.header_bytes.max(LEAST_HEADER_BYTES))
        .serve_connection(io, service);

    let mut sleep = pin!(sleep_until(Instant::now()));
    let mut stopped = pin!(stop.clone().wait());
    let mut stopping = false;
    let late: Option<Phase> = poll_fn(|cx| {
        // First, so that a response finished at the same moment says that it is the last; and by the order itself, since
        // its receivers are woken one after another.
        if !stopping && (stop.is_given() || stopped.as_mut().poll(cx).is_ready()) {
            stopping = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        if connection.poll_without_shutdown(cx).is_ready() {
            return Poll::Ready(None);
        }
        let Some((phase, deadline)) = watch.waiting() else { return Poll::Pending };
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(Some(phase))
    })
    .await;

    match late {
        Some(phase) => app.figures.count_late(phase),
        None if stopping => {}
        None => linger(connection.into_parts().io.into_inner().socket, stopped).await,
    }
}

/// How long, and for how many bytes, a closed connection is read on.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 256 * 1024;

/// Closes the socket so that its client sees the last response: with bytes unread, a system answers further ones with a
/// reset, at which the client's system may throw away what it has received (RFC 9112, section 9.6). So a refused body
/// or an endless header is read on for a moment.
async fn linger(mut socket: TcpStream, mut stopped: Pin<&mut impl Future>) {
    let _ = poll_fn(|cx| Pin::new(&mut socket).poll_shutdown(cx)).await;
    let rest = async {
        let (mut scrap, mut left) = ([0; 4096], LINGER_BYTES);
        while left > 0 && socket.readable().await.is_ok() {
            match socket.try_read(&mut scrap) {
                Ok(0) => break,
                Ok(read) => left = left.saturating_sub(read),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
    };
    let mut rest = pin!(timeout(LINGER, rest));
    // A server that stops waits for nobody's goodbye.
    poll_fn(|cx| {
        if stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        rest.as_mut().poll(cx).map(|_| ())
    })
    .await;
}

/// A socket that tells its watch what happens on it.
struct Watched {
    socket: TcpStream,
    watch: Arc<Watch>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.watch.received();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.socket).poll_write(cx, bytes))?;
        self.watch.sent();
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.socket).poll_write_vectored(cx, slices))?;
        self.watch.sent();
        Poll::Ready(Ok(written))
    }

    /// Otherwise hyper would copy each body into a buffer of its own.
    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
        self.watch.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
