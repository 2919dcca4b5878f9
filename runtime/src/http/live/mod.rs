//! The live page: the files in this folder, as they are, and who gets it. It holds no data and runs nothing but itself; what
//! it shows it asks `/status` for, by the rules that hold for everybody.

use std::sync::OnceLock;

use hyper::{
    body::Bytes,
    header::{self, HeaderMap},
};

use super::{
    encoding::{gzip, quality_of},
    pages,
    response::{JSON, Page},
};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
/// RFC 9239.
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// What the page may do: load its own files, ask its own server, and nothing else. No text can become code in it.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// One file, and what is sent of it to who takes gzip, made when it is first asked for.
pub(super) struct File {
    pub(super) name: &'static str,
    content_type: &'static str,
    pub(super) text: &'static str,
    gzipped: OnceLock<Bytes>,
}

impl File {
    const fn new(name: &'static str, content_type: &'static str, text: &'static str) -> Self {
        Self { name, content_type, text, gzipped: OnceLock::new() }
    }

    fn page(&'static self, headers: &HeaderMap) -> Page {
        let compress = pages::compresses(headers);
        let body = if compress {
            self.gzipped.get_or_init(|| gzip(self.text.as_bytes()).into()).clone()
        } else {
            Bytes::from_static(self.text.as_bytes())
        };
        pages::compressed_page(self.content_type, body, compress)
            .with(header::CONTENT_SECURITY_POLICY, POLICY)
    }
}

/// Files below `/status/`, by their names there.
macro_rules! files {
    ($($name:literal $content_type:expr),+ $(,)?) => {
        [$(File::new($name, $content_type, include_str!($name))),+]
    };
}

pub(super) static SHELL: File = File::new("", HTML, include_str!("page.html"));

pub(super) static FILES: [File; 18] = files![
    "buckets.js" SCRIPT,
    "cards.js" SCRIPT,
    "dom.js" SCRIPT,
    "draw.js" SCRIPT,
    "format.js" SCRIPT,
    "function.js" SCRIPT,
    "functions.js" SCRIPT,
    "health.js" SCRIPT,
    "history.js" SCRIPT,
    "icon.svg" SVG,
    "page.css" CSS,
    "page.js" SCRIPT,
    "poll.js" SCRIPT,
    "runs.js" SCRIPT,
    "settings.js" SCRIPT,
    "system.js" SCRIPT,
    "theme.js" SCRIPT,
    "top.js" SCRIPT,
];

/// Whether a client wants a page more than JSON, as browsers say of themselves. Who does not say gets JSON.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let Some(accept) = pages::joined(headers, &header::ACCEPT) else { return false };
    let quality = |media: &str| quality_of(&accept, media);
    let html = quality("text/html").or_else(|| quality("text/*")).unwrap_or(0);
    let json = [JSON, "application/*", "*/*"].into_iter().find_map(quality).unwrap_or(0);
    html > json
}

/// What a browser gets for `/status`.
pub(super) fn shell(headers: &HeaderMap) -> Page {
    SHELL.page(headers).with(header::VARY, pages::VARY_OF_STATUS)
}

/// `/status/{file}`.
pub(super) fn file(headers: &HeaderMap, name: &str) -> Page {
    match FILES.iter().find(|file| file.name == name) {
        Some(file) => file.page(headers).with(header::VARY, "Accept-Encoding"),
        None => pages::no_such_page(),
    }
}
