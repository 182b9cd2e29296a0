//! Who has to act, where it is not the one whom the code names: one table.

use crate::{Blame, Code, Detail, Phase};
use serde::Serialize;

/// A kind of fault for which another party has to act than the one of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BlameRule {
    /// The codes; all if empty.
    pub codes: &'static [Code],
    /// The phases; all if empty.
    pub phases: &'static [Phase],
    /// The names of details; all if empty.
    pub details: &'static [&'static str],
    /// What else must be the case, which the fault itself does not show; nothing if it shows everything.
    pub when: Option<&'static str>,
    /// Who has to act.
    pub blame: Blame,
    /// Why.
    pub why: &'static str,
}

/// A rule without a condition of its own.
const fn rule(blame: Blame, why: &'static str) -> BlameRule {
    BlameRule { codes: &[], phases: &[], details: &[], when: None, blame, why }
}

impl BlameRule {
    /// Every rule. Of those without [`when`](Self::when), the first that fits decides; the others are decided where the
    /// condition is known, and come before.
    pub const ALL: &[Self] = &[
        Self {
            codes: &[Code::Timeout],
            phases: &[Phase::Assert],
            ..rule(Blame::Definition, "the assertions took the time")
        },
        Self {
            codes: &[Code::Timeout],
            phases: &[Phase::Resolve, Phase::Proxy],
            ..rule(Blame::Network, "the target was not asked yet")
        },
        Self {
            codes: &[Code::Timeout],
            when: Some("answers lay unread for more than half of the time"),
            ..rule(Blame::Ourselves, "this process was busy, and took the target's time")
        },
        Self {
            codes: &[Code::Dns],
            details: &["UNCONFIGURED"],
            ..rule(Blame::Ourselves, "the resolver configuration of this host cannot be used")
        },
        Self {
            codes: &[Code::Ssl],
            details: &["excessive_message_size", "no_shared_cipher"],
            ..rule(Blame::Ourselves, "the peer may do this; this client cannot")
        },
        Self {
            codes: &[Code::InvalidRequest],
            phases: &[Phase::Send],
            details: &["ERR_UNSUPPORTED_PROTOCOL"],
            ..rule(Blame::Target, "the target redirects to what cannot be requested")
        },
        Self {
            codes: &[Code::Ssl],
            phases: &[Phase::Tls],
            details: &[
                "UNABLE_TO_GET_CRL",
                "UNABLE_TO_GET_CRL_ISSUER",
                "CRL_HAS_EXPIRED",
                "CRL_NOT_YET_VALID",
                "CRL_PATH_VALIDATION_ERROR",
                "CRL_SIGNATURE_FAILURE",
                "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
                "UNHANDLED_CRITICAL_CRL_EXTENSION",
                "DIFFERENT_CRL_SCOPE",
                "ERROR_IN_CRL_LAST_UPDATE_FIELD",
                "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
            ],
            when: Some("the CRLs are those of the test (`crl: [FILE]`), and none is fetched"),
            ..rule(Blame::Definition, "the test's own CRL is stale, damaged, missing, or another one's")
        },
        Self {
            codes: &[Code::Ssl],
            phases: &[Phase::Tls],
            when: Some(
                "the server chose a version, cipher suite or group that this client does not have, or an algorithm that it cannot verify",
            ),
            ..rule(Blame::Ourselves, "a limit of this client says nothing about the target")
        },
        Self {
            codes: &[Code::Grpc],
            details: &["RESOURCE_EXHAUSTED"],
            when: Some("a message of the response is longer than this client reads (`max_message_bytes`)"),
            ..rule(Blame::Ourselves, "a limit of this client says nothing about the target")
        },
        Self {
            codes: &[Code::AuthenticationError],
            phases: &[Phase::Wait],
            when: Some("the target's challenge has an unknown algorithm, or is malformed"),
            ..rule(Blame::Target, "no credentials would answer it")
        },
        Self {
            codes: &[Code::AuthenticationError],
            phases: &[Phase::Authenticate],
            when: Some("the endpoint that issues tokens answers with status 429, or 500 and above"),
            ..rule(Blame::Target, "it fails whatever credentials it is shown")
        },
        Self {
            codes: &[Code::Dns],
            phases: &[Phase::Resolve],
            when: Some("in a DNS test: the server or the zone is the target, and it answered"),
            ..rule(Blame::Target, "SERVFAIL, NXDOMAIN, garbage, expired signatures or a wrong DS are its own")
        },
        Self {
            codes: &[Code::Dns, Code::Timeout],
            phases: &[Phase::Resolve],
            details: &["TIMEOUT", "UNREACHABLE", "CONNECTION_REFUSED"],
            when: Some("the name server is the one that this host is configured with"),
            ..rule(Blame::Ourselves, "no name server of this host answers")
        },
        Self {
            phases: &[Phase::Proxy],
            when: Some("the connection to the proxy failed, or its handshake or certificate"),
            ..rule(Blame::Network, "the target was not asked")
        },
    ];

