//! Proxies that do not do what they are asked.

use super::expectations::{closed_early, dns, errno, http, refused, status, timeout, tls, unspoken, verify};
use super::http1::{self, Request, ok};
use super::row::{Row, Site};
use super::script::Script;
use super::secure::{self, Answers};
use crate::protocol::block::{self, resolver};
use crate::protocol::ssl::{dhe_server, rsa_server};
use crate::{Expect, Lab, LabError, peer};
use faultfinder_taxonomy::{Blame, Code, Phase};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Where the tunnels should lead. No proxy here ever dials it.
const TARGET: &str = "https://127.0.0.1:9/";

/// Answers to CONNECT: case, what it shows, what a probe must say, and the answer.
type Refusal = (&'static str, &'static str, fn() -> Expect, fn() -> Script);

const REFUSALS: &[Refusal] = &[
    (
        "proxy-connect-403",
        "a proxy that forbids the tunnel",
        || status(Code::Tunnel, Phase::Proxy, 403),
        || plain("403 Forbidden"),
    ),
    (
        "proxy-connect-403-page",
        "a proxy that says on a page why it forbids the tunnel",
        || status(Code::Tunnel, Phase::Proxy, 403).showing("this host is not on the list"),
        || {
            Script::new()
                .then("HTTP/1.1 403 Forbidden\r\nContent-Length: 28\r\n\r\n")
                .then("this host is not on the list")
        },
    ),
    (
        "proxy-connect-503-page-to-the-end",
        "a proxy whose page has no length",
        || status(Code::Tunnel, Phase::Proxy, 503).showing("try again at noon"),
        || Script::new().then("HTTP/1.0 503 Service Unavailable\r\n\r\ntry again at noon").fin(),
    ),
    (
        "proxy-connect-502",
        "a proxy that cannot reach the target",
        || status(Code::Tunnel, Phase::Proxy, 502),
        || plain("502 Bad Gateway"),
    ),
    (
        "proxy-connect-503",
        "a proxy that is overloaded",
        || status(Code::Tunnel, Phase::Proxy, 503),
        || plain("503 Service Unavailable"),
    ),
    (
        "proxy-connect-407-no-creds",
        "a proxy that wants credentials of a test without any",
        || status(Code::Tunnel, Phase::Proxy, 407).showing("put the proxy's credentials into its URL"),
        proxy_authentication,
    ),
    (
        "proxy-connect-407-negotiate",
        "a proxy that wants credentials of a kind that cannot be given here",
        || {
            status(Code::Tunnel, Phase::Proxy, 407)
                .saying("status 407: it wants Negotiate")
                .showing("the proxy does not offer basic authentication")
        },
        || {
            Script::new()
                .then("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n")
                .then("Content-Length: 0\r\n\r\n")
        },
    ),
    (
        "proxy-connect-302",
        "a proxy that leads to its portal",
        || {
            status(Code::Tunnel, Phase::Proxy, 302)
                .saying("with status 302, a redirect to http://portal.lab.test/")
        },
        || {
            Script::new()
                .then("HTTP/1.1 302 Found\r\nLocation: http://portal.lab.test/\r\nContent-Length: 0\r\n\r\n")
        },
    ),
    (
        "proxy-connect-interim",
        "interim responses to CONNECT before the final one",
        || status(Code::Tunnel, Phase::Proxy, 502),
        || {
            let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n";
            Script::new().then(interim).then_all(plain("502 Bad Gateway"))
        },
    ),
    (
        "proxy-connect-rst",
        "RST instead of an answer to CONNECT",
        || errno(Code::Tunnel, Phase::Proxy, "ECONNRESET"),
        || Script::new().reset(),
    ),
    (
        "proxy-connect-fin",
        "FIN instead of an answer to CONNECT",
        || errno(Code::Tunnel, Phase::Proxy, "premature-close"),
        || Script::new().fin(),
    ),
    (
        "proxy-connect-garbage",
        "nonsense instead of an answer to CONNECT",
        || {
            http(Code::Tunnel, Phase::Proxy, "HPE_INVALID_CONSTANT")
                .saying("the peer speaks SSH")
                .showing("OpenSSH_9.9")
        },
        || Script::new().then("SSH-2.0-OpenSSH_9.9\r\n").fin(),
    ),
    (
        "proxy-connect-tls-alert",
        "a proxy that expects TLS, and answers CONNECT with an alert",
        || {
            http(Code::Tunnel, Phase::Proxy, "HPE_INVALID_CONSTANT")
                .saying("the peer speaks TLS")
                .showing("use an https:// URL for the proxy")
        },
        || Script::new().raw(b"\x15\x03\x01\0\x02\x02\x46").fin(),
    ),
    (
        "proxy-connect-200-then-plain",
        "a tunnel that leads to a server without TLS",
        || tls("wrong_version_number"),
        || {
            Script::new()
                .then("HTTP/1.1 200 Connection established\r\n\r\n")
                .then("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .fin()
        },
    ),
    (
        "proxy-connect-200-then-fin",
        "a tunnel that ends where it begins",
        || closed_early(Phase::Tls),
        || Script::new().then("HTTP/1.1 200 Connection established\r\n\r\n").fin(),
    ),
];

/// `lab` and `wrong`.
const CREDENTIALS: &str = "Basic bGFiOndyb25n";

pub(crate) fn rows() -> Vec<Row> {
    let refusals = REFUSALS.iter().map(|&(case, shows, expect, answer)| {
        Row::new(format!("proxy/{case}"), shows, expect(), move |lab| tunnel(lab, answer))
    });
    refusals.chain(others()).chain(relays()).collect()
}

/// Proxies that do what they are asked.
fn relays() -> Vec<Row> {
    vec![
        Row::new("proxy/proxy-tunnel-ok", "a tunnel to a server that answers", Expect::pass(), |lab| {
            relayed(lab, secure::serve(lab, lab.pki().good(), &[], Answers::OK)?)
        })
        .assert(&["status is 200", "body contains hello"]),
        Row::new(
            "proxy/proxy-tunnel-tls-expired",
            "a tunnel to a server whose certificate has expired",
            verify("CERT_HAS_EXPIRED"),
            |lab| relayed(lab, secure::serve(lab, &lab.pki().expired()?, &[], Answers::OK)?),
        ),
        Row::new(
            "proxy/proxy-tunnel-unspoken",
            "a tunnel to a server that cannot be spoken to: it is asked once more through the proxy",
            unspoken("TLS_RSA_WITH_AES_128_CBC_SHA"),
            |lab| relayed(lab, rsa_server(lab)?),
        ),
        Row::new(
            "proxy/proxy-tunnel-dhe",
            "a tunnel to a server that knows nothing but DHE, which takes a second one",
            Expect::pass().saying("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
            |lab| relayed(lab, dhe_server(lab)?),
        )
        .assert(&["status is 200"]),
    ]
}

/// A request for this https server through a proxy.
fn relayed(lab: &Lab, target: SocketAddr) -> Result<Site, LabError> {
    let mut fields = secure::trusting(lab);
    if let Some(fields) = fields.as_object_mut() {
        fields.extend(through(relay(lab, target)?).as_object().cloned().unwrap_or_default());
    }
    Ok(Site::new(format!("https://{target}/")).with(fields))
}

/// A proxy that opens tunnels to this server and to nobody else.
pub(crate) fn relay(lab: &Lab, target: SocketAddr) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, move |mut client| async move {
        let asked = Request::read(&mut client, 0).await;
        if asked.is_none_or(|request| request.method != "CONNECT" || request.target != target.to_string()) {
            plain("403 Forbidden").fin().play(client).await;
            return;
        }
        let Ok(mut server) = TcpStream::connect(target).await else { return };
        let established = Script::new().then("HTTP/1.1 200 Connection established\r\n\r\n");
        if let Some(mut client) = established.play(client).await {
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        }
    })
}

