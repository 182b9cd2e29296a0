//! Where redirects lead.

use super::answers::{answer, ok, ok_with, redirect, status};
use super::{Request, serve};
use crate::peer;
use crate::protocol::block::resolver;
use crate::protocol::http::expectations::{any_incorrect, dns, http, malformed, refused, verify};
use crate::protocol::http::row::{Row, Site, http1, http1_by};
use crate::protocol::http::script::Script;
use crate::protocol::http::secure::{self, Answers};
use crate::{Expect, Lab, LabError};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    followed().into_iter().chain(too_many()).chain(astray()).chain(elsewhere()).collect()
}

/// Redirects that lead to an answer.
fn followed() -> Vec<Row> {
    let pass = Expect::pass;
    vec![
        http1("redirect-not-followed", "302 that nobody wants to follow", pass(), redirect("/next"))
            .assert(&["status is 302", "header location contains /next"]),
        http1_by("redirect-ok", "302 to a path on the same server", pass(), |request| {
            if request.target == "/next" { ok() } else { redirect("/next") }
        })
        .following()
        .assert(&["status is 200", "body contains hello"]),
        http1_by("redirect-relative", "302 to a path relative to the first", pass(), |request| {
            if request.target == "/b?c=d" { ok() } else { redirect("b?c=d") }
        })
        .following()
        .assert(&["status is 200"]),
        http1_by("redirect-10", "as many redirects as are allowed", pass(), |request| chain(request, 10))
            .following()
            .assert(&["status is 200"]),
        http1("redirect-no-location", "302 without a location: a final answer", pass(), status("302 Found"))
            .following()
            .assert(&["status is 302"]),
        http1("redirect-empty-location", "302 with an empty location: a final answer", pass(), redirect(""))
            .following()
            .assert(&["status is 302"]),
        http1_by(
            "redirect-303",
            "303 after a POST: the next request is a GET without a body",
            pass(),
            |request| {
                if request.target == "/next" {
                    echo(request)
                } else {
                    answer("303 See Other", "Location: /next\r\n", b"")
                }
            },
        )
        .with(json!({ "method": "POST", "body": "hello", "follow_redirects": true }))
        .assert(&["body contains GET/0"]),
        http1_by("redirect-307", "307 after a POST: the next request is the same", pass(), |request| {
            let again = || answer("307 Temporary Redirect", "Location: /next\r\n", b"");
            if request.target == "/next" { echo(request) } else { again() }
        })
        .with(json!({ "method": "POST", "body": "hello", "follow_redirects": true }))
        .assert(&["body contains POST/5"]),
        http1_by(
            "reused-conn-reset",
            "302 on a connection that is reset when it is used again, while a fresh one works",
            pass(),
            |request| match (request.target.as_str(), request.earlier) {
                ("/next", 0) => ok(),
                ("/next", _) => Script::new().reset(),
                _ => redirect("/next"),
            },
        )
        .following()
        .assert(&["status is 200"]),
    ]
}

/// More of them than are allowed.
fn too_many() -> Vec<Row> {
    let expect = || http(Code::TooManyRedirects, Phase::Send, "ERR_TOO_MANY_REDIRECTS");
    vec![
        http1("redirect-loop", "302 to itself", expect().omitting("persist_cookies"), redirect("/"))
            .following(),
        http1(
            "redirect-cookie-gate",
            "302 to itself until a cookie comes back",
            expect().showing("persist_cookies: true"),
            answer("302 Found", "Location: /\r\nSet-Cookie: gate=1\r\n", b""),
        )
        .following(),
        http1_by("redirect-11", "one redirect more than is allowed", expect(), |request| chain(request, 11))
            .following(),
        http1_by("redirect-max-2", "three redirects where the test allows two", expect(), |request| {
            chain(request, 3)
        })
        .with(json!({ "follow_redirects": true, "max_redirects": 2 })),
    ]
}