    /// Who has to act on a fault, as far as the fault itself shows.
    pub(crate) fn blame(code: Code, phase: Phase, detail: &Detail) -> Blame {
        let name = detail.name();
        let fits = |rule: &&Self| {
            rule.when.is_none()
                && (rule.codes.is_empty() || rule.codes.contains(&code))
                && (rule.phases.is_empty() || rule.phases.contains(&phase))
                && (rule.details.is_empty() || rule.details.contains(&name))
        };
        Self::ALL.iter().find(fits).map_or_else(|| code.explanation().blame, |rule| rule.blame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Errno, Fault, TimeoutScope, VerifyCode};

    #[test]
    fn each_kind_of_fault_has_its_blame() {
        let timeout = || Detail::timeout(TimeoutScope::Request);
        let verify = |code| Detail::verify(code, code, 0, "CN=a");
        for (code, phase, detail, blame) in [
            (Code::Timeout, Phase::Resolve, timeout(), Blame::Network),
            (Code::Timeout, Phase::Proxy, timeout(), Blame::Network),
            (Code::Timeout, Phase::Connect, timeout(), Blame::Target),
            (Code::Timeout, Phase::Tls, timeout(), Blame::Target),
            (Code::Timeout, Phase::Wait, timeout(), Blame::Target),
            (Code::Timeout, Phase::Assert, timeout(), Blame::Definition),
            (Code::ConnRefused, Phase::Connect, Detail::errno(Errno::ConnRefused), Blame::Target),
            (Code::ConnReset, Phase::Receive, Detail::errno(Errno::ConnReset), Blame::Target),
            (Code::HostUnreach, Phase::Connect, Detail::errno(Errno::HostUnreach), Blame::Network),
            (Code::HostUnreach, Phase::Connect, Detail::errno(Errno::Acces), Blame::Network),
            (Code::HostUnreach, Phase::Connect, Detail::errno(Errno::Perm), Blame::Network),
            (Code::NetUnreach, Phase::Connect, Detail::errno(Errno::AddrNotAvail), Blame::Network),
            (Code::InternalError, Phase::Connect, Detail::errno(Errno::Mfile), Blame::Ourselves),
            (Code::InvalidRequest, Phase::Config, Detail::errno(Errno::AddrNotAvail), Blame::Definition),
            (Code::Dns, Phase::Resolve, Detail::dns("NXDOMAIN", "ENOTFOUND"), Blame::Network),
            (Code::Dns, Phase::Resolve, Detail::dns("UNCONFIGURED", "ECONNREFUSED"), Blame::Ourselves),
            (Code::Ssl, Phase::Tls, verify(VerifyCode::CertHasExpired), Blame::Target),
            (Code::Ssl, Phase::Tls, verify(VerifyCode::CrlHasExpired), Blame::Target),
            (Code::Ssl, Phase::Tls, Detail::tls("no_shared_cipher", None), Blame::Ourselves),
            (Code::Ssl, Phase::Tls, Detail::tls("excessive_message_size", None), Blame::Ourselves),
            (Code::Ssl, Phase::Tls, Detail::tls("wrong_version_number", None), Blame::Target),
            (Code::Ssl, Phase::Open, Detail::tls("service_refused", None), Blame::Target),
            (
                Code::InvalidRequest,
                Phase::Config,
                Detail::definition("ERR_INVALID_URL", "url"),
                Blame::Definition,
            ),
            (
                Code::InvalidRequest,
                Phase::Send,
                Detail::http("ERR_UNSUPPORTED_PROTOCOL", Some(302)),
                Blame::Target,
            ),
            (Code::InvalidRequest, Phase::Send, Detail::http("ERR_INVALID_URL", None), Blame::Definition),
            (Code::AuthenticationError, Phase::Wait, Detail::http("401", Some(401)), Blame::Credentials),
            (Code::Tunnel, Phase::Proxy, Detail::http("403", Some(403)), Blame::Network),
            (Code::MalformedResponse, Phase::Wait, Detail::http("HPE_INVALID_CONSTANT", None), Blame::Target),
            (Code::Unknown, Phase::Wait, Detail::http("?", None), Blame::Ourselves),
        ] {
            let fault = Fault::new(code, phase, detail, "");
            assert_eq!(fault.blame, blame, "{code} {phase} {}", fault.detail.name());
        }
    }

    #[test]
    fn a_fault_that_changes_its_phase_changes_its_blame_unless_it_has_its_own() {
        let timeout = || Fault::new(Code::Timeout, Phase::Wait, Detail::timeout(TimeoutScope::Request), "");
        assert_eq!(timeout().in_phase(Phase::Proxy).blame, Blame::Network);
        let ours = timeout().blamed_on(Blame::Ourselves);
        assert_eq!(ours.in_phase(Phase::Proxy).blame, Blame::Ourselves);
    }

    #[test]
    fn the_rule_about_crls_has_all_codes_that_are_about_one() {
        let rule = BlameRule::ALL.iter().find(|rule| rule.details.contains(&"UNABLE_TO_GET_CRL")).unwrap();
        let about = |code: &&VerifyCode| code.is_about_crl();
        assert_eq!(rule.details.len(), VerifyCode::ALL.iter().filter(about).count());
        for code in VerifyCode::ALL.iter().filter(about) {
            assert!(rule.details.contains(&code.as_str()), "{code:?}");
        }
    }

    #[test]
    fn every_rule_changes_something_and_says_why() {
        for rule in BlameRule::ALL {
            assert!(!rule.why.is_empty() && !rule.why.ends_with('.'), "{rule:?}");
            let codes = if rule.codes.is_empty() { &Code::ALL[..] } else { rule.codes };
            assert!(codes.iter().any(|code| code.explanation().blame != rule.blame), "{rule:?}");
            let is_exact = rule.when.is_none();
            assert!(!is_exact || codes.iter().all(|code| code.explanation().blame != rule.blame), "{rule:?}");
        }
    }
}
