//! Servers that speak nothing that the probe speaks: old versions, cipher suites without ephemeral keys, groups of their own.

use super::endpoint::{Endpoint, NAME, accept, endpoint, finish, greet, http_peer, ssl_peer, trusting};
use super::expect::{alert, refused, tls};
use super::script::{
    TLS_1_0, TLS_1_1, TLS_1_2, client_hello, flight, hello_retry_request, offers_13, offers_only_13,
};
use super::starttls::{SMTP, play};
use crate::pki::extensions::extension;
use crate::pki::{NAMES, Pki, Server, Template, oids};
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Blame, Protocol, VerifyCode};
use rustls::version::TLS12;
use rustls_pki_types::CertificateDer;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// `TLS_RSA_WITH_AES_128_CBC_SHA`, `TLS_DHE_RSA_WITH_AES_256_GCM_SHA384`, `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`.
const RSA: [u8; 2] = [0, 0x2f];
const DHE: [u8; 2] = [0, 0x9f];
const ECDHE: [u8; 2] = [0xc0, 0x2b];
/// brainpoolP256r1 as a named curve.
const BRAINPOOL: &[u8] = &[3, 0, 26, 1, 4];

const UNSPOKEN: &str = "which this client cannot speak";

/// What a server does with a hello that offers TLS 1.3.
#[derive(Debug, Clone, Copy)]
enum Refuses {
    /// It sends this alert.
    With(u8),
    /// It closes.
    Closing,
    /// It sends `handshake_failure`, also to clients that do not name it.
    Unnamed,
}

/// What it chooses otherwise.
#[derive(Debug, Clone)]
struct Choice {
    version: [u8; 2],
    suite: [u8; 2],
    exchange: Vec<u8>,
}

impl Choice {
    const fn new(version: [u8; 2], suite: [u8; 2]) -> Self {
        Self { version, suite, exchange: Vec::new() }
    }

    fn with(self, exchange: &[u8]) -> Self {
        Self { exchange: exchange.to_vec(), ..self }
    }
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [read_in_clear(), judged(), large(), elsewhere(), of_tls_13()].into_iter().flatten().collect()
}

/// A Diffie-Hellman group of 1,024 bits.
fn own_group() -> Vec<u8> {
    let mut parameters = vec![0, 128];
    parameters.extend([0xff; 128]);
    parameters.extend([0, 1, 2, 0, 1, 9]);
    parameters
}

/// The certificate of a server that cannot be spoken to is read, and is good.
fn read_in_clear() -> Vec<Scenario> {
    let passes = |words: &str| Expect::pass().saying(format!("the server chose {words}, {UNSPOKEN}"));
    let good = |case, shows, expect, refuses, choice: Choice| {
        scenario(case, shows, expect, refuses, choice, &["certificate expires_in > 14 days"], good)
    };
    vec![
        good(
            "rsa-key-exchange",
            "the server has only cipher suites without ephemeral keys",
            passes("TLS_RSA_WITH_AES_128_CBC_SHA, TLSv1.2"),
            Refuses::With(40),
            Choice::new(TLS_1_2, RSA),
        ),
        good(
            "rsa-key-exchange-closes",
            "the same of a server that closes instead of saying so",
            passes("TLS_RSA_WITH_AES_128_CBC_SHA, TLSv1.2"),
            Refuses::Closing,
            Choice::new(TLS_1_2, RSA),
        ),
        good(
            "tls10-only",
            "the server knows nothing newer than TLS 1.0",
            passes("TLS_RSA_WITH_AES_128_CBC_SHA, TLSv1"),
            Refuses::With(70),
            Choice::new(TLS_1_0, RSA),
        ),
        good(
            "tls11-certificate",
            "the server knows nothing newer than TLS 1.1",
            passes("TLS_RSA_WITH_AES_128_CBC_SHA, TLSv1.1"),
            Refuses::With(70),
            Choice::new(TLS_1_1, RSA),
        ),
        good(
            "own-dh-group",
            "the server has only a Diffie-Hellman group of its own",
            passes(
                "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 with a Diffie-Hellman group of 1024 bits of its own, TLSv1.2",
            ),
            Refuses::With(40),
            Choice::new(TLS_1_2, DHE).with(&own_group()),
        ),
        good(
            "brainpool-curve",
            "the server has only a curve that few know",
            passes("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 with the group brainpoolP256r1, TLSv1.2"),
            Refuses::With(40),
            Choice::new(TLS_1_2, ECDHE).with(BRAINPOOL),
        ),
    ]
}

