//! The details of a certificate, which have no influence on a verdict.
//!
//! Texts of verification are reused: the URLs are those that would be fetched, the constraints are those of the events.
//! Everything else is read by `x509-parser`, one extension at a time as our own reader cuts them, so one unreadable extension
//! does not affect the others.
//!
//! # Limits
//!
//! At most [`LISTED_MAX`] entries of each list, identifiers of at most [`KEY_ID_BYTES_MAX`] and [`OID_BYTES_MAX`] bytes.
//! Everything beyond is omitted.

use faultfinder_taxonomy::{CertificateFacts, PolicyFacts, SctFacts};
use x509_parser::extensions::{ExtendedKeyUsage, KeyUsage, ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer as _;

use crate::certificate::Certificate;
use crate::extensions::Subtree;
use crate::hex::hex;
use crate::oid;
use crate::raw::RawFields;
use crate::subtree::base_text;

/// The most entries of one list.
pub(super) const LISTED_MAX: usize = 32;
/// The longest key identifier; a SHA-512 fits.
const KEY_ID_BYTES_MAX: usize = 64;
/// The longest object identifier, encoded.
const OID_BYTES_MAX: usize = 64;

/// The extensions that are read.
const READ: &[&[u8]] = &[
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::BASIC_CONSTRAINTS,
    oid::CERTIFICATE_POLICIES,
    oid::SUBJECT_KEY_ID,
    oid::AUTHORITY_KEY_ID,
    oid::SCT_LIST,
];

/// Adds what can be read.
pub(super) fn add(facts: &mut CertificateFacts, certificate: &Certificate) {
    facts.ca_issuer_urls = certificate.ca_issuer_urls();
    facts.ocsp_urls = certificate.ocsp_urls();
    facts.crl_urls = certificate.crl_urls();
    if let Some(constraints) = &certificate.parts().extensions.name_constraints {
        facts.permitted_names = names(&constraints.permitted);
        facts.excluded_names = names(&constraints.excluded);
    }
    let extensions = RawFields::of(certificate).map(|fields| fields.extensions()).unwrap_or_default();
    // Backwards, so that the first one of a kind is what stays.
    for (_, whole) in extensions.iter().rev().filter(|(kind, _)| READ.contains(kind)) {
        if let Ok((_, extension)) = X509Extension::from_der(whole) {
            add_extension(facts, extension.parsed_extension());
        }
    }
}

fn add_extension(facts: &mut CertificateFacts, extension: &ParsedExtension<'_>) {
    use ParsedExtension as P;
    match extension {
        P::KeyUsage(usage) => facts.key_usage = key_usage(usage),
        P::ExtendedKeyUsage(usage) => facts.extended_key_usage = extended_key_usage(usage),
        P::BasicConstraints(constraints) => facts.path_length = constraints.path_len_constraint,
        P::CertificatePolicies(policies) => {
            let listed = policies.iter().filter_map(|policy| policy_facts(policy.policy_id.as_bytes()));
            facts.policies = listed.take(LISTED_MAX).collect();
        }
        P::SubjectKeyIdentifier(id) => facts.subject_key_id = key_id(id.0),
        P::AuthorityKeyIdentifier(authority) => {
            facts.authority_key_id = authority.key_identifier.as_ref().and_then(|id| key_id(id.0));
        }
        P::SCT(list) => {
            let listed = list.iter().map(|sct| {
                let mut facts = SctFacts::default();
                facts.log_id = hex(sct.id.key_id);
                facts.time = i64::try_from(sct.timestamp / 1000).unwrap_or(i64::MAX);
                facts
            });
            facts.scts = listed.take(LISTED_MAX).collect();
        }
        _ => {}
    }
}

fn names(subtrees: &[Subtree]) -> Vec<String> {
    subtrees.iter().take(LISTED_MAX).map(|subtree| base_text(&subtree.base)).collect()
}

fn key_usage(usage: &KeyUsage) -> Vec<String> {
    let bits = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ];
    bits.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned()).collect()
}

fn extended_key_usage(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let known = [
        (usage.server_auth, oid::SERVER_AUTH),
        (usage.client_auth, oid::CLIENT_AUTH),
        (usage.code_signing, oid::CODE_SIGNING),
        (usage.email_protection, oid::EMAIL_PROTECTION),
        (usage.time_stamping, oid::TIME_STAMPING),
        (usage.ocsp_signing, oid::OCSP_SIGNING),
        (usage.any, oid::ANY_EXTENDED_KEY_USAGE),
    ];
    let known = known.into_iter().filter(|(set, _)| *set).map(|(_, usage)| usage);
    let others = usage.other.iter().map(|usage| usage.as_bytes());
    let shown = known.chain(others).filter(|usage| usage.len() <= OID_BYTES_MAX);
    shown.take(LISTED_MAX).map(oid::label).collect()
}

fn policy_facts(policy: &[u8]) -> Option<PolicyFacts> {
    if policy.len() > OID_BYTES_MAX {
        return None;
    }
    // What the Baseline Requirements of the CA/Browser Forum reserve (section 7.1.6.1).
    let name = match policy {
        oid::ANY_POLICY => Some("anyPolicy"),
        oid::EXTENDED_VALIDATION => Some("EV"),
        oid::DOMAIN_VALIDATED => Some("DV"),
        oid::ORGANIZATION_VALIDATED => Some("OV"),
        oid::INDIVIDUAL_VALIDATED => Some("IV"),
        _ => None,
    };
    let mut facts = PolicyFacts::default();
    facts.oid = oid::dotted(policy);
    facts.name = name.map(str::to_owned);
    Some(facts)
}

fn key_id(id: &[u8]) -> Option<String> {
    (id.len() <= KEY_ID_BYTES_MAX).then(|| hex(id))
}
