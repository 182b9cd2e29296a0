//! TLS that is requested inside another protocol, in plaintext.
//!
//! [`start_tls`] speaks as much of a protocol on a connection as is needed until TLS may begin, and not a byte more.
//! One small file per protocol implements that.
//!
//! # Decisions
//!
//! * It is the phase `open`. Failures in it are `SSL` with a specific detail: the server does not offer TLS
//!   (`starttls_not_offered`), refuses it (`starttls_refused`), or sends a response that violates the protocol
//!   (`starttls_malformed`), or turns the client away before TLS is a subject (`service_refused`: too many connections, a
//!   blocked address, a host that it does not serve). The server's own text is in the evidence.
//! * Between the go-ahead and the handshake only this client may send. A careless client would treat bytes that arrived
//!   with the go-ahead as responses inside TLS (CVE-2011-0411 and similar): that is `starttls_injected`.
//! * Everything that is read is bounded: [`LINE_BYTES_MAX`], [`TALK_BYTES_MAX`].

mod port; // the port of each protocol
mod dialog; // reading and writing, bounded, with the conversation kept
mod fault; // the possible failures
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

use crate::stamped::Stamped;
use crate::{Host, Trace};
use dialog::Dialog;
use faultfinder_taxonomy::word::StartTls;
use faultfinder_taxonomy::{Fault, Phase};

/// Requests TLS, in the phase `open`. Afterwards the connection is ready for the handshake.
///
/// # Errors
///
/// `SSL` when the server does not let TLS begin, `CONNRESET` when it ends the connection instead.
pub async fn start_tls(
    stream: &mut Stamped,
    protocol: StartTls,
    host: &Host,
    trace: &mut Trace,
) -> Result<(), Fault> {
    trace.enter(Phase::Open);
    let mut dialog = Dialog::new(stream, trace, protocol);
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
    trace.notes.starttls = Some(protocol);
    trace.leave();
    Ok(())
}
