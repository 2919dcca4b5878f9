//! What the server counts about itself, for `/status`: atomics in tables whose size no client can change.

use std::sync::atomic::{AtomicU64, Ordering};

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::{routes::Route, watch::Phase};

/// Every status code the routes answer with.
const CODES: [StatusCode; 9] = [
    StatusCode::OK,
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::MISDIRECTED_REQUEST,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

#[derive(Debug, Default)]
pub(super) struct Figures {
    /// By route, then by code; unknown paths share one row.
    requests: [[AtomicU64; CODES.len()]; Route::ALL.len() + 1],
    /// Scrapes that got the bytes of a rendering that others had begun.
    pub(super) shared_scrapes: AtomicU64,
    /// Scrapes that were not finished in time.
    pub(super) late_scrapes: AtomicU64,
    /// Connections that got a place.
    pub(super) accepted: AtomicU64,
    /// Connections closed at once because all places were taken by connections being answered.
    pub(super) refused: AtomicU64,
    /// Connections closed to give their place to another.
    pub(super) displaced: AtomicU64,
    /// Times the system could not hand over a connection.
    pub(super) accept_failures: AtomicU64,
    /// Connections cut because a client took too long, by what it was at.
    late: [AtomicU64; Phase::ALL.len()],
}

impl Figures {
    pub(super) fn count_request(&self, route: Option<Route>, code: StatusCode) {
        let row = route.map_or(Route::ALL.len(), |route| route as usize);
        let column = CODES.iter().position(|known| *known == code);
        debug_assert!(column.is_some(), "{code} is missing from the table");
        if let Some(column) = column {
            add(&self.requests[row][column]);
        }
    }

    pub(super) fn count_late(&self, phase: Phase) {
        add(&self.late[phase as usize]);
    }

    /// The figures as `/status` shows them: what is zero is left out of the tables.
    pub(super) fn to_json(&self) -> Value {
        let paths = Route::ALL.iter().map(|route| route.path()).chain(["other"]);
        let requests: Map<_, _> = paths
            .zip(&self.requests)
            .map(|(path, row)| {
                (path.to_owned(), seen(CODES.map(|code| code.as_u16()).iter().zip(row)))
            })
            .filter(|(_, codes)| codes.as_object().is_some_and(|codes| !codes.is_empty()))
            .collect();
        json!({
            "requests": requests,
            "scrapes": { "shared": read(&self.shared_scrapes), "late": read(&self.late_scrapes) },
            "connections": {
                "accepted": read(&self.accepted),
                "refused_over_limit": read(&self.refused),
                "displaced_over_limit": read(&self.displaced),
                "accept_failures": read(&self.accept_failures),
                "timed_out": seen(Phase::ALL.iter().map(|phase| phase.word()).zip(&self.late)),
            },
        })
    }
}

fn seen<'a, K: ToString>(cells: impl Iterator<Item = (K, &'a AtomicU64)>) -> Value {
    let counts = cells.map(|(key, cell)| (key.to_string(), read(cell)));
    Value::Object(counts.filter(|(_, count)| *count > 0).map(|(key, n)| (key, n.into())).collect())
}

pub(super) fn add(cell: &AtomicU64) {
    cell.fetch_add(1, Ordering::Relaxed);
}

fn read(cell: &AtomicU64) -> u64 {
    cell.load(Ordering::Relaxed)
}
