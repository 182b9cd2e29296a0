//! SOCKS5 proxies (RFC 1928), good and bad.

use super::expectations::{closed_early, definition, errno, refused, socks, timeout, unspoken, verify};
use super::http1::{self, ok};
use super::proxy::of_proxy;
use super::row::{Row, Site};
use super::script::Script;
use super::secure::{self, Answers};
use crate::protocol::ssl::{dhe_server, rsa_server};
use crate::{Expect, Lab, LabError, peer};
use faultfinder_taxonomy::{Code, Phase, SocksReply};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The credentials that are taken.
const USERNAME: &str = "lab";
const PASSWORD: &str = "p@ss";
/// Where tunnels should lead that are never opened.
const TARGET: &str = "http://127.0.0.1:9/";

/// What a proxy does.
#[derive(Debug, Clone)]
enum Rules {
    /// Relays to this server, if it is asked for this target; with credentials, if it wants some.
    Relay { to: SocketAddr, asked: String, with_credentials: bool },
    /// Gives this reply to every request.
    Reply(u8),
    /// Takes no method of authentication.
    NoMethod,
    /// Chooses a method that was not offered.
    OtherMethod,
    /// Chooses a user and a password, offered or not.
    WantsCredentials,
    /// Takes no credentials.
    RefuseCredentials,
    /// Plays this when it has been greeted.
    Script(Script),
    /// Plays this when it has been asked for a tunnel.
    ScriptLater(Script),
}

pub(crate) fn rows() -> Vec<Row> {
    [relays(), replies(), refusals(), broken(), over_tls()].into_iter().flatten().collect()
}

/// Proxies that do what they are asked.
fn relays() -> Vec<Row> {
    vec![
        row("socks5-ok", "a tunnel to a server that answers", Expect::pass(), |lab| {
            let to = http1::serve(lab, |_| ok())?;
            let rules = Rules::Relay { to, asked: to.to_string(), with_credentials: false };
            through(lab, "socks5", rules, Site::at(to))
        })
        .assert(&["status is 200", "body contains hello"]),
        row("socks5-name-here", "a name that is resolved before the proxy is asked", Expect::pass(), |lab| {
            let to = http1::serve(lab, |_| ok())?;
            let rules = Rules::Relay { to, asked: to.to_string(), with_credentials: false };
            let site = Site::new(format!("http://shop.lab.test:{}/", to.port()));
            through(lab, "socks5", rules, site.with(json!({ "resolve": { "shop.lab.test": "127.0.0.1" } })))
        })
        .assert(&["status is 200"]),
        row("socks5h-name", "a name that the proxy resolves", Expect::pass(), |lab| {
            let to = http1::serve(lab, |_| ok())?;
            let asked = format!("shop.lab.test:{}", to.port());
            let site = Site::new(format!("http://{asked}/"));
            through(lab, "socks5h", Rules::Relay { to, asked, with_credentials: false }, site)
        })
        .assert(&["status is 200"]),
        row("socks5-ipv6", "an IPv6 address behind the proxy", Expect::pass(), |lab| {
            let to = http1::serve(lab, |_| ok())?;
            let asked = format!("[::1]:{}", to.port());
            let site = Site::new(format!("http://{asked}/"));
            through(lab, "socks5", Rules::Relay { to, asked, with_credentials: false }, site)
        })
        .assert(&["status is 200"]),
        row("socks5-credentials-ok", "credentials that the proxy takes", Expect::pass(), |lab| {
            let to = http1::serve(lab, |_| ok())?;
            let rules = Rules::Relay { to, asked: to.to_string(), with_credentials: true };
            through(lab, "socks5://lab:p%40ss", rules, Site::at(to))
        })
        .assert(&["status is 200"]),
        row("socks5-tls-ok", "a tunnel to a server that speaks TLS", Expect::pass(), |lab| {
            tls(lab, secure::serve(lab, lab.pki().good(), &["h2"], Answers::OK)?)
        })
        .assert(&["status is 200", "alpn is h2", "certificate subject contains lab"]),
        row(
            "socks5-unspoken",
            "a tunnel to a server that cannot be spoken to",
            unspoken("TLS_RSA_WITH_AES_128_CBC_SHA"),
            |lab| tls(lab, rsa_server(lab)?),
        ),
        row(
            "socks5-tls-expired",
            "a tunnel to a server whose certificate has expired",
            verify("CERT_HAS_EXPIRED"),
            |lab| tls(lab, secure::serve(lab, &lab.pki().expired()?, &[], Answers::OK)?),
        ),
    ]
}

