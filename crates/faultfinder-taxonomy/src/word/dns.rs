//! How name servers are asked.

use super::words;

words! {
    /// How a name server or resolver is asked.
    Transport, "a transport" {
        /// Over UDP; over TCP when the answer is truncated.
        Udp = "udp",
        /// Over TCP.
        Tcp = "tcp",
        /// Over TLS (RFC 7858).
        Dot = "dot" | "tls",
        /// Over HTTPS (RFC 8484).
        Doh = "doh" | "https",
        /// Over QUIC (RFC 9250).
        Doq = "doq" | "quic",
    }
}

words! {
    /// What is done about the signatures of DNSSEC.
    Dnssec, "what is done about signatures" {
        /// Nothing.
        Off = "off" | "false",
        /// They are asked for (DO, RFC 3225).
        Request = "request" | "true",
        /// They are asked for and validated here, from a trust anchor.
        Validate = "validate",
    }
}

words! {
    /// Whether questions have EDNS (RFC 6891).
    Edns, "whether questions have EDNS" {
        /// They have.
        On = "on" | "true",
        /// They have not, for servers and firewalls that do not accept it.
        Off = "off" | "false",
    }
}
