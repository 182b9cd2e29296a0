//! What to do about a fault: hints by code, phase and detail. A hint that is false is worse than none.

use crate::{Code, Detail, Phase};

/// What to do next, most likely first.
pub(crate) fn hints(code: Code, phase: Phase, detail: &Detail) -> Vec<&'static str> {
    if let Some(hint) = of_redirect(code, phase, detail) {
        return vec![hint];
    }
    let mut hints: Vec<&'static str> = detail.hint().into_iter().collect();
    hints.extend(general(code, phase, detail));
    hints
}

/// The advice about an address that comes from a redirect, and not from the definition.
fn of_redirect(code: Code, phase: Phase, detail: &Detail) -> Option<&'static str> {
    let is_sent = matches!(phase, Phase::Send | Phase::Redirect);
    match detail {
        Detail::Definition { name, .. }
            if code == Code::InvalidRequest
                && is_sent
                && ["ERR_INVALID_URL", "ERR_UNSUPPORTED_PROTOCOL"].contains(&name.as_str()) =>
        {
            Some("fix the redirect of the target, or do not follow it (`follow_redirects: false`)")
        }
        _ => None,
    }
}

/// The advice beyond that of the detail.
fn general(code: Code, phase: Phase, detail: &Detail) -> &'static [&'static str] {
    match (code, detail) {
        (Code::Timeout, _) => timeout(phase),
        // Only verification lists certificates and what is wrong with them.
        (Code::Ssl, Detail::Verify { .. }) => code.explanation().hints,
        (Code::Ssl, _) => &[],
        (Code::InvalidRequest | Code::InvalidCharInHeader, Detail::Definition { .. })
            if detail.hint().is_some() =>
        {
            &[]
        }
        (Code::MalformedResponse, _) => malformed(phase),
        // The status may come without words, and the proxy's end without a response.
        (Code::Grpc, _) => &[],
        (Code::Tunnel, Detail::Errno { .. }) => {
            &["ask the proxy's administrator whether it may connect to this host and port"]
        }
        // Without a response, nothing crashed while responding.
        (Code::ConnReset, _) if phase == Phase::Connect => &[
            "the peer accepts connections and ends them at once: check for an access list, or a full backlog behind a load balancer",
        ],
        _ => code.explanation().hints,
    }
}

/// What to do about a response that breaks a rule.
const fn malformed(phase: Phase) -> &'static [&'static str] {
    match phase {
        Phase::Receive => {
            &["check the server, or a proxy in front of it: it frames or encodes the body wrongly"]
        }
        _ => &["check that the service on this port uses the protocol of the test"],
    }
}

/// What to do about time that ran out in a phase.
const fn timeout(phase: Phase) -> &'static [&'static str] {
    match phase {
        Phase::Resolve => {
            &["check that the name servers of this host, or the `resolver` of the test, answer"]
        }
        Phase::Connect => &[
            "a firewall that drops packets is the usual cause: check its rules for this address and port",
            "check that the address is right and the host is up",
        ],
        Phase::Proxy => &["check that the proxy is up, and that it can reach the target"],
        Phase::Tls => &[
            "the connection was accepted, but the handshake did not finish: check that the port speaks TLS, and the load of the server",
            "large handshake messages may be lost on the way: check the MTU of tunnels and VPNs on the path",
        ],
        Phase::Aia | Phase::Crl | Phase::Ocsp => {
            &["check that the URL of the authority can be reached from here, or allow more time"]
        }
        Phase::Authenticate => &["check the service that issues tokens, or that answers the first request"],
        Phase::Open => {
            &["check the server's log: it accepted the connection and did not answer the request to open it"]
        }
        Phase::Reflect => {
            &["check that the server's reflection service works, or give the schema with the test"]
        }
        Phase::Send => &[
            "the peer does not read the request, or its flow control does not let it out: check the load of the server",
        ],
        Phase::Wait => &[
            "the server has the request and does not answer: check its log for a slow request at that time",
            "allow more `timeout` if the server may take longer",
        ],
        Phase::Receive => &[
            "the response began and did not end: check the server's log, or allow more `timeout` for a large response",
        ],
        Phase::Trailers => {
            &["the call has no end: check the server's log, or limit `max_messages` for a stream"]
        }
        Phase::Assert => {
            &["the assertions took too long: use simpler patterns, or allow more `overall_timeout`"]
        }
        Phase::Config | Phase::Redirect => &["allow more `timeout`"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlertDescription, Errno, TimeoutScope, VerifyCode};

    #[test]
    fn a_timeout_has_the_advice_of_its_phase_alone() {
        let detail = Detail::timeout(TimeoutScope::Request);
        for phase in Phase::ALL {
            let found = hints(Code::Timeout, phase, &detail);
            assert!(!found.is_empty(), "{phase}");
            let speaks_of_firewalls = found.iter().any(|hint| hint.contains("firewall"));
            assert_eq!(speaks_of_firewalls, phase == Phase::Connect, "{phase}: {found:?}");
        }
    }

    #[test]
    fn a_mistake_in_a_definition_has_the_advice_of_its_field_alone() {
        let of =
            |phase, name: &str| hints(Code::InvalidRequest, phase, &Detail::definition(name, "http.url"));
        assert!(matches!(of(Phase::Config, "ERR_INVALID_URL")[..], [hint] if hint.contains("whole URL")));
        assert!(matches!(of(Phase::Send, "ERR_INVALID_URL")[..], [hint] if hint.contains("redirect")));
        assert_eq!(of(Phase::Config, "too_long"), Code::InvalidRequest.explanation().hints);
    }

    #[test]
    fn only_verification_speaks_of_certificates_in_the_evidence() {
        let lists = |detail: &Detail| {
            hints(Code::Ssl, Phase::Tls, detail).iter().any(|hint| hint.contains("every certificate"))
        };
        let code = VerifyCode::CertHasExpired;
        assert!(lists(&Detail::verify(code, code, 0, "CN=a")));
        assert!(!lists(&Detail::alert(AlertDescription::new(40))));
        assert!(!lists(&Detail::errno(Errno::ConnReset)));
        assert!(!lists(&Detail::tls("wrong_version_number", None)));
    }
}
