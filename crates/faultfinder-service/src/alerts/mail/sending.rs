//! From a message to an answer.

use super::failure::{Failure, Step};
use super::session::Session;
use super::settings::{Mailer, Security};
use faultfinder_net::starttls::start_tls;
use faultfinder_net::{ClientOptions, Deadline, Stream, Trace, Vantage, connect};
use faultfinder_taxonomy::word::StartTls;
use faultfinder_taxonomy::{Fault, TimeoutScope};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::Instant;

/// How long a step may take: to connect, the handshake, each command.
const STEP_MAX: Duration = Duration::from_secs(10);
/// How long all steps may take.
const TOTAL_MAX: Duration = Duration::from_secs(30);
/// How long a goodbye may take, on which nothing depends.
const GOODBYE_MAX: Duration = Duration::from_secs(1);
/// How the client logs in, the best first.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
/// The reply of a server that awaits the message (RFC 5321 section 4.3.2).
const START_INPUT: u16 = 354;

/// Sends a message. It yields the recipients that were refused, and why, although others were not: those have the message.
///
/// # Errors
///
/// Why the message went to nobody: the step that failed, and what the server said.
///
/// # Cancel safety
///
/// Dropping it closes the connection; whether the message was taken is unknown then.
pub(in crate::alerts) async fn send(
    vantage: &Vantage,
    mailer: &Mailer,
    message: &[u8],
) -> Result<Vec<String>, String> {
    let until = Instant::now() + TOTAL_MAX;
    let result = exchange(vantage, mailer, message, until).await;
    result.map_err(|failure| failure.why)
}

async fn exchange(
    vantage: &Vantage,
    mailer: &Mailer,
    message: &[u8],
    until: Instant,
) -> Result<Vec<String>, Failure> {
    let (session, client) = reached(vantage, mailer, until).await?;
    let hello = AsyncSmtpConnection::connect_with_transport(Box::new(session), &client);
    let mut dialog = Dialog { connection: limited(until, Step::Greeting, hello).await?, until };
    let result = dialog.deliver(mailer, message).await;
    let _ = tokio::time::timeout(GOODBYE_MAX, dialog.connection.quit()).await;
    result
}

/// The deadline of a step that begins now.
fn deadline(until: Instant) -> Deadline {
    let left = until.saturating_duration_since(Instant::now());
    Deadline::after(left.min(STEP_MAX), TimeoutScope::Request)
}

/// Does a step within its time.
async fn limited<T>(
    until: Instant,
    step: Step<'_>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    let deadline = deadline(until);
    match deadline.limit(work).await {
        Some(done) => done.map_err(|error| Failure::of_error(step, &error)),
        None => Err(Failure::of_time(step, deadline.budget())),
    }
}

/// A connection to the server, with TLS where it is due, and the name of this client.
async fn reached(vantage: &Vantage, mailer: &Mailer, until: Instant) -> Result<(Session, ClientId), Failure> {
    let mut trace = Trace::start();
    let opened = open(vantage, mailer, until, &mut trace).await;
    let (stream, own, peer) = opened.map_err(|fault| Failure::of_fault(&fault))?;
    // A name such as `localhost` may lead elsewhere.
    if !stream.is_encrypted() && mailer.login.is_some() && !peer.ip().to_canonical().is_loopback() {
        return Err(Failure::of_text(format!(
            "the login was not tried: a password is sent without TLS to this host only, and {peer} is another one"
        )));
    }
    // A client without a name sends its address (RFC 5321 section 4.1.3).
    let client = match own.ip().to_canonical() {
        IpAddr::V4(address) => ClientId::Ipv4(address),
        IpAddr::V6(address) => ClientId::Ipv6(address),
    };
    Ok((Session::new(stream, peer, mailer.security == Security::StartTls), client))
}

/// Connects; also yields our own address and that of the server.
async fn open(
    vantage: &Vantage,
    mailer: &Mailer,
    until: Instant,
    trace: &mut Trace,
) -> Result<(Stream, SocketAddr, SocketAddr), Fault> {
    let Mailer { host, port, security, tls, .. } = mailer;
    let options = ClientOptions::default();
    let step = deadline(until);
    let connected = step.limit(connect(vantage, host, *port, &options, trace)).await;
    let mut stream = connected.unwrap_or_else(|| Err(trace.timed_out(&step)))?;
    let unnamed = SocketAddr::from(([127, 0, 0, 1], 0));
    let (own, peer) = (stream.socket().local_addr().unwrap_or(unnamed), trace.peer().unwrap_or(unnamed));
    if *security == Security::StartTls {
        let step = deadline(until);
        let asked = step.limit(start_tls(&mut stream, StartTls::Smtp, host, trace)).await;
        asked.unwrap_or_else(|| Err(trace.timed_out(&step)))?;
    }
    let stream = Stream::Plain(stream);
    if *security == Security::None {
        return Ok((stream, own, peer));
    }
    let client = vantage.tls_client(tls, "tls")?;
    let step = deadline(until);
    let secured = step.limit(stream.secure(vantage, host, &client, &options, trace)).await;
    let (stream, _) = secured.unwrap_or_else(|| Err(trace.timed_out(&step)))?;
    Ok((stream, own, peer))
}

/// A session whose server has greeted.
struct Dialog {
    connection: AsyncSmtpConnection,
    until: Instant,
}

impl Dialog {
    /// Logs in and hands the message over; yields the recipients that were refused.
    async fn deliver(&mut self, mailer: &Mailer, message: &[u8]) -> Result<Vec<String>, Failure> {
        self.log_in(mailer).await?;
        let from = &mailer.from.email;
        let step = Step::Sender(from.as_ref());
        let command = self.connection.command(Mail::new(Some(from.clone()), Vec::new()));
        limited(self.until, step, command).await?;
        let mut refused = Vec::new();
        for to in &mailer.to {
            let step = Step::Recipient(to.email.as_ref());
            let command = self.connection.command(Rcpt::new(to.email.clone(), Vec::new()));
            match limited(self.until, step, command).await {
                Ok(_) => {}
                Err(failure) if failure.is_refusal => refused.push(failure.why),
                Err(failure) => return Err(failure),
            }
        }
        if refused.len() == mailer.to.len() {
            return Err(Failure::of_text(refused.join("; ")));
        }
        let reply = limited(self.until, Step::Message, self.connection.command(Data)).await?;
        expected(&reply, reply.has_code(START_INPUT))?;
        let reply = limited(self.until, Step::Message, self.connection.message(message)).await?;
        expected(&reply, reply.code().severity == Severity::PositiveCompletion)?;
        Ok(refused)
    }

    async fn log_in(&mut self, mailer: &Mailer) -> Result<(), Failure> {
        let Some(login) = &mailer.login else { return Ok(()) };
        if self.connection.server_info().get_auth_mechanism(&MECHANISMS).is_none() {
            return Err(Failure::of_text("the login failed: the server offers neither PLAIN nor LOGIN"));
        }
        let credentials = Credentials::new(login.username.clone(), login.password.clone());
        let login = self.connection.auth(&MECHANISMS, &credentials);
        let reply = limited(self.until, Step::Login, login).await?;
        match reply.code().severity {
            Severity::PositiveCompletion => Ok(()),
            _ => Err(Failure::of_reply(Step::Login, &reply)),
        }
    }
}

/// Whether a reply to a message is the one that takes it further.
fn expected(reply: &Response, is_expected: bool) -> Result<(), Failure> {
    if is_expected { Ok(()) } else { Err(Failure::of_reply(Step::Message, reply)) }
}
