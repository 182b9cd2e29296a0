//! Notifiers that send e-mail, over SMTP (RFC 5321).
//!
//! Connections and TLS are those of `faultfinder-net`: what fails before the first command is named by its code, and certificates
//! are verified as tests verify them. The messages and the commands are those of the crate `lettre`.

mod settings; // Mailer: where a server is, who sends and who receives
mod message; // the message of a notice
mod session; // the connection, with a limit on what it reads
mod failure; // what went wrong, in words
mod sending; // from a message to an answer

pub(super) use message::message;
pub(super) use sending::send;
pub(super) use settings::Mailer;
