//! A tunnel through a SOCKS5 proxy (RFC 1928, RFC 1929).

use crate::dial::candidates;
use crate::{ClientOptions, Host, Login, Proxy, Trace, Vantage, classify_io, resolve};
use faultfinder_taxonomy::{Code, Detail, Errno, Fault, Phase, SocksReply};
use std::net::IpAddr;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

const VERSION: u8 = 5;
/// What the replies of SOCKS4 begin with.
const SOCKS4_REPLY: u8 = 0;
/// Methods of authentication (RFC 1928 section 3).
const NO_AUTHENTICATION: u8 = 0;
const USERNAME_PASSWORD: u8 = 2;
const NO_ACCEPTABLE_METHOD: u8 = 0xff;
/// The version of the exchange of user name and password (RFC 1929 section 2).
const CREDENTIALS_VERSION: u8 = 1;
/// The command, and the types of addresses (RFC 1928 sections 4 and 5).
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Requests a tunnel to a target from a SOCKS5 proxy, on a stream that is connected to it, in the proxy phase.
///
/// With `socks5://` the target's name is resolved here, in the resolve phase; with `socks5h://` by the proxy.
///
/// # Errors
///
/// `DNS` when the name cannot be resolved here; `TUNNEL` when the proxy refuses, ends the connection or does not speak
/// SOCKS5; `AUTHENTICATION_ERROR` when it refuses configured credentials; `INVALID_REQUEST` when they are too long.
pub(crate) async fn socks_tunnel<S: AsyncRead + AsyncWrite + Unpin>(
    vantage: &Vantage,
    stream: &mut S,
    proxy: &Proxy,
    host: &Host,
    port: u16,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let credentials = credentials(proxy)?;
    let target = match host {
        Host::Name(_) if proxy.url.scheme() == "socks5" => {
            // The connection to the proxy stays in the report; the target's addresses are reported in addition.
            let addresses = resolve(vantage, host, options, trace).await?;
            candidates(&addresses, options).first().copied().map(Host::Address)
        }
        other => Some(other.clone()),
    };
    let Some(target) = target else {
        let message = "none of the target's addresses belongs to the address family that the test requires";
        return Err(Fault::new(Code::Dns, Phase::Resolve, Detail::dns("NODATA", "ENODATA"), message));
    };
    trace.enter(Phase::Proxy);
    let mut talk = Talk { stream, heard: Vec::new() };
    talk.greet(credentials.as_ref()).await?;
    talk.request(&target, port).await
}

/// User and password, each of at most 255 bytes.
struct Credentials {
    username: Vec<u8>,
    password: Vec<u8>,
}

fn credentials(proxy: &Proxy) -> Result<Option<Credentials>, Fault> {
    let Some(Login { username, password }) = proxy.credentials() else { return Ok(None) };
    for (what, text) in [("user name", &username), ("password", &password)] {
        if text.is_empty() || u8::try_from(text.len()).is_err() {
            let detail = Detail::definition("ERR_INVALID_URL", "proxy.url");
            let message =
                format!("the proxy's {what} has {} bytes; SOCKS5 takes 1 to 255 (RFC 1929)", text.len());
            return Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, message));
        }
    }
    Ok(Some(Credentials { username: username.into_bytes(), password: password.into_bytes() }))
}