/// Locations that lead nowhere.
fn astray() -> Vec<Row> {
    let unsupported = || http(Code::InvalidRequest, Phase::Send, "ERR_UNSUPPORTED_PROTOCOL");
    vec![
        http1(
            "redirect-bad-port",
            "a location with a port that no port can have",
            malformed("ERR_INVALID_URL"),
            redirect("http://127.0.0.1:99999/"),
        )
        .following(),
        http1(
            "redirect-no-host",
            "a location without a host",
            malformed("ERR_INVALID_URL"),
            redirect("http://"),
        )
        .following(),
        http1(
            "redirect-other-scheme",
            "a legal location that no HTTP client can follow",
            unsupported().showing("correct the `location` that the server, or a proxy in front of it, sends"),
            redirect("ftp://127.0.0.1/file"),
        )
        .following(),
        http1(
            "redirect-file",
            "a location on the client's own disk",
            unsupported(),
            redirect("file:///etc/hosts"),
        )
        .following(),
        Row::new(
            "http1/redirect-refused",
            "302 to a port where nobody listens",
            refused().saying("after 1 redirect from http://127.0.0.1:"),
            |lab| leading_to(lab, &format!("http://{}/", peer::closed_tcp(lab)?)),
        )
        .following(),
        Row::new("http1/redirect-dns", "302 to a name that does not exist", dns("NXDOMAIN"), |lab| {
            let names = crate::protocol::dns::missing(lab)?;
            let site = leading_to(lab, "http://missing.lab.test/")?;
            Ok(site.with(json!({ "resolver": resolver(names) })))
        })
        .following(),
    ]
}

/// Redirects to another origin.
fn elsewhere() -> Vec<Row> {
    vec![
        Row::new(
            "http1/redirect-to-tls-expired",
            "302 to a server whose certificate has expired",
            verify("CERT_HAS_EXPIRED"),
            |lab| {
                let second = secure::serve(lab, &lab.pki().expired()?, &[], Answers::OK)?;
                let site = leading_to(lab, &format!("https://{second}/"))?;
                Ok(site.with(secure::trusting(lab)))
            },
        )
        .following(),
        Row::new("http1/redirect-to-tls", "302 from http to https", Expect::pass(), |lab| {
            let second = secure::serve(lab, lab.pki().good(), &[], Answers::OK)?;
            let site = leading_to(lab, &format!("https://{second}/"))?;
            Ok(site.with(secure::trusting(lab)))
        })
        .following()
        .assert(&["status is 200", "body contains hello"]),
        Row::new("http1/redirect-ok-other-port", "302 to another server", Expect::pass(), |lab| {
            let second = serve(lab, |_| ok())?;
            leading_to(lab, &format!("http://{second}/"))
        })
        .following()
        .assert(&["status is 200", "body contains hello"]),
        Row::new(
            "http1/redirect-credentials",
            "302 to another origin, which must not see the credentials of the first",
            Expect::pass(),
            |lab| {
                let second = serve(lab, |request| match request.header("authorization") {
                    None => ok(),
                    Some(_) => status("400 Bad Request"),
                })?;
                let location = format!("http://other.lab.test:{}/", second.port());
                let first = serve(lab, move |request| match request.header("authorization") {
                    Some(_) => redirect(&location),
                    None => status("401 Unauthorized"),
                })?;
                Ok(Site::at(first).with(json!({ "resolve": { "other.lab.test": "127.0.0.1" } })))
            },
        )
        .with(json!({
            "follow_redirects": true,
            "auth": { "basic": { "username": "aladdin", "password": "opensesame" } },
        }))
        .assert(&["status is 200"]),
        Row::new(
            "http1/redirect-credentials-wanted",
            "302 to another origin, which wants the credentials that it does not get",
            any_incorrect().showing("the credentials of the test are not sent there"),
            |lab| {
                let second = serve(lab, |_| status("401 Unauthorized"))?;
                leading_to(lab, &format!("http://{second}/"))
            },
        )
        .with(json!({
            "follow_redirects": true,
            "auth": { "basic": { "username": "aladdin", "password": "opensesame" } },
        }))
        .assert(&["status is 200"]),
    ]
}

/// A server that redirects everybody to this location.
fn leading_to(lab: &Lab, location: &str) -> Result<Site, LabError> {
    let script = redirect(location);
    Ok(Site::at(serve(lab, move |_| script.clone())?))
}

/// Redirects from `/` to `/1`, from `/1` to `/2` ... and answers at `/hops`.
fn chain(request: &Request, hops: usize) -> Script {
    let hop: usize = request.target.trim_start_matches('/').parse().unwrap_or(0);
    if hop < hops { redirect(&format!("/{}", hop + 1)) } else { ok() }
}

/// Says what was asked: the method and the length of the body.
fn echo(request: &Request) -> Script {
    ok_with("text/plain", &format!("{}/{}", request.method, request.body.len()))
}