/// Replies that refuse the tunnel.
fn replies() -> Vec<Row> {
    let named = SocksReply::all().filter(|reply| reply.number() != 0);
    named
        .chain([SocksReply::new(0x5b)])
        .map(|reply| {
            let case = format!("proxy/socks5-{}", reply.name().replace('_', "-"));
            let expect = socks(Code::Tunnel, &reply.name());
            Row::new(case, reply.text(), expect, move |lab| {
                nowhere(lab, "socks5", Rules::Reply(reply.number()))
            })
        })
        .collect()
}

/// Proxies that do not let the client in.
fn refusals() -> Vec<Row> {
    vec![
        row("socks5-refused", "nobody listens where the proxy should be", refused(), |lab| {
            let proxy = format!("socks5://{}", peer::closed_tcp(lab)?);
            Ok(Site::new(TARGET).with(json!({ "proxy": { "url": proxy } })))
        }),
        row(
            "socks5-credentials-refused",
            "credentials that the proxy does not take",
            socks(Code::AuthenticationError, "credentials_refused"),
            |lab| nowhere(lab, "socks5://lab:wrong", Rules::RefuseCredentials),
        ),
        row(
            "socks5-no-method",
            "a proxy that wants credentials of a test without any",
            socks(Code::Tunnel, "no_acceptable_method"),
            |lab| nowhere(lab, "socks5", Rules::NoMethod),
        ),
        row(
            "socks5-method-not-offered",
            "a proxy that chooses credentials, which a test without any has not offered",
            socks(Code::Tunnel, "no_acceptable_method")
                .saying("requires credentials")
                .showing("socks5://user:password@host"),
            |lab| nowhere(lab, "socks5", Rules::WantsCredentials),
        ),
        row(
            "socks5-no-method-for-credentials",
            "a proxy that takes another kind of credentials",
            socks(Code::AuthenticationError, "no_acceptable_method"),
            |lab| nowhere(lab, "socks5://lab:p%40ss", Rules::NoMethod),
        ),
        row(
            "socks5-password-too-long",
            "a password that SOCKS5 cannot carry",
            definition(Code::InvalidRequest, "ERR_INVALID_URL"),
            |lab| nowhere(lab, &format!("socks5://lab:{}", "x".repeat(256)), Rules::NoMethod),
        ),
    ]
}

/// Proxies that break off, or speak something else.
fn broken() -> Vec<Row> {
    let greeted = |lab: &Lab, script| nowhere(lab, "socks5", Rules::Script(script));
    vec![
        row(
            "socks5-other-method",
            "a method of authentication that was not offered",
            socks(Code::Tunnel, "not_socks"),
            |lab| nowhere(lab, "socks5", Rules::OtherMethod),
        ),
        row("socks5-http", "a proxy that speaks HTTP", socks(Code::Tunnel, "not_socks"), move |lab| {
            greeted(lab, Script::new().then("HTTP/1.1 400 Bad Request\r\n\r\n").fin())
        }),
        row(
            "socks5-socks4",
            "a proxy that speaks SOCKS4",
            socks(Code::Tunnel, "not_socks").saying("begins with 0x00, as one of SOCKS4 does"),
            move |lab| greeted(lab, Script::new().raw(b"\0\x5b\0\0\0\0\0\0").fin()),
        ),
        row(
            "socks5-fin",
            "FIN instead of an answer",
            errno(Code::Tunnel, Phase::Proxy, "premature-close"),
            move |lab| greeted(lab, Script::new().fin()),
        ),
        row(
            "socks5-rst",
            "RST instead of an answer",
            errno(Code::Tunnel, Phase::Proxy, "ECONNRESET"),
            move |lab| greeted(lab, Script::new().reset()),
        ),
        row("socks5-hang", "no answer", timeout(Phase::Proxy), move |lab| greeted(lab, Script::new().hang()))
            .impatient(),
        row(
            "socks5-fin-mid-reply",
            "FIN inside the reply",
            errno(Code::Tunnel, Phase::Proxy, "premature-close"),
            |lab| nowhere(lab, "socks5", Rules::ScriptLater(Script::new().raw(b"\x05\0\0\x01\x7f").fin())),
        ),
        row(
            "socks5-bad-address-type",
            "a reply with an address of an unknown type",
            socks(Code::Tunnel, "not_socks"),
            |lab| {
                nowhere(
                    lab,
                    "socks5",
                    Rules::ScriptLater(Script::new().raw(b"\x05\0\0\x09\0\0\0\0\0\0").fin()),
                )
            },
        ),
        row("socks5-open-then-fin", "a tunnel that ends where it begins", closed_early(Phase::Wait), |lab| {
            let opened = Script::new().raw(b"\x05\0\0\x03\x03lab\0\0").fin();
            nowhere(lab, "socks5", Rules::ScriptLater(opened))
        }),
    ]
}

