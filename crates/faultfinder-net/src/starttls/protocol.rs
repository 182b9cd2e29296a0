//! Which protocol.

/// The protocol in which TLS is asked for. The words are those of the definition format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StartTls {
    /// Mail between servers, and its submission (RFC 3207).
    Smtp,
    /// Mail boxes (RFC 9051).
    Imap,
    /// Mail boxes (RFC 2595).
    Pop3,
    /// Files (RFC 4217).
    Ftp,
    /// Directories (RFC 4511).
    Ldap,
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// Chat, from client to server (RFC 6120).
    Xmpp,
}

impl StartTls {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Ftp => "ftp",
            Self::Ldap => "ldap",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Xmpp => "xmpp",
        }
    }

    /// The port that IANA has assigned to it.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Smtp => 25,
            Self::Imap => 143,
            Self::Pop3 => 110,
            Self::Ftp => 21,
            Self::Ldap => 389,
            Self::Postgres => 5432,
            Self::Mysql => 3306,
            Self::Xmpp => 5222,
        }
    }
}

impl std::fmt::Display for StartTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
