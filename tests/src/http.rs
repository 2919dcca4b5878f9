//! A raw HTTP/1.1 client: it sends the bytes it is told, so that tests can be as rude as they need.
//!
//! Uses the standard library alone, since the unit tests of the runtime include this file as well.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::OnceLock,
    time::Duration,
};

/// No answer of a server under test takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// Is told of a request, by its method and its target, and of its answer.
pub type Observer = fn(&str, &str, &Response);

static OBSERVER: OnceLock<Observer> = OnceLock::new();

/// Has `observer` told of every request of [`Client::request`] in this process from now on, unless another one is.
pub fn observe(observer: Observer) {
    let _ = OBSERVER.set(observer);
}

/// A response as it came.
#[derive(Clone, Debug)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty after HEAD.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header that is there once; `None` if it is not there.
    ///
    /// # Panics
    ///
    /// When it is there more than once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name);
        let value = values.next().map(|(_, value)| &**value);
        assert!(values.next().is_none(), "{name} twice");
        value
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// When it is not UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body of text")
    }
}

/// A connection.
#[derive(Debug)]
pub struct Client {
    socket: TcpStream,
    /// Read and not yet used.
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    ///
    /// # Panics
    ///
    /// When that fails.
    pub fn connect(address: SocketAddr) -> Self {
        Self::on(TcpStream::connect(address).expect("the server accepts"))
    }

    /// Speaks on a connection that is there.
    ///
    /// # Panics
    ///
    /// When it cannot be given a timeout.
    pub fn on(socket: TcpStream) -> Self {
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        socket.set_write_timeout(Some(PATIENCE)).expect("a timeout can be set");
        Self { socket, buffer: Vec::new() }
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    ///
    /// When the server has closed the connection.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.socket.write_all(bytes.as_ref())
    }

    /// Reads until there are so many bytes, which are still there for who reads on.
    ///
    /// # Errors
    ///
    /// When the connection ends or rests before.
    pub fn first_bytes(&mut self, count: usize) -> io::Result<()> {
        while self.buffer.len() < count {
            self.read_more()?;
        }
        Ok(())
    }

    /// From now on it is an error when the server takes nothing for so long.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub fn give_up_sending_after(&mut self, patience: Duration) -> io::Result<()> {
        self.socket.set_write_timeout(Some(patience))
    }

    /// Tells the server that nothing more comes.
    ///
    /// # Errors
    ///
    /// When the server has closed the connection.
    pub fn finish(&mut self) -> io::Result<()> {
        self.socket.shutdown(Shutdown::Write)
    }

    /// Sends a GET with the Host header of loopback and `headers`, and reads the answer.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn get(&mut self, target: &str, headers: &[&str]) -> Response {
        self.request("GET", target, headers)
    }

    /// Sends a request without body, and reads the answer.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn request(&mut self, method: &str, target: &str, headers: &[&str]) -> Response {
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        self.send(request).expect("the server reads");
        let response = self.response(method == "HEAD").expect("the server answers");
        if let Some(observer) = OBSERVER.get() {
            observer(method, target, &response);
        }
        response
    }

    /// Reads one response.
    ///
    /// # Errors
    ///
    /// When the connection ends or rests before it is whole.
    pub fn response(&mut self, to_head: bool) -> io::Result<Response> {
        let head = loop {
            match self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                Some(end) => break self.buffer.drain(..end + 4).collect::<Vec<_>>(),
                None => self.read_more()?,
            }
        };
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        let head = String::from_utf8(head).map_err(|_| invalid())?;
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
        let status = status.and_then(|rest| rest.get(..3)?.parse().ok()).ok_or_else(invalid)?;
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut response = Response { status, headers, body: Vec::new() };
        if !to_head {
            let length = response.header("content-length").and_then(|length| length.parse().ok());
            let length: usize = length.ok_or_else(invalid)?;
            while self.buffer.len() < length {
                self.read_more()?;
            }
            response.body = self.buffer.drain(..length).collect();
        }
        Ok(response)
    }

    /// Waits until the server closes the connection, and returns what it sent before.
    ///
    /// # Panics
    ///
    /// When it leaves the connection open.
    pub fn closed(mut self) -> Vec<u8> {
        match self.end() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => panic!("still open"),
            Ok(()) | Err(_) => self.buffer,
        }
    }

    /// Waits until the server says that nothing more comes.
    ///
    /// # Errors
    ///
    /// When it does not, or resets the connection.
    pub fn end(&mut self) -> io::Result<()> {
        loop {
            match self.read_more() {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        let mut chunk = [0; 16 * 1024];
        match self.socket.read(&mut chunk)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.buffer.extend_from_slice(&chunk[..read]);
                Ok(())
            }
        }
    }
}

/// A GET on a connection of its own.
///
/// # Panics
///
/// When there is no answer.
pub fn get(address: SocketAddr, target: &str) -> Response {
    Client::connect(address).get(target, &[])
}
