//! TLS that is asked for inside another protocol, in plain text.
//!
//! [`start_tls`] speaks as much of a protocol over a connection as it takes to be told that TLS may begin, and not a byte
//! more. One small file per protocol says what that is.
//!
//! # Decisions
//!
//! * It is the phase `open`. What goes wrong in it is `SSL` with a detail of its own: the server does not offer TLS
//!   (`starttls_not_offered`), refuses it (`starttls_refused`), or answers with something that is not of the protocol
//!   (`starttls_malformed`). The server's own words are in the evidence.
//! * Nobody may speak between the go-ahead and the handshake but us. Bytes that came along with the go-ahead would be
//!   taken by a careless client for answers inside TLS (CVE-2011-0411 and its kin): that is `starttls_injected`.
//! * Everything that is read is bounded: [`LINE_BYTES_MAX`], [`TALK_BYTES_MAX`].

mod port; // where each protocol listens
mod dialog; // reading and writing, bounded, with what was said kept
mod fault; // what can go wrong
mod smtp; // RFC 3207
mod imap; // RFC 9051 section 6.2.1
mod pop3; // RFC 2595 section 4
mod ftp; // RFC 4217
mod ldap; // RFC 4511 section 4.14
mod postgres; // PostgreSQL's SSLRequest
mod mysql; // MySQL's CLIENT_SSL
mod xmpp; // RFC 6120 section 5

pub use dialog::{LINE_BYTES_MAX, TALK_BYTES_MAX};
pub use port::default_port;

use crate::{Host, Trace};
use dialog::Dialog;
use faultfinder_taxonomy::word::StartTls;
use faultfinder_taxonomy::{Fault, Phase};
use tokio::net::TcpStream;

/// Asks for TLS, in the phase `open`. Afterwards the connection is ready for the handshake.
///
/// # Errors
///
/// `SSL` when the server does not let TLS begin, `CONNRESET` when it ends the connection instead.
pub async fn start_tls(
    stream: &mut TcpStream,
    protocol: StartTls,
    host: &Host,
    trace: &mut Trace,
) -> Result<(), Fault> {
    trace.enter(Phase::Open);
    let mut dialog = Dialog::new(stream, protocol);
    match protocol {
        StartTls::Smtp => smtp::ask(&mut dialog).await,
        StartTls::Imap => imap::ask(&mut dialog).await,
        StartTls::Pop3 => pop3::ask(&mut dialog).await,
        StartTls::Ftp => ftp::ask(&mut dialog).await,
        StartTls::Ldap => ldap::ask(&mut dialog).await,
        StartTls::Postgres => postgres::ask(&mut dialog).await,
        StartTls::Mysql => mysql::ask(&mut dialog).await,
        StartTls::Xmpp => xmpp::ask(&mut dialog, host).await,
    }?;
    dialog.end()?;
    trace.leave();
    Ok(())
}