fn others() -> Vec<Row> {
    vec![
        Row::new(
            "proxy/proxy-refused",
            "nobody listens where the proxy should be",
            of_proxy(refused()),
            |lab| Ok(Site::new(TARGET).with(through(peer::closed_tcp(lab)?))),
        ),
        Row::new(
            "proxy/proxy-unknown",
            "a proxy whose name does not exist",
            dns("NXDOMAIN").saying("cannot connect to the proxy missing.lab.test:3128"),
            |lab| {
                let names = crate::protocol::dns::missing(lab)?;
                let proxy = json!({ "url": "http://missing.lab.test:3128" });
                Ok(Site::new(TARGET).with(json!({ "proxy": proxy, "resolver": resolver(names) })))
            },
        ),
        Row::new(
            "proxy/https-proxy-silent",
            "an https proxy that says nothing in the handshake",
            of_proxy(timeout(Phase::Proxy)),
            |lab| {
                secure_proxy(
                    lab,
                    peer::tcp(lab, |stream| async { drop(Script::new().hang().play(stream).await) })?,
                )
            },
        )
        .impatient(),
        Row::new(
            "proxy/https-proxy-plain",
            "an https proxy that speaks plain HTTP",
            of_proxy(Expect { phase: Some(Phase::Proxy), ..tls("wrong_version_number") }),
            |lab| {
                let proxy = peer::tcp(lab, |mut stream| async move {
                    let mut hello = [0; 64];
                    let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut hello).await;
                    plain("400 Bad Request").fin().play(stream).await;
                })?;
                secure_proxy(lab, proxy)
            },
        ),
        Row::new(
            "proxy/proxy-http-407-no-creds",
            "a proxy that wants credentials of a test without any, for a plain request",
            status(Code::AuthenticationError, Phase::Wait, 407)
                .saying("the proxy answered with status 407")
                .showing("the test has no credentials for the proxy"),
            |lab| forward(lab, |_| proxy_authentication()),
        ),
        Row::new("proxy/proxy-connect-hang", "no answer to CONNECT", timeout(Phase::Proxy), |lab| {
            tunnel(lab, || Script::new().hang())
        })
        .impatient(),
        Row::new(
            "proxy/proxy-connect-hang-midway",
            "half an answer to CONNECT, then silence",
            timeout(Phase::Proxy)
                .saying("the head of the proxy's response is not complete after ")
                .showing(" ms: 40 bytes so far"),
            |lab| tunnel(lab, || Script::new().then("HTTP/1.1 200 Connection established\r\nVia").hang()),
        )
        .impatient(),
        Row::new(
            "proxy/proxy-connect-407",
            "credentials that the proxy does not take",
            status(Code::AuthenticationError, Phase::Proxy, 407),
            |lab| Ok(with_credentials(tunnel(lab, proxy_authentication)?)),
        ),
        Row::new(
            "proxy/proxy-http-407",
            "credentials that the proxy does not take, without a tunnel",
            status(Code::AuthenticationError, Phase::Wait, 407),
            |lab| Ok(with_credentials(forward(lab, |_| proxy_authentication())?)),
        )
        .assert(&["status is 200"]),
        Row::new("proxy/proxy-http-ok", "a proxy that is asked for the whole URL", Expect::pass(), |lab| {
            forward(lab, |request| {
                if request.target.starts_with("http://shop.lab.test:") {
                    ok()
                } else {
                    plain("400 Bad Request")
                }
            })
        })
        .assert(&["status is 200", "body contains hello"]),
        Row::new(
            "proxy/proxy-http-headers",
            "a proxy that looks for a header of its own",
            Expect::pass(),
            |lab| {
                Ok(with_credentials(forward(lab, |request| match request.header("proxy-authorization") {
                    Some(CREDENTIALS) => ok(),
                    _ => proxy_authentication(),
                })?))
            },
        )
        .assert(&["status is 200"]),
    ]
}