/// The certificate is read, and is not good; or the test does not permit the version.
fn judged() -> Vec<Scenario> {
    vec![
        scenario(
            "rsa-key-exchange-expired",
            "the certificate of a server that cannot be spoken to has expired",
            refused(VerifyCode::CertHasExpired, 0).blaming(Blame::Target),
            Refuses::With(40),
            Choice::new(TLS_1_2, RSA),
            &[],
            |pki| Ok(pki.expired()?.chain),
        ),
        scenario(
            "rsa-key-exchange-duplicate",
            "a server that cannot be spoken to sends its certificates twice",
            Expect::pass().saying(UNSPOKEN).showing("sends a certificate more than once"),
            Refuses::With(40),
            Choice::new(TLS_1_2, RSA),
            &[],
            |pki| Ok([good(pki)?, good(pki)?].concat()),
        ),
        Scenario::new(
            Protocol::Ssl,
            "tls-handshake/tls10-not-permitted",
            "the server knows nothing newer than TLS 1.0, and the test requires TLS 1.2",
            alert(70).blaming(Blame::Target).saying("nothing newer than TLSv1; the test requires TLSv1.2"),
            |lab| {
                let address = serve(lab, Refuses::With(70), Choice::new(TLS_1_0, RSA), good(lab.pki())?)?;
                let mut fields = trusting(&[lab.pki().ca_pem()]);
                fields.insert("min_version".to_owned(), json!("1.2"));
                Ok(ssl_peer(address, fields, &[]))
            },
        ),
        endpoint(
            "tls-handshake/tls12-not-permitted",
            "the server knows nothing newer than TLS 1.2, and the test requires TLS 1.3",
            alert(70)
                .blaming(Blame::Target)
                .saying("nothing newer than TLSv1.2; the test requires TLSv1.3")
                .omitting("tolerate"),
            |pki| {
                let endpoint = Endpoint::new(pki, pki.good())?.server(|server| server.only(&TLS12));
                Ok(endpoint.with("min_version", "1.3"))
            },
        ),
        Scenario::new(
            Protocol::Ssl,
            "tls-handshake/rsa-key-exchange-rfc5746",
            "a server that cannot be spoken to does not support secure renegotiation either",
            Expect::pass().saying(UNSPOKEN).showing("does not support secure renegotiation (RFC 5746)"),
            |lab| {
                let mut flight = flight(TLS_1_2, RSA, &good(lab.pki())?, &[]);
                // An extension that nobody knows, in the place of renegotiation_info.
                let at = flight.windows(2).position(|pair| pair == [0xff, 1]);
                if let Some(number) = at.and_then(|at| flight.get_mut(at + 1)) {
                    *number = 2;
                }
                let address = serve_flight(lab, Refuses::With(40), flight)?;
                Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
            },
        ),
        scenario(
            "rsa-key-exchange-by-name",
            "a server that cannot be spoken to answers only those who name it",
            Expect::pass().saying(UNSPOKEN),
            Refuses::Unnamed,
            Choice::new(TLS_1_2, RSA),
            &[],
            good,
        ),
        scenario(
            "tls13-intolerant",
            "the server does not tolerate a hello that offers TLS 1.3, and answers an older one",
            alert(40)
                .blaming(Blame::Target)
                .saying("answers a hello that offers nothing newer than TLS 1.2")
                .showing("does not tolerate"),
            Refuses::With(40),
            Choice::new(TLS_1_2, ECDHE).with(&[3, 0, 23, 1, 4]),
            &[],
            good,
        ),
    ]
}