/// Proxies that are themselves spoken to over TLS.
fn over_tls() -> Vec<Row> {
    let forwarding = Answers::http1(ok);
    vec![
        row(
            "https-proxy-ok",
            "a proxy that is spoken to over TLS, without a tunnel",
            Expect::pass(),
            move |lab| {
                let proxy = secure::serve(lab, lab.pki().good(), &["http/1.1"], forwarding)?;
                Ok(behind_https(lab, proxy, "http://shop.lab.test:8080/page"))
            },
        )
        .assert(&[
            "status is 200",
            "body contains hello",
            // Its handshake is not the target's.
            "proxy_time > 0 ms",
            "tls_time does not exist",
        ]),
        row(
            "https-proxy-expired",
            "a proxy whose own certificate has expired",
            of_proxy(Expect { phase: Some(Phase::Proxy), ..verify("CERT_HAS_EXPIRED") }),
            move |lab| {
                let proxy = secure::serve(lab, &lab.pki().expired()?, &["http/1.1"], forwarding)?;
                Ok(behind_https(lab, proxy, "https://127.0.0.1:9/"))
            },
        ),
        row(
            "https-proxy-403",
            "a proxy that is spoken to over TLS and forbids the tunnel",
            super::expectations::status(Code::Tunnel, Phase::Proxy, 403),
            |lab| {
                let forbidden = Answers::http1(|| {
                    Script::new().then("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                });
                let proxy = secure::serve(lab, lab.pki().good(), &["http/1.1"], forbidden)?;
                Ok(behind_https(lab, proxy, "https://127.0.0.1:9/"))
            },
        ),
        row("https-proxy-tunnel-ok", "TLS through a tunnel that is itself TLS", Expect::pass(), |lab| {
            nested(lab, secure::serve(lab, lab.pki().good(), &["h2"], Answers::OK)?)
        })
        .assert(&["status is 200", "alpn is h2", "body contains hello"]),
        row(
            "https-proxy-tunnel-unspoken",
            "such a tunnel to a server that cannot be spoken to",
            unspoken("TLS_RSA_WITH_AES_128_CBC_SHA"),
            |lab| nested(lab, rsa_server(lab)?),
        ),
        row(
            "https-proxy-tunnel-dhe",
            "such a tunnel to a server that knows nothing but DHE",
            Expect::pass().saying("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
            |lab| nested(lab, dhe_server(lab)?),
        )
        .assert(&["status is 200"]),
    ]
}

fn row(
    case: &str,
    shows: &'static str,
    expect: Expect,
    serve: impl Fn(&Lab) -> Result<Site, LabError> + Send + Sync + 'static,
) -> Row {
    Row::new(format!("proxy/{case}"), shows, expect, serve)
}

/// A request through a proxy that is spoken to over TLS, by a client that trusts the lab.
fn behind_https(lab: &Lab, proxy: SocketAddr, url: &str) -> Site {
    let mut fields = secure::trusting(lab);
    add(&mut fields, "proxy", json!({ "url": format!("https://{proxy}") }));
    Site::new(url).with(fields)
}

/// A request for an https server through a proxy that relays to it and is spoken to over TLS.
fn nested(lab: &Lab, target: SocketAddr) -> Result<Site, LabError> {
    let proxy = peer::tls(lab, lab.pki().server_config(&["http/1.1"])?, move |mut client| async move {
        peer::read_head(&mut client).await;
        let Ok(mut server) = TcpStream::connect(target).await else { return };
        if client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.is_ok() {
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        }
    })?;
    Ok(behind_https(lab, proxy, &format!("https://{target}/")))
}

/// A request for an https server through a proxy that relays to it.
fn tls(lab: &Lab, target: SocketAddr) -> Result<Site, LabError> {
    let rules = Rules::Relay { to: target, asked: target.to_string(), with_credentials: false };
    through(lab, "socks5", rules, Site::new(format!("https://{target}/")).with(secure::trusting(lab)))
}

/// A request through a proxy that opens no tunnel.
fn nowhere(lab: &Lab, scheme: &str, rules: Rules) -> Result<Site, LabError> {
    through(lab, scheme, rules, Site::new(TARGET))
}

/// The same request through a SOCKS5 proxy; credentials may follow the scheme.
fn through(lab: &Lab, scheme: &str, rules: Rules, mut site: Site) -> Result<Site, LabError> {
    let proxy = peer::tcp(lab, move |stream| {
        let rules = rules.clone();
        async move {
            let _ = serve(stream, rules).await;
        }
    })?;
    let url = match scheme.split_once("://") {
        Some((scheme, credentials)) => format!("{scheme}://{credentials}@{proxy}"),
        None => format!("{scheme}://{proxy}"),
    };
    add(&mut site.fields, "proxy", json!({ "url": url }));
    Ok(site)
}

fn add(fields: &mut Value, name: &str, value: Value) {
    if let Some(fields) = fields.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// Talks to one client.
async fn serve(mut client: TcpStream, rules: Rules) -> Option<()> {
    let methods = greeting(&mut client).await?;
    match rules {
        Rules::Script(script) => {
            script.play(client).await;
        }
        Rules::NoMethod => {
            client.write_all(&[5, 0xff]).await.ok()?;
            peer::drain(&mut client).await;
        }
        Rules::WantsCredentials => {
            client.write_all(&[5, 2]).await.ok()?;
            peer::drain(&mut client).await;
        }
        Rules::OtherMethod => {
            client.write_all(&[5, 1]).await.ok()?;
            peer::drain(&mut client).await;
        }
        Rules::RefuseCredentials => {
            authenticate(&mut client, &methods).await?;
            client.write_all(&[1, 1]).await.ok()?;
            peer::drain(&mut client).await;
        }
        Rules::Reply(number) => {
            client.write_all(&[5, 0]).await.ok()?;
            request(&mut client).await?;
            client.write_all(&[5, number, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
            peer::drain(&mut client).await;
        }
        Rules::ScriptLater(script) => {
            client.write_all(&[5, 0]).await.ok()?;
            request(&mut client).await?;
            script.play(client).await;
        }
        Rules::Relay { to, asked, with_credentials } => {
            let allowed = if with_credentials {
                authenticate(&mut client, &methods).await? == (USERNAME.to_owned(), PASSWORD.to_owned())
            } else {
                client.write_all(&[5, 0]).await.ok()?;
                true
            };
            if with_credentials {
                client.write_all(&[1, u8::from(!allowed)]).await.ok()?;
            }
            relay(client, to, &asked).await?;
        }
    }
    Some(())
}

async fn relay(mut client: TcpStream, to: SocketAddr, asked: &str) -> Option<()> {
    if request(&mut client).await? != asked {
        client.write_all(&[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
        peer::drain(&mut client).await;
        return None;
    }
    let mut server = TcpStream::connect(to).await.ok()?;
    client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await.ok()?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}

/// The methods that a client offers.
async fn greeting(client: &mut TcpStream) -> Option<Vec<u8>> {
    let _version = client.read_u8().await.ok()?;
    bytes(client).await
}

/// Asks for a user name and a password, and reads them.
async fn authenticate(client: &mut TcpStream, methods: &[u8]) -> Option<(String, String)> {
    if !methods.contains(&2) {
        return None;
    }
    client.write_all(&[5, 2]).await.ok()?;
    let _version = client.read_u8().await.ok()?;
    let username = String::from_utf8(bytes(client).await?).ok()?;
    let password = String::from_utf8(bytes(client).await?).ok()?;
    Some((username, password))
}

/// The target that a client asks for.
async fn request(client: &mut TcpStream) -> Option<String> {
    let mut head = [0_u8; 4];
    client.read_exact(&mut head).await.ok()?;
    let host = match head {
        [5, 1, 0, 1] => Ipv4Addr::from(client.read_u32().await.ok()?).to_string(),
        [5, 1, 0, 4] => format!("[{}]", Ipv6Addr::from(client.read_u128().await.ok()?)),
        [5, 1, 0, 3] => String::from_utf8(bytes(client).await?).ok()?,
        _ => return None,
    };
    Some(format!("{host}:{}", client.read_u16().await.ok()?))
}

/// Bytes after their number.
async fn bytes(client: &mut TcpStream) -> Option<Vec<u8>> {
    let length = client.read_u8().await.ok()?;
    let mut bytes = vec![0_u8; usize::from(length)];
    client.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}
