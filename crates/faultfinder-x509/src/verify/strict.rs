//! What RFC 5280 requires of every certificate, in strict mode (`X509_V_FLAG_X509_STRICT`).
//!
//! OpenSSL's order. The two codes about critical key identifiers cannot be raised: such an extension is unhandled, and that
//! ends the scan that would note it.

use faultfinder_taxonomy::VerifyCode as V;

use super::context::Context;
use crate::certificate::Certificate;
use crate::extensions::key_usage;

/// Checks one certificate of a chain of two or more.
pub(super) fn check(context: &mut Context<'_>, depth: usize, certificate: &Certificate) {
    constraints(context, depth, certificate);
    names(context, depth, certificate);
    if !certificate.parts().algorithms_agree {
        let why = "the signature algorithms inside and outside of the certificate differ";
        context.raise(depth, V::SignatureAlgorithmInconsistency, why);
    }
    identifiers(context, depth, certificate);
}

fn constraints(context: &mut Context<'_>, depth: usize, certificate: &Certificate) {
    let facts = &certificate.parts().extensions;
    let signs_certificates = facts.usage_bits() & key_usage::CERT_SIGN != 0;
    if facts.path_length.is_some() {
        if !facts.is_ca {
            context.raise(depth, V::PathlenInvalidForNonCa, "it has a path length but is not a CA");
        }
        if !signs_certificates {
            context.raise(
                depth,
                V::PathlenWithoutKuKeyCertSign,
                "it has a path length, but no keyCertSign in its keyUsage",
            );
        }
    }
    if facts.is_ca && facts.has_basic_constraints && !facts.basic_constraints_critical {
        context.raise(depth, V::CaBconsNotCritical, "it is a CA and its basicConstraints are not critical");
    }
    if facts.is_ca {
        if facts.key_usage.is_none() {
            context.raise(depth, V::CaCertMissingKeyUsage, "it is a CA and has no keyUsage");
        }
    } else if signs_certificates {
        context.raise(
            depth,
            V::KuKeyCertSignInvalidForNonCa,
            "its keyUsage includes keyCertSign, but it is not a CA",
        );
    }
}

fn names(context: &mut Context<'_>, depth: usize, certificate: &Certificate) {
    let facts = &certificate.parts().extensions;
    if certificate.parts().issuer.is_empty() {
        context.raise(depth, V::IssuerNameEmpty, "its issuer's name is empty");
    }
    if certificate.parts().subject.is_empty() {
        let signs_lists = facts.usage_bits() & key_usage::CRL_SIGN != 0;
        if facts.is_ca || signs_lists || facts.alt_names.is_none() {
            context.raise(depth, V::SubjectNameEmpty, "its subject is empty, but it needs a name");
        }
        if facts.alt_names.is_some() && !facts.alt_names_critical {
            let why = "its subject is empty, and its subjectAltName is not critical";
            context.raise(depth, V::EmptySubjectSanNotCritical, why);
        }
    }
    if facts.alt_names.as_ref().is_some_and(Vec::is_empty) {
        context.raise(depth, V::EmptySubjectAltName, "its subjectAltName has no names");
    }
}

fn identifiers(context: &mut Context<'_>, depth: usize, certificate: &Certificate) {
    let facts = &certificate.parts().extensions;
    if certificate.parts().version < 2 {
        if facts.count > 0 {
            let version = certificate.parts().version.saturating_add(1);
            let why = format!("it has extensions, but is version {version}");
            context.raise(depth, V::ExtensionsRequireVersion3, why);
        }
        return;
    }
    let is_top = depth + 1 == context.chain.len();
    let names_key = facts.authority_key_id.as_ref().is_some_and(|id| id.key_id.is_some());
    if !is_top && !names_key {
        context.raise(
            depth,
            V::MissingAuthorityKeyIdentifier,
            "it does not say which key signed it (authorityKeyIdentifier)",
        );
    }
    if facts.is_ca && facts.subject_key_id.is_none() {
        context.raise(depth, V::MissingSubjectKeyIdentifier, "it is a CA and has no subjectKeyIdentifier");
    }
}
