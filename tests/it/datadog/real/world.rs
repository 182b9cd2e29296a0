//! What the peers of a row do, as data.

/// All peers of a row. Only those are asked that its definition names.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct World {
    /// What HTTP requests are answered with.
    pub page: Page,
    /// Other answers, for paths that begin like this.
    pub pages: &'static [(&'static str, Page)],
    /// What gRPC calls are answered with.
    pub calls: Calls,
    /// What the endpoint for tokens must be sent.
    pub token_needs: &'static [&'static str],
    /// Protocols of the HTTPS server, the preferred one first.
    pub alpn: &'static [&'static str],
    /// Whether the HTTPS server demands a client certificate of the lab.
    pub wants_certificate: bool,
    /// What the proxy must be sent; when there is something, somebody must have come through it.
    pub proxy_needs: &'static [&'static str],
    /// The records of the name server, whichever name is asked for: type and value.
    pub records: &'static [(&'static str, &'static str)],
    /// The certificate of the TLS server.
    pub certificate: Certificate,
    /// What a datagram is answered with; with itself when there is nothing.
    pub datagram: Option<&'static str>,
    /// The scenario of the lab that WebSockets are opened to.
    pub socket: &'static str,
    /// Whether somebody listens on the TCP port.
    pub listens: bool,
}

/// What an HTTP request is answered with.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Page {
    pub status: u16,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: &'static str,
    /// The body is filled up with spaces until it has so many bytes.
    pub length: usize,
    /// Texts that the request must have, in its head (with names of headers in small letters) or body.
    pub needs: &'static [&'static str],
    pub guard: Guard,
    pub moves: Moves,
}

/// Who may see a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Guard {
    /// Everybody.
    Open,
    /// Who sends `basic` with this.
    Basic(&'static str),
    /// Who shakes hands by NTLM.
    Ntlm,
    /// Who signs the request with this key as AWS has it.
    Signed(&'static str),
    /// Who shows a token of the endpoint for tokens.
    Token,
    /// Who does any of this, as the user `username` where there is one.
    Any,
}

/// Where a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Moves {
    /// Where it is asked for.
    No,
    /// Behind a redirect.
    Yes,
    /// Behind a redirect that sets a cookie, which must come back.
    WithCookie,
}

/// What gRPC calls are answered with.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Calls {
    /// The health of everything: 1 is `SERVING`.
    pub health: u8,
    /// Texts that a call must have, in its metadata or message.
    pub needs: &'static [&'static str],
    /// Metadata of the answer.
    pub metadata: &'static [(&'static str, &'static str)],
}

/// The certificate of the TLS server.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Certificate {
    /// How long it is still valid.
    pub days: u64,
    /// Whether it signed itself; if not, the lab's authority did, which nobody trusts.
    pub is_self_signed: bool,
}

/// A page of text.
pub(in super::super) const OK: Page = Page {
    status: 200,
    headers: &[("content-type", "text/plain")],
    body: "ok",
    length: 0,
    needs: &[],
    guard: Guard::Open,
    moves: Moves::No,
};

/// A page of JSON, whose `topKey` is not 0.
pub(in super::super) const JSON: Page = Page {
    headers: &[("content-type", "application/json")],
    body: r#"{"topKey": "1", "something": 6, "slideshow": {}}"#,
    ..OK
};

/// Peers that answer as one would wish.
pub(in super::super) const WORLD: World = World {
    page: OK,
    pages: &[],
    calls: Calls { health: 1, needs: &[], metadata: &[] },
    token_needs: &[],
    alpn: &["h2", "http/1.1"],
    wants_certificate: false,
    proxy_needs: &[],
    records: &[],
    certificate: Certificate { days: 89, is_self_signed: true },
    datagram: None,
    socket: "websocket/ok-text",
    listens: true,
};

/// The same with another page.
pub(in super::super) const fn showing(page: Page) -> World {
    World { page, ..WORLD }
}

/// The same with these records.
pub(in super::super) const fn naming(records: &'static [(&'static str, &'static str)]) -> World {
    World { records, ..WORLD }
}

/// The same with this health.
pub(in super::super) const fn being(health: u8) -> World {
    World { calls: Calls { health, ..WORLD.calls }, ..WORLD }
}

/// The same with a certificate for so many days.
pub(in super::super) const fn valid(days: u64) -> World {
    World { certificate: Certificate { days, ..WORLD.certificate }, ..WORLD }
}