/// A certificate that is larger than the library reads: 70 KB of an extension that nobody knows.
fn large() -> Vec<Scenario> {
    const OF_NOBODY: oids::Oid = &[1, 3, 6, 1, 4, 1, 55_555, 1];
    const BYTES: usize = 70_000;
    let server = |lab: &Lab| {
        let template = Template::server(lab.pki().now(), NAMES);
        let leaf =
            lab.pki().issuing().issue(&template.with_extension(extension(OF_NOBODY, false, &[0; BYTES])))?;
        Server::new(&leaf).map(|server| server.only(&TLS12))
    };
    vec![
        Scenario::new(
            Protocol::Ssl,
            "tls-handshake/large-certificate",
            "the server's certificate has more than 64 KiB",
            Expect::pass().saying("longer than the 64 KiB that this client reads"),
            move |lab| {
                let address =
                    accept(lab, server(lab)?, |mut stream| async move { greet(&mut stream).await })?;
                let assertions = ["certificate expires_in > 14 days"];
                Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &assertions))
            },
        ),
        Scenario::new(
            Protocol::Http,
            "tls-handshake/large-certificate-web",
            "the certificate of a web server has more than 64 KiB",
            tls("excessive_message_size").blaming(Blame::Ourselves),
            move |lab| {
                let address =
                    accept(lab, server(lab)?, |mut stream| async move { greet(&mut stream).await })?;
                Ok(http_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
            },
        ),
    ]
}

/// In other protocols nothing can be said to the server: that is a limit of the probe.
fn elsewhere() -> Vec<Scenario> {
    let http = |case, shows, expect: Expect, refuses, choice: Choice| {
        Scenario::new(Protocol::Http, format!("tls-handshake/{case}-web"), shows, expect, move |lab| {
            let address = serve(lab, refuses, choice.clone(), good(lab.pki())?)?;
            Ok(http_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
        })
    };
    let ours = |expect: Expect| expect.blaming(Blame::Ourselves).saying(UNSPOKEN);
    vec![
        http(
            "rsa-key-exchange",
            "a web server has only cipher suites without ephemeral keys",
            ours(alert(40)).showing("TLS_RSA_WITH_AES_128_CBC_SHA").showing("not_after"),
            Refuses::With(40),
            Choice::new(TLS_1_2, RSA),
        ),
        http(
            "rsa-key-exchange-closes",
            "the same of a server that closes instead of saying so",
            ours(tls("no_shared_cipher")),
            Refuses::Closing,
            Choice::new(TLS_1_2, RSA),
        ),
        http(
            "tls10-closes",
            "a web server that knows TLS 1.0 closes instead of saying so",
            ours(tls("unsupported_protocol")),
            Refuses::Closing,
            Choice::new(TLS_1_0, RSA),
        ),
        Scenario::new(
            Protocol::Ssl,
            "starttls/smtp-rsa-key-exchange",
            "a mail server has only cipher suites without ephemeral keys",
            Expect::pass().saying(UNSPOKEN),
            |lab| {
                let flight = Arc::new(flight(TLS_1_2, RSA, &good(lab.pki())?, &[]));
                let address = peer::tcp(lab, move |mut stream| {
                    let flight = Arc::clone(&flight);
                    async move {
                        if play(&mut stream, SMTP).await {
                            answer(stream, Refuses::With(40), &flight).await;
                        }
                    }
                })?;
                let mut fields = trusting(&[lab.pki().ca_pem()]);
                fields.insert("starttls".to_owned(), json!("smtp"));
                Ok(ssl_peer(address, fields, &[]))
            },
        ),
    ]
}

/// Servers of TLS 1.3 alone that want what few know. Nothing of their certificates is seen.
fn of_tls_13() -> Vec<Scenario> {
    const X25519: [u8; 2] = [0, 29];
    let choosing = |case, shows, expect, suite, group| {
        Scenario::new(Protocol::Ssl, format!("tls-handshake/{case}"), shows, expect, move |lab| {
            let address = peer::tcp(lab, move |mut stream| async move {
                let answer = if offers_only_13(&client_hello(&mut stream).await) {
                    hello_retry_request(suite, group)
                } else {
                    super::script::alert(TLS_1_2, 2, 40)
                };
                let _ = stream.write_all(&answer).await;
                finish(stream).await;
            })?;
            Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
        })
    };
    let ours = |words: &str| {
        let unspoken = format!("the server chose {words}, TLSv1.3, {UNSPOKEN}");
        alert(40).blaming(Blame::Ourselves).saying(unspoken).omitting("can watch its certificate")
    };
    vec![
        choosing(
            "tls13-ccm",
            "the server knows TLS 1.3 and no cipher suite but CCM",
            ours("TLS_AES_128_CCM_SHA256").showing("TLS_AES_128_GCM_SHA256"),
            [0x13, 4],
            X25519,
        ),
        choosing(
            "tls13-brainpool",
            "the server knows TLS 1.3 and no group but a brainpool curve",
            ours("TLS_AES_256_GCM_SHA384 with the group brainpoolP256r1tls13"),
            [0x13, 2],
            [0, 31],
        ),
        choosing(
            "tls13-unknown-reason",
            "the server refuses the usual hello of TLS 1.3 and answers one that offers more",
            alert(40)
                .blaming(Blame::Target)
                .saying("answers a hello with all groups and signature algorithms and without a key")
                .showing("of a kind that this client does not know"),
            [0x13, 1],
            X25519,
        ),
    ]
}

/// A scenario about a server that refuses a hello of today and chooses so from an older one.
fn scenario(
    case: &str,
    shows: &'static str,
    expect: Expect,
    refuses: Refuses,
    choice: Choice,
    assertions: &'static [&'static str],
    chain: impl Fn(&Pki) -> Result<Vec<CertificateDer<'static>>, LabError> + Send + Sync + 'static,
) -> Scenario {
    Scenario::new(Protocol::Ssl, format!("tls-handshake/{case}"), shows, expect, move |lab| {
        let address = serve(lab, refuses, choice.clone(), chain(lab.pki())?)?;
        Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), assertions))
    })
}