/// What the proxy does is not the target's fault, and the message says whose it is.
pub(super) fn of_proxy(expect: Expect) -> Expect {
    expect
        .saying("cannot connect to the proxy")
        .blaming(Blame::Network)
        .showing("the target itself was not asked")
}

/// A request through an https proxy at this address.
fn secure_proxy(lab: &Lab, proxy: SocketAddr) -> Result<Site, LabError> {
    let route = json!({
        "proxy": { "url": format!("https://shop.lab.test:{}", proxy.port()) },
        "resolve": { "shop.lab.test": proxy.ip() },
    });
    Ok(Site::new(TARGET).with(block::fields([&secure::trusting(lab), &route]).into()))
}

/// A request for an https URL through a proxy that gives this answer.
fn tunnel(lab: &Lab, answer: fn() -> Script) -> Result<Site, LabError> {
    let proxy = http1::serve(lab, move |_| answer())?;
    Ok(Site::new(TARGET).with(through(proxy)))
}

/// A request for an http URL through a proxy that answers by itself.
fn forward(lab: &Lab, answer: fn(&Request) -> Script) -> Result<Site, LabError> {
    let proxy = http1::serve(lab, answer)?;
    Ok(Site::new("http://shop.lab.test:8080/page").with(through(proxy)))
}

/// A proxy that opens no tunnel.
pub(crate) fn forbidding(lab: &Lab) -> Result<SocketAddr, LabError> {
    http1::serve(lab, |_| plain("403 Forbidden"))
}

/// A proxy that takes no credentials, and the field for it with some.
pub(crate) fn through_ungrateful(lab: &Lab) -> Result<Value, LabError> {
    let proxy = http1::serve(lab, |_| proxy_authentication())?;
    Ok(with_credentials(Site::new("").with(through(proxy))).fields)
}

/// The field for a proxy at this address.
pub(crate) fn through(proxy: SocketAddr) -> Value {
    json!({ "proxy": { "url": format!("http://{proxy}") } })
}

/// The same request with credentials for the proxy.
fn with_credentials(mut site: Site) -> Site {
    if let Some(proxy) = site.fields.pointer_mut("/proxy").and_then(Value::as_object_mut) {
        proxy.insert("headers".to_owned(), json!({ "proxy-authorization": CREDENTIALS }));
    }
    site
}

fn plain(status: &str) -> Script {
    Script::new().then(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"))
}

fn proxy_authentication() -> Script {
    Script::new().then(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"lab\"\r\nContent-Length: 0\r\n\r\n",
    )
}
