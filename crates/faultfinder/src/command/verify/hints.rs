//! What else to try: facts about the call that the verdict does not know.

use super::session::Session;
use faultfinder_taxonomy::VerifyCode;
use faultfinder_x509::{Certificate, Verdict};

/// Advice on a verdict about the leaf of a file, which has `rest` after it.
pub(super) fn of(
    session: &Session,
    file: &str,
    leaf: &Certificate,
    rest: &[Certificate],
    verdict: &Verdict,
) -> Vec<String> {
    if verdict.is_valid() {
        return Vec::new();
    }
    let has = |codes: &[VerifyCode]| verdict.events.iter().any(|event| codes.contains(&event.code));
    let mut hints = Vec::new();
    if session.pool.store.is_empty() {
        hints.push(
            "nothing is trusted: pass roots with -CAfile FILE or -CApath DIR, or trust those of this system with --roots system"
                .to_owned(),
        );
    }
    if has(MISSING_ISSUER) && !rest.is_empty() {
        hints.extend(with_rest(session, file, leaf, rest));
    }
    if has(&[VerifyCode::SelfSignedCertInChain, VerifyCode::DepthZeroSelfSignedCert]) {
        hints.extend(untrusted_root(session, file, verdict));
    }
    if has(&[VerifyCode::UnableToGetIssuerCert])
        && let Some(top) = verdict.chain.last()
    {
        hints.push(format!(
            "\"{}\" is trusted, but is not a root: -partial_chain allows a chain to end there",
            top.subject()
        ));
    }
    if has(&[VerifyCode::UnableToGetCrl])
        && session.pool.crls.is_empty()
        && session.pool.store_crls.is_empty()
    {
        hints.push("no CRL was given: use -CRLfile FILE".to_owned());
    }
    hints
}

/// The events that mean that an issuer was not found.
const MISSING_ISSUER: &[VerifyCode] = &[
    VerifyCode::UnableToGetIssuerCert,
    VerifyCode::UnableToGetIssuerCertLocally,
    VerifyCode::UnableToVerifyLeafSignature,
];

/// Whether the other certificates in the leaf's own file would help.
fn with_rest(session: &Session, file: &str, leaf: &Certificate, rest: &[Certificate]) -> Option<String> {
    let better = session.judge(leaf, rest);
    let still_missing = better.events.iter().any(|event| MISSING_ISSUER.contains(&event.code));
    let found = format!(
        "{file} contains more certificates, but only the first one is verified, as by openssl; with -untrusted {file}"
    );
    match better.decisive() {
        None => Some(format!("{found} the chain is valid")),
        Some(event) if !still_missing => {
            Some(format!("{found} the issuer is found, but {} remains", event.code))
        }
        Some(_) => None,
    }
}

/// The file with the root that would have to be trusted.
fn untrusted_root(session: &Session, file: &str, verdict: &Verdict) -> Option<String> {
    let top = verdict.chain.last()?;
    let source = session.pool.untrusted_from(top).unwrap_or(file);
    Some(format!(
        "if you trust \"{}\", use -CAfile {source}; then all other certificates in that file are trusted too",
        top.subject()
    ))
}

#[cfg(test)]
mod tests {
    use crate::command::verify::fixture::{Authority, pem, verify};

    fn files() -> Vec<(&'static str, String)> {
        let root = Authority::root("Root");
        let issuing = root.subordinate("Issuing");
        let leaf = pem(&issuing.issue("leaf.test"));
        vec![
            ("root.pem", pem(&root.der())),
            ("issuing.pem", pem(&issuing.der())),
            ("full.pem", format!("{leaf}{}", pem(&issuing.der()))),
            ("all.pem", format!("{}{}", pem(&issuing.der()), pem(&root.der()))),
            ("clients.pem", root.for_clients_only()),
            ("leaf.pem", leaf),
        ]
    }

    #[test]
    fn a_call_that_forgets_something_is_told_what() {
        let files = files();
        let rows: [(&str, &[&str]); 7] = [
            ("-CAfile DIR/root.pem -untrusted DIR/issuing.pem DIR/leaf.pem", &[]),
            ("DIR/leaf.pem", &["nothing is trusted: "]),
            ("-CAfile DIR/root.pem DIR/leaf.pem", &[]),
            ("-CAfile DIR/root.pem DIR/full.pem", &["the chain is valid"]),
            (
                "-CAfile DIR/root.pem -verify_hostname x.test DIR/full.pem",
                &["the issuer is found, but HOSTNAME_MISMATCH remains"],
            ),
            ("-CAfile DIR/leaf.pem -untrusted DIR/all.pem DIR/leaf.pem", &["all.pem"]),
            ("-CAfile DIR/issuing.pem DIR/leaf.pem", &["-partial_chain"]),
        ];
        for (line, words) in rows {
            let answer = verify(line, &files);
            assert_eq!(answer.hints.len(), words.len(), "{line}: {:?}", answer.hints);
            for (hint, word) in answer.hints.iter().zip(words) {
                assert!(hint.contains(word), "{line}: {hint}");
            }
        }
    }

    #[test]
    fn a_verdict_knows_the_file_of_every_certificate() {
        let answer = verify("-CAfile DIR/root.pem -untrusted DIR/all.pem DIR/leaf.pem", &files());
        assert!(answer.is_good());
        let origins: Vec<(&str, bool)> = answer
            .origins
            .iter()
            .zip(["leaf.pem", "all.pem", "root.pem"])
            .map(|(origin, file)| (origin.from.as_str(), origin.file.ends_with(file)))
            .collect();
        assert_eq!(origins, [("leaf", true), ("untrusted", true), ("trusted", true)]);
    }

    #[test]
    fn a_finer_code_than_openssls_decides() {
        let line = "-CAfile DIR/clients.pem -purpose sslserver -untrusted DIR/issuing.pem DIR/leaf.pem";
        let answer = verify(line, &files());
        let decisive = answer.verdict.decisive().unwrap();
        assert_eq!((decisive.code.as_str(), decisive.openssl.as_str()), ("CERT_UNTRUSTED", "CERT_REJECTED"));
        assert_eq!(answer.events().filter(|event| answer.is_decisive(event)).count(), 1);
    }
}
