//! Servers that speak NTLM and verify the response, its target information and the integrity check.

use super::ntlm_hash::{key_v2, mac, response_v1, utf16};
use super::proof::{proof, refused, unauthorized};
use crate::protocol::http::http1::{self, Request, answer, ok};
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::script::Script;
use crate::protocol::http::secure;
use crate::{Expect, peer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

const USER: &str = "Aladdin";
const DOMAIN: &str = "LAB";
const PASSWORD: &str = "opensesame";
const CHALLENGE: [u8; 8] = *b"lab12345";
/// Unicode, NTLM, extended session security, target information.
const FLAGS_V2: u32 = 0x0088_0201;
/// Unicode, NTLM.
const FLAGS_V1: u32 = 0x0000_0201;

/// An NTLM server and its state.
#[derive(Clone)]
struct Server {
    /// The second message.
    challenge: Vec<u8>,
    /// The first message of the latest connection.
    hello: Arc<Mutex<Vec<u8>>>,
    /// The target's information, as in the second message.
    info: Vec<u8>,
    tells_time: bool,
    is_v1: bool,
}

impl Server {
    fn v2(tells_time: bool) -> Self {
        let mut info = Vec::new();
        let mut entry = |name: u8, value: &[u8]| {
            info.extend_from_slice(&[name, 0, u8::try_from(value.len()).unwrap_or(0), 0]);
            info.extend_from_slice(value);
        };
        entry(2, &utf16(DOMAIN));
        entry(1, &utf16("SERVER"));
        if tells_time {
            entry(7, &[0x80, 0x3e, 0xd5, 0xde, 0xb1, 0x9d, 0x01, 0]);
        }
        entry(0, &[]);
        Self {
            challenge: second_message(FLAGS_V2, &info),
            hello: Arc::default(),
            info,
            tells_time,
            is_v1: false,
        }
    }

    fn v1() -> Self {
        Self { challenge: second_message(FLAGS_V1, &[]), is_v1: true, ..Self::v2(false) }
    }

    /// Sends the second message for the first, `200` for a third that is right and arrived on the same connection.
    fn answer(&self, request: &Request) -> Script {
        let message = proof(request, "NTLM").and_then(|text| STANDARD.decode(text).ok());
        match message {
            Some(message) if message.get(8) == Some(&1) => {
                *self.hello.lock().unwrap_or_else(PoisonError::into_inner) = message;
                unauthorized(&format!("NTLM {}", STANDARD.encode(&self.challenge)))
            }
            Some(message) if message.get(8) == Some(&3) && request.earlier > 0 && self.verifies(&message) => {
                if request.body == "hello" || request.method == "GET" {
                    ok()
                } else {
                    answer("400 Bad Request", "", b"")
                }
            }
            _ => unauthorized("Negotiate, NTLM"),
        }
    }

    fn verifies(&self, message: &[u8]) -> bool {
        self.check(message).unwrap_or(false)
    }

    fn check(&self, message: &[u8]) -> Option<bool> {
        let (response, domain, user) = (field(message, 20)?, field(message, 28)?, field(message, 36)?);
        if (domain, user) != (utf16(DOMAIN).as_slice(), utf16(USER).as_slice()) {
            return Some(false);
        }
        if self.is_v1 {
            return Some(response == response_v1(PASSWORD, &CHALLENGE));
        }
        let (proof, blob) = response.split_at_checked(16)?;
        let key = key_v2(PASSWORD, USER, DOMAIN);
        let right = proof == mac(&key, &[&CHALLENGE, blob]);
        // The entries of the target's information are returned, except the one that ends them.
        let told = self.info.get(..self.info.len().checked_sub(4)?)?;
        let returned = blob.get(28..)?.starts_with(told);
        Some(right && returned && (!self.tells_time || self.is_whole(message, &key, proof)?))
    }

    /// Whether the integrity check over all three messages is right.
    fn is_whole(&self, message: &[u8], key: &[u8], proof: &[u8]) -> Option<bool> {
        let said = message.get(72..88)?;
        let mut without = message.to_vec();
        without.get_mut(72..88)?.fill(0);
        let session_key = mac(key, &[proof]);
        let hello = self.hello.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Some(said == mac(&session_key, &[&hello, &self.challenge, &without]))
    }

    fn site(self, lab: &crate::Lab) -> Result<Site, crate::LabError> {
        Ok(Site::at(http1::serve(lab, move |request| self.answer(request))?))
    }
}

/// The data that a field of a message refers to.
fn field(message: &[u8], at: usize) -> Option<&[u8]> {
    let [a, b, _, _, c, d, _, _] = *message.get(at..)?.first_chunk::<8>()?;
    let (length, offset) = (usize::from(u16::from_le_bytes([a, b])), usize::from(u16::from_le_bytes([c, d])));
    message.get(offset..offset + length)
}

fn second_message(flags: u32, info: &[u8]) -> Vec<u8> {
    let mut message = b"NTLMSSP\0\x02\0\0\0".to_vec();
    message.extend_from_slice(&[0, 0, 0, 0, 48, 0, 0, 0]);
    message.extend_from_slice(&flags.to_le_bytes());
    message.extend_from_slice(&CHALLENGE);
    message.extend_from_slice(&[0; 8]);
    let length = u8::try_from(info.len()).unwrap_or(0);
    message.extend_from_slice(&[length, 0, length, 0, 48, 0, 0, 0]);
    message.extend_from_slice(info);
    message
}

fn login(password: &str) -> Value {
    json!({ "auth": credentials(password) })
}

fn credentials(password: &str) -> Value {
    json!({ "ntlm": { "username": USER, "password": password, "domain": DOMAIN, "workstation": "LABPC" } })
}

pub(super) fn rows() -> Vec<Row> {
    verified().into_iter().chain(refusals()).collect()
}

fn verified() -> Vec<Row> {
    let pass = Expect::pass;
    vec![
        Row::new("http1/401-ntlm-ok", "NTLM v2 over one connection", pass(), |lab| Server::v2(false).site(lab))
            .with(login(PASSWORD))
            .assert(&["status is 200", "body contains hello", "authenticate_time > 0 ms"]),
        Row::new("http1/401-ntlm-mic", "a server that checks the integrity of all messages", pass(), |lab| {
            Server::v2(true).site(lab)
        })
        .with(json!({ "auth": { "ntlm": { "username": "LAB\\Aladdin", "password": PASSWORD } } }))
        .assert(&["status is 200"]),
        Row::new("http1/401-ntlm-post", "a body that goes along only when it is accepted", pass(), |lab| {
            Server::v2(false).site(lab)
        })
        .with(json!({ "method": "POST", "body": "hello", "auth": credentials(PASSWORD) }))
        .assert(&["status is 200"]),
        Row::new("http1/401-ntlm-v1", "NTLM v1, because the test asks for it", pass(), |lab| {
            Server::v1().site(lab)
        })
        .with(json!({ "auth": { "ntlm": { "username": USER, "password": PASSWORD, "domain": DOMAIN, "version": 1 } } }))
        .assert(&["status is 200"]),
        Row::new("http1/401-ntlm-unneeded", "a server that wants no credentials of a POST", pass(), |lab| {
            Ok(Site::at(http1::serve(lab, |request| {
                if request.body == "hello" { ok() } else { answer("200 OK", "", b"empty") }
            })?))
        })
        .with(json!({ "method": "POST", "body": "hello", "auth": credentials(PASSWORD) }))
        .assert(&["status is 200", "body is hello"]),
        Row::new("http1/401-ntlm-tls", "NTLM over TLS, where HTTP/2 would be chosen otherwise", pass(), |lab| {
            let server = Server::v2(false);
            let config = lab.pki().good().server_config(&["h2", "http/1.1"])?;
            let address = peer::tls(lab, config, move |stream| {
                let server = server.clone();
                async move {
                    if stream.get_ref().1.alpn_protocol() == Some(b"http/1.1".as_slice()) {
                        http1::converse(stream, &|request: &Request| server.answer(request)).await;
                    }
                }
            })?;
            Ok(Site::new(format!("https://{address}/")).with(secure::trusting(lab)))
        })
        .with(login(PASSWORD))
        .assert(&["status is 200", "alpn is http/1.1"]),
    ]
}

/// A server that answers every request like this.
fn always(case: &str, shows: &'static str, expect: Expect, script: fn() -> Script) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, move |lab| {
        Ok(Site::at(http1::serve(lab, move |_| script())?))
    })
    .with(login(PASSWORD))
    .assert(&["status is 200"])
}

