//! A mail server that answers as a test decides.

use crate::served::BOUND;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// When a server speaks TLS.
#[derive(Clone)]
pub(crate) enum Tls {
    Never,
    Asked(TlsAcceptor),
    First(TlsAcceptor),
}

/// What a server does instead of what it would answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Reply(&'static str),
    /// It ends the connection.
    Close,
    /// It says nothing, and the clock of this runtime stands still until the client leaves, but for what it waits for.
    Hang,
    /// It sends these bytes for as long as the client reads.
    Endless(&'static str),
}

/// What came over one connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    /// The commands, and what followed a 334.
    pub(crate) commands: Vec<String>,
    /// Those that came before TLS, if it came.
    pub(crate) in_clear: usize,
    /// The message as it was on the wire, with dots doubled; empty without one.
    pub(crate) raw: String,
}

impl Received {
    /// The message.
    pub(crate) fn message(&self) -> String {
        self.raw.split_inclusive("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line)).collect()
    }

    /// A header of the message, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let message = self.message();
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        let head = head.replace("\r\n ", " ");
        head.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
    }

    /// The body of the message, as it is encoded.
    pub(crate) fn body(&self) -> String {
        self.message().split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

/// A server on a port of its own.
pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    tls: Tls,
    /// The extensions that it offers, after STARTTLS.
    offers: Mutex<&'static str>,
    /// Commands, and what the next ones of each are answered with; as usual when nothing is left. `GREETING` and `MESSAGE` are the
    /// greeting and the end of a message.
    answers: Mutex<VecDeque<(&'static str, Answer)>>,
    received: watch::Sender<Vec<Received>>,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for S {}
type Conversation = BufReader<Box<dyn Wire>>;

/// A certificate for 127.0.0.1, put into `ca.pem` of a folder, and a server with it.
pub(crate) fn acceptor(folder: &Path) -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("ca.pem"), made.cert.pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

impl MailServer {
    pub(crate) async fn start(tls: Tls, offers: &'static str) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            tls,
            offers: Mutex::new(offers),
            answers: Mutex::default(),
            received: watch::Sender::default(),
        });
        let of = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&of).serve(stream));
            }
        });
        server
    }

    /// The next command of this kind is answered so.
    pub(crate) fn answer(&self, command: &'static str, answer: Answer) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push_back((command, answer));
    }

    /// Waits until so many connections have ended, and yields what came over them.
    pub(crate) async fn received(&self, count: usize) -> Vec<Received> {
        let mut received = self.received.subscribe();
        let seen = tokio::time::timeout(BOUND, received.wait_for(|received| received.len() >= count)).await;
        assert!(seen.is_ok(), "{:#?}", self.received.borrow());
        self.received.borrow().clone()
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let mut received = Received::default();
        let _ = self.converse(stream, &mut received).await;
        self.received.send_modify(|all| all.push(received));
    }

    async fn converse(&self, stream: TcpStream, received: &mut Received) -> std::io::Result<()> {
        let stream: Box<dyn Wire> = match &self.tls {
            Tls::First(acceptor) => Box::new(acceptor.accept(stream).await?),
            Tls::Never | Tls::Asked(_) => Box::new(stream),
        };
        let mut stream = BufReader::new(stream);
        let mut is_secure = false;
        self.say(&mut stream, "GREETING", "220 mail.test ready").await?;
        loop {
            let line = line(&mut stream).await?;
            received.commands.push(line.clone());
            let verb = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let offers = *self.offers.lock().unwrap();
                    let starttls = match &self.tls {
                        Tls::Asked(_) if !is_secure => "250-STARTTLS\r\n",
                        _ => "",
                    };
                    let reply = format!("250-mail.test\r\n{starttls}{offers}250 OK");
                    self.say(&mut stream, "EHLO", &reply).await?;
                }
                "STARTTLS" => {
                    let Tls::Asked(acceptor) = &self.tls else { unreachable!("it is not offered") };
                    self.say(&mut stream, "STARTTLS", "220 go ahead").await?;
                    stream = BufReader::new(Box::new(acceptor.accept(stream.into_inner()).await?));
                    is_secure = true;
                    received.in_clear = received.commands.len();
                }
                "AUTH" | "MAIL" | "RCPT" => {
                    // `Username:` and `Password:`.
                    let challenges = ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"];
                    for challenge in challenges.iter().filter(|_| line == "AUTH LOGIN") {
                        stream.write_all(format!("{challenge}\r\n").as_bytes()).await?;
                        received.commands.push(self::line(&mut stream).await?);
                    }
                    self.say(&mut stream, &verb, "250 ok").await?;
                }
                "DATA" => {
                    if !self.say(&mut stream, "DATA", "354 go on").await? {
                        continue;
                    }
                    loop {
                        let mut bytes = Vec::new();
                        if stream.read_until(b'\n', &mut bytes).await? == 0 || bytes == b".\r\n" {
                            break;
                        }
                        received.raw.push_str(std::str::from_utf8(&bytes).unwrap());
                    }
                    self.say(&mut stream, "MESSAGE", "250 queued as 1").await?;
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => stream.write_all(b"502 what?\r\n").await?,
            }
        }
    }

    /// Answers; yields whether it was as usual.
    async fn say(&self, stream: &mut Conversation, command: &str, usual: &str) -> std::io::Result<bool> {
        let answer = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            let found = answers.iter().position(|(of, _)| *of == command);
            found.and_then(|at| answers.remove(at)).map(|(_, answer)| answer)
        };
        match answer {
            None => stream.write_all(format!("{usual}\r\n").as_bytes()).await?,
            Some(Answer::Reply(reply)) => stream.write_all(format!("{reply}\r\n").as_bytes()).await?,
            Some(Answer::Close) => return Err(std::io::ErrorKind::ConnectionAborted.into()),
            Some(Answer::Hang) => {
                tokio::time::pause();
                let _ = stream.read_to_end(&mut Vec::new()).await;
                tokio::time::resume();
                return Err(std::io::ErrorKind::ConnectionAborted.into());
            }
            Some(Answer::Endless(bytes)) => loop {
                stream.write_all(bytes.as_bytes()).await?;
            },
        }
        stream.flush().await?;
        Ok(answer.is_none())
    }
}

/// A line, without its end.
async fn line(stream: &mut Conversation) -> std::io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    assert!(line.ends_with("\r\n"), "{line:?}");
    Ok(line.trim_end().to_owned())
}
