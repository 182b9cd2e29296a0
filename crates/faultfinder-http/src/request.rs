//! The request.

use crate::{Auth, CookieJar, Enough};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Proxy, Shared};
use faultfinder_taxonomy::word::{HashAlgorithm, HttpVersion};

/// One HTTP request and how it is made. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where to: an `http` or `https` URL.
    pub url: String,
    /// The method; any token of RFC 9110. `GET`.
    pub method: String,
    /// Headers in order; a name may repeat.
    pub headers: Vec<(String, String)>,
    /// Pairs that are added to the URL's query, percent-encoded.
    pub query: Vec<(String, String)>,
    /// Cookies that are sent.
    pub cookies: Vec<(String, String)>,
    /// What is sent with it.
    pub body: Body,
    /// Credentials.
    pub auth: Option<Box<Auth>>,
    /// Whether redirects are followed. No.
    pub follow_redirects: bool,
    /// How many redirects are followed at the most. 10.
    pub max_redirects: u32,
    /// Whether cookies that an answer sets are sent with the redirects after it.
    pub persist_cookies: bool,
    /// Cookies that it shares with other requests: those are sent, and what answers set is added. Without it, cookies are kept
    /// for the redirects of this request at most.
    pub cookie_jar: Option<CookieJar>,
    /// The version of HTTP.
    pub version: HttpVersion,
    /// The proxy that it goes through.
    pub proxy: Option<Box<Proxy>>,
    /// TLS, for `https` URLs.
    pub tls: Shared<TlsOptions>,
    /// The route to the target.
    pub client: Shared<ClientOptions>,
    /// How much of the decoded body is kept, in bytes. 5 MB.
    pub body_bytes_max: usize,
    /// The hashes that are made of the body as it comes. None.
    pub hashes: Vec<HashAlgorithm>,
    /// When enough of the body has come.
    pub enough: Enough,
}

/// What is sent with a request.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// Text, sent unchanged.
    Text(String),
    /// Bytes, sent unchanged.
    Bytes(Vec<u8>),
    /// JSON text; sets `content-type` when no header does.
    Json(String),
    /// Fields as `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
    /// Parts as `multipart/form-data` (RFC 7578).
    Multipart(Vec<Part>),
}

/// One part of a multipart body.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The file's name, when it is one.
    pub filename: Option<String>,
    /// Its media type, when it is said.
    pub content_type: Option<String>,
    /// The bytes.
    pub content: Vec<u8>,
}

impl Request {
    /// Most bytes of a decoded body that are kept.
    pub const BODY_BYTES_MAX: usize = faultfinder_taxonomy::BODY_BYTES_MAX;
    /// Most redirects that are followed when nothing is said.
    pub const REDIRECTS_MAX: u32 = 10;

    /// A GET of this URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            query: Vec::new(),
            cookies: Vec::new(),
            body: Body::None,
            auth: None,
            follow_redirects: false,
            max_redirects: Self::REDIRECTS_MAX,
            persist_cookies: false,
            cookie_jar: None,
            version: HttpVersion::Auto,
            proxy: None,
            tls: Shared::default(),
            client: Shared::default(),
            body_bytes_max: Self::BODY_BYTES_MAX,
            hashes: Vec::new(),
            enough: Enough::default(),
        }
    }
}

impl std::fmt::Debug for Body {
    /// Never shows the content: it may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Text(_) => "Text(***)",
            Self::Bytes(_) => "Bytes(***)",
            Self::Json(_) => "Json(***)",
            Self::Form(_) => "Form(***)",
            Self::Multipart(_) => "Multipart(***)",
        })
    }
}

impl std::fmt::Debug for Part {
    /// Never shows the content: it may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").field("name", &self.name).finish_non_exhaustive()
    }
}