fn refusals() -> Vec<Row> {
    vec![
        Row::new(
            "http1/401-ntlm-refused",
            "a wrong password: the third message is refused",
            refused(),
            |lab| Server::v2(false).site(lab),
        )
        .with(login("wrong"))
        .assert(&["status is 200"]),
        always(
            "401-ntlm-bad-type2",
            "a challenge that is not an NTLM message",
            refused().saying("does not start with NTLMSSP"),
            || unauthorized("NTLM bm9uc2Vuc2U="),
        ),
        always(
            "401-ntlm-not-base64",
            "a challenge that is not base64",
            refused().saying("is not base64"),
            || unauthorized("NTLM a.b"),
        ),
        always(
            "401-ntlm-cut-type2",
            "a challenge that breaks off",
            refused().saying("it ends after"),
            || unauthorized(&format!("NTLM {}", STANDARD.encode(b"NTLMSSP\0\x02\0\0\0\0\0"))),
        ),
        always(
            "401-ntlm-no-type2",
            "no challenge for the first message",
            refused().saying("sent no challenge"),
            || unauthorized("NTLM"),
        ),
        always(
            "401-ntlm-not-offered",
            "a server that wants another scheme",
            refused().saying("does not offer NTLM"),
            || unauthorized("Basic realm=\"lab\""),
        ),
        always(
            "401-ntlm-closes",
            "a server that closes the connection after its challenge",
            refused().saying("closes the connection"),
            || {
                let text = STANDARD.encode(second_message(FLAGS_V1, &[]));
                let headers = format!("WWW-Authenticate: NTLM {text}\r\nConnection: close\r\n");
                answer("401 Unauthorized", &headers, b"").fin()
            },
        ),
        always(
            "401-ntlm-rst",
            "RST instead of a challenge",
            crate::protocol::http::expectations::reset(Phase::Authenticate),
            || Script::new().reset(),
        ),
        Row::new(
            "http1/ntlm-version-2",
            "NTLM with HTTP/2, which cannot be",
            crate::protocol::http::expectations::definition(Code::InvalidRequest, "ERR_INVALID_PROTOCOL"),
            |_| Ok(Site::new("https://127.0.0.1:9/")),
        )
        .with(json!({ "version": "2", "auth": credentials(PASSWORD) })),
    ]
}