/// The usual chain.
fn good(pki: &Pki) -> Result<Vec<CertificateDer<'static>>, LabError> {
    Ok(pki.good().chain.clone())
}

/// A server with the usual chain that has only cipher suites without ephemeral keys.
pub(crate) fn rsa_server(lab: &Lab) -> Result<SocketAddr, LabError> {
    serve(lab, Refuses::With(40), Choice::new(TLS_1_2, RSA), good(lab.pki())?)
}

fn serve(
    lab: &Lab,
    refuses: Refuses,
    choice: Choice,
    chain: Vec<CertificateDer<'static>>,
) -> Result<SocketAddr, LabError> {
    serve_flight(lab, refuses, flight(choice.version, choice.suite, &chain, &choice.exchange))
}

fn serve_flight(lab: &Lab, refuses: Refuses, flight: Vec<u8>) -> Result<SocketAddr, LabError> {
    let flight = Arc::new(flight);
    peer::tcp(lab, move |stream| {
        let flight = Arc::clone(&flight);
        async move { answer(stream, refuses, &flight).await }
    })
}

/// Reads the hello, refuses it if it offers TLS 1.3, and answers it with the flight otherwise.
async fn answer(mut stream: TcpStream, refuses: Refuses, flight: &[u8]) {
    let hello = client_hello(&mut stream).await;
    let is_named = || hello.windows(NAME.len()).any(|window| window == NAME.as_bytes());
    let is_refused = offers_13(&hello) || (matches!(refuses, Refuses::Unnamed) && !is_named());
    let refusal = match refuses {
        Refuses::With(description) => super::script::alert(TLS_1_2, 2, description),
        Refuses::Unnamed => super::script::alert(TLS_1_2, 2, 40),
        Refuses::Closing => Vec::new(),
    };
    let _ = stream.write_all(if is_refused { &refusal } else { flight }).await;
    finish(stream).await;
}
