//! From a URL to a host, a port, and whether TLS is spoken.

use crate::{Call, Request};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use url::Url;

/// Schemes, the port of each when the URL names none, and whether they go without TLS.
const SCHEMES: [(&str, u16, bool); 4] = [
    ("grpc", Request::PORT, true),
    ("grpcs", Request::PORT, false),
    ("http", 80, true),
    ("https", 443, false),
];

impl Request {
    /// This call to the target of a URL: `grpc://host:port` and `http://` go without TLS, `grpcs://` and `https://`
    /// with it.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming `grpc.url`, when it cannot be read, or names more than a target.
    pub fn from_url(url: &str, call: Call) -> Result<Self, Fault> {
        let (host, port, plaintext) = parse(url.trim())?;
        let mut request = Self::new(host, port, call);
        request.plaintext = plaintext;
        Ok(request)
    }
}

fn parse(text: &str) -> Result<(String, u16, bool), Fault> {
    let url = Url::parse(text).map_err(|error| {
        let hint = if text.contains("://") { "" } else { ": it needs a scheme, such as grpcs://" };
        invalid("ERR_INVALID_URL", format!("the URL cannot be read: {error}{hint}"))
    })?;
    let Some((_, port, plaintext)) = SCHEMES.into_iter().find(|(scheme, ..)| *scheme == url.scheme()) else {
        let message = format!("the scheme {:?} is none of grpc, grpcs, http and https", url.scheme());
        return Err(invalid("ERR_UNSUPPORTED_PROTOCOL", message));
    };
    let host = url
        .host_str()
        .filter(|host| !host.is_empty())
        .ok_or_else(|| invalid("ERR_INVALID_URL", "the URL has no host".to_owned()))?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() {
        let message = "the URL has a path: set the call with service and method".to_owned();
        return Err(invalid("ERR_INVALID_URL", message));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let message = "the URL has credentials: gRPC sends them as metadata".to_owned();
        return Err(invalid("ERR_INVALID_URL", message));
    }
    Ok((host.to_owned(), url.port().unwrap_or(port), plaintext))
}

fn invalid(name: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, "grpc.url"), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_the_port_and_whether_tls_is_spoken() {
        for (url, host, port, plaintext) in [
            ("grpc://a.test", "a.test", 50051, true),
            ("grpcs://a.test:443/", "a.test", 443, false),
            ("http://[::1]", "[::1]", 80, true),
            ("https://a.test", "a.test", 443, false),
        ] {
            assert_eq!(parse(url).unwrap(), (host.to_owned(), port, plaintext), "{url}");
        }
    }

    #[test]
    fn a_url_that_is_no_target_is_refused() {
        for (url, name) in [
            ("a.test:50051", "ERR_UNSUPPORTED_PROTOCOL"),
            ("a.test", "ERR_INVALID_URL"),
            ("dns:///a.test", "ERR_UNSUPPORTED_PROTOCOL"),
            ("grpc://", "ERR_INVALID_URL"),
            ("grpc://a.test:port", "ERR_INVALID_URL"),
            ("grpc://a.test/shop.Cart/Total", "ERR_INVALID_URL"),
            ("grpc://u:p@a.test", "ERR_INVALID_URL"),
        ] {
            let fault = parse(url).unwrap_err();
            assert_eq!((fault.code, fault.detail.name()), (Code::InvalidRequest, name), "{url}: {fault}");
        }
    }
}
