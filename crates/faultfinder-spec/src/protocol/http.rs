//! HTTP requests as written.

mod auth;
mod read;
mod table;

pub use auth::{Auth, Jwt, Ntlm, OAuth2, SigV4};
pub(crate) use read::{check_names, pairs};
pub(crate) use table::{PAIR, TABLE};

use crate::value::{Method, Number};
use crate::{Common, Field, JsonTemplate, Place, Text, Tls};
use faultfinder_taxonomy::word::HttpVersion;

/// Most bytes of a body that is given as text, JSON or form.
pub const BODY_BYTES_MAX: usize = 51_200;

/// Most redirects that `max_redirects` may allow.
pub const REDIRECTS_MAX: u32 = 100;

/// Most files of a multipart body.
pub const FILES_MAX: usize = 3;

/// Most headers, parameters or cookies of a request, and most parts of a multipart body.
pub const PAIRS_MAX: usize = 1_000;

/// An HTTP request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// What is asked for. Only the probe says whether it is a URL.
    pub url: Text,
    /// The method; GET when not given.
    pub method: Option<Field<Method>>,
    /// Header lines, in order; a name may repeat.
    pub headers: Vec<Pair>,
    /// What is added to the URL's query, in order.
    pub query: Vec<Pair>,
    /// Cookies that are sent.
    pub cookies: Vec<Pair>,
    /// The body.
    pub body: Option<Body>,
    /// Credentials.
    pub auth: Option<Auth>,
    /// Whether redirects are followed; not when not given.
    pub follow_redirects: Option<Field<bool>>,
    /// How many; 10 when not given.
    pub max_redirects: Option<Field<Number<0, REDIRECTS_MAX>>>,
    /// Whether cookies that are set are sent on later hops.
    pub persist_cookies: Option<Field<bool>>,
    /// The version that is spoken; what ALPN gives when not given.
    pub version: Option<Field<HttpVersion>>,
    /// The proxy that is used.
    pub proxy: Option<Proxy>,
    /// TLS settings.
    pub tls: Tls,
    /// Whether the body is kept in the result.
    pub save_body: Option<Field<bool>>,
}

/// A name and a value: a header, a parameter, a cookie.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pair {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Text,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// As it is.
    Text(Text),
    /// JSON; strings in it may hold templates.
    Json(JsonTemplate),
    /// `application/x-www-form-urlencoded`
    Form(Vec<Pair>),
    /// `multipart/form-data`
    Multipart(Vec<MultipartPart>),
    /// A GraphQL request.
    GraphQl(Box<GraphQl>),
}

/// A GraphQL request: JSON in the body, or parameters of the URL with the method GET.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GraphQl {
    /// Where it begins.
    pub place: Place,
    /// The document.
    pub query: Text,
    /// Which of its operations is meant.
    pub operation_name: Option<Text>,
    /// The values of its variables, an object; strings in it may hold templates.
    pub variables: Option<JsonTemplate>,
}

/// A part of a `multipart/form-data` body.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MultipartPart {
    /// The field's name.
    pub name: Text,
    /// What is in it.
    pub content: PartContent,
    /// The file name that the server is told; that of the file when not given.
    pub filename: Option<Text>,
    /// Its media type.
    pub content_type: Option<Text>,
}

/// What is in a [`MultipartPart`].
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: inline or from a file")]
pub enum PartContent {
    /// The text itself.
    Value(Text),
    /// The file at this path.
    File(Text),
}

/// A proxy.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Proxy {
    /// Where it is (`http://` or `https://`), with credentials if it needs any.
    pub url: Text,
    /// Header lines for the proxy itself.
    pub headers: Vec<Pair>,
}
