//! Versions of TLS, and the protocols that start it.

use super::words;

words! {
    /// A version of TLS, the oldest first.
    TlsVersion, "a TLS version" {
        /// TLS 1.0 (RFC 2246).
        Tls10 = "1.0" | "1" | "TLSv1" | "TLSv1.0",
        /// TLS 1.1 (RFC 4346).
        Tls11 = "1.1" | "TLSv1.1",
        /// TLS 1.2 (RFC 5246).
        Tls12 = "1.2" | "TLSv1.2",
        /// TLS 1.3 (RFC 8446).
        Tls13 = "1.3" | "TLSv1.3",
    }
}

words! {
    /// The protocol in which TLS is requested first (STARTTLS).
    StartTls, "a protocol" {
        /// Mail between servers, and its submission (RFC 3207).
        Smtp = "smtp",
        /// Mailboxes (RFC 9051).
        Imap = "imap",
        /// Mailboxes (RFC 2595).
        Pop3 = "pop3",
        /// Files (RFC 4217).
        Ftp = "ftp",
        /// Directories (RFC 4511).
        Ldap = "ldap",
        /// PostgreSQL.
        Postgres = "postgres" | "postgresql",
        /// MySQL and MariaDB.
        Mysql = "mysql",
        /// Chat, from client to server (RFC 6120).
        Xmpp = "xmpp",
    }
}
