//! The port of each protocol.

use faultfinder_taxonomy::word::StartTls;

/// The port that IANA has assigned to a protocol.
#[must_use]
pub const fn default_port(protocol: StartTls) -> u16 {
    match protocol {
        StartTls::Smtp => 25,
        StartTls::Imap => 143,
        StartTls::Pop3 => 110,
        StartTls::Ftp => 21,
        StartTls::Ldap => 389,
        StartTls::Postgres => 5432,
        StartTls::Mysql => 3306,
        StartTls::Xmpp => 5222,
    }
}