/// The conversation with a proxy, and its replies.
struct Talk<'s, S> {
    stream: &'s mut S,
    heard: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<'_, S> {
    /// Negotiates an authentication method, and authenticates.
    async fn greet(&mut self, credentials: Option<&Credentials>) -> Result<(), Fault> {
        let methods: &[u8] = match credentials {
            None => &[VERSION, 1, NO_AUTHENTICATION],
            Some(_) => &[VERSION, 2, NO_AUTHENTICATION, USERNAME_PASSWORD],
        };
        self.send(methods).await?;
        self.version(VERSION).await?;
        match (self.byte().await?, credentials) {
            (NO_AUTHENTICATION, _) => Ok(()),
            (USERNAME_PASSWORD, Some(credentials)) => self.authenticate(credentials).await,
            (NO_ACCEPTABLE_METHOD, Some(_)) => Err(self.fault(
                Code::AuthenticationError,
                Detail::socks("no_acceptable_method", Some(NO_ACCEPTABLE_METHOD)),
                "the proxy accepts neither a user name and password nor requests without them".to_owned(),
            )),
            // Some choose the one that they want although it was not offered.
            (method @ (NO_ACCEPTABLE_METHOD | USERNAME_PASSWORD), None) => Err(self.fault(
                Code::Tunnel,
                Detail::socks("no_acceptable_method", Some(method)),
                "the proxy requires credentials, but the test has none".to_owned(),
            )),
            (method, _) => Err(self.fault(
                Code::Tunnel,
                Detail::socks("not_socks", Some(method)),
                format!("the proxy chose the authentication method {method}, which was not offered"),
            )),
        }
    }

    async fn authenticate(&mut self, credentials: &Credentials) -> Result<(), Fault> {
        let mut message = vec![CREDENTIALS_VERSION];
        for text in [&credentials.username, &credentials.password] {
            message.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
            message.extend_from_slice(text);
        }
        self.send(&message).await?;
        self.version(CREDENTIALS_VERSION).await?;
        match self.byte().await? {
            0 => Ok(()),
            status => Err(self.fault(
                Code::AuthenticationError,
                Detail::socks("credentials_refused", Some(status)),
                format!("the proxy refused the configured credentials (status {status})"),
            )),
        }
    }

    /// Requests the tunnel.
    async fn request(&mut self, target: &Host, port: u16) -> Result<(), Fault> {
        let mut message = vec![VERSION, CONNECT, 0];
        match target {
            Host::Address(IpAddr::V4(address)) => {
                message.push(IPV4);
                message.extend_from_slice(&address.octets());
            }
            Host::Address(IpAddr::V6(address)) | Host::LinkLocal(address, _) => {
                message.push(IPV6);
                message.extend_from_slice(&address.octets());
            }
            // A host's name has at most 253 bytes.
            Host::Name(name) => {
                message.extend_from_slice(&[NAME, u8::try_from(name.len()).unwrap_or(u8::MAX)]);
                message.extend_from_slice(name.as_bytes());
            }
        }
        message.extend_from_slice(&port.to_be_bytes());
        self.send(&message).await?;
        self.version(VERSION).await?;
        let reply = SocksReply::new(self.byte().await?);
        if reply.number() != 0 {
            // The remaining bytes have no meaning.
            let message = format!(
                "the proxy did not open a tunnel to {}:{port}: {} ({})",
                target.to_text(),
                reply.text(),
                reply.number()
            );
            return Err(self.fault(
                Code::Tunnel,
                Detail::socks(&reply.name(), Some(reply.number())),
                message,
            ));
        }
        self.bound_address().await
    }

    /// Reads the address from which the proxy connected, so that the tunnel begins after it.
    async fn bound_address(&mut self) -> Result<(), Fault> {
        let _reserved = self.byte().await?;
        let kind = self.byte().await?;
        let length = match kind {
            IPV4 => 4,
            IPV6 => 16,
            NAME => usize::from(self.byte().await?),
            _ => {
                let message = format!("the proxy's reply has an address of the unknown type {kind}");
                return Err(self.fault(Code::Tunnel, Detail::socks("not_socks", Some(kind)), message));
            }
        };
        for _ in 0..length + size_of::<u16>() {
            self.byte().await?;
        }
        Ok(())
    }

    /// Reads the version that every reply begins with.
    async fn version(&mut self, expected: u8) -> Result<(), Fault> {
        let found = self.byte().await?;
        if found == expected {
            return Ok(());
        }
        let as_socks4 = if found == SOCKS4_REPLY { ", as one of SOCKS4 does" } else { "" };
        let message =
            format!("the proxy does not speak SOCKS5: its reply begins with {found:#04x}{as_socks4}");
        Err(self.fault(Code::Tunnel, Detail::socks("not_socks", Some(found)), message))
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let sent = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        sent.await.map_err(|error| self.broken(&error))
    }

    /// Reads byte by byte, so that nothing after the reply is read from the tunnel.
    async fn byte(&mut self) -> Result<u8, Fault> {
        let byte = self.stream.read_u8().await.map_err(|error| self.broken(&error))?;
        self.heard.push(byte);
        Ok(byte)
    }

    /// The proxy ended the connection before it replied.
    fn broken(&self, error: &std::io::Error) -> Fault {
        let errno = classify_io(error).unwrap_or(Errno::ConnReset);
        let message = format!("the proxy ended the connection before it opened the tunnel: {}", errno.text());
        self.fault(Code::Tunnel, Detail::errno(errno), message)
    }

    fn fault(&self, code: Code, detail: Detail, message: String) -> Fault {
        let fault = Fault::new(code, Phase::Proxy, detail, message);
        if self.heard.is_empty() {
            return fault;
        }
        let heard: Vec<String> = self.heard.iter().map(|byte| format!("{byte:02x}")).collect();
        fault.with("proxy_answer", heard.join(" "))
    }
}
