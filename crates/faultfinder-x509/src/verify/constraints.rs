//! Extensions, CA-ness, purpose and path lengths, from the leaf to the top (`check_extensions`).

use faultfinder_taxonomy::VerifyCode;

use super::context::{Context, Link};
use super::purpose::{self, Fitness, ca};
use super::trust::{self, Setting};
use super::{reason, strict};
use crate::certificate::Certificate;
use crate::event::Finding;
use crate::name::Name;
use crate::oid;
use faultfinder_taxonomy::word::Purpose;

/// What a certificate at a place of the chain must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    /// The leaf: either.
    Either,
    /// Above a proxy certificate: no CA.
    NotCa,
    BeCa,
}

/// Checks every certificate of the chain.
pub(super) fn check(context: &mut Context<'_>) {
    let num = context.chain.len();
    let purpose = if context.is_crl_path() { Some(Purpose::CrlSign) } else { context.options.purpose };
    let mut must = Must::Either;
    let mut path_length = 0_i64;
    let mut proxy_length = 0_i64;
    for depth in 0..num {
        let certificate = context.certificate(depth);
        let facts = &certificate.parts().extensions;
        if depth > 0 || is_examined(context, &certificate) {
            check_critical(context, depth, &certificate);
        } else {
            context.tell_besides(|context| check_critical(context, depth, &certificate));
        }
        check_ca(context, depth, &certificate, must);
        if num > 1 {
            check_curve(context, depth, &certificate);
        }
        if context.options.flags.x509_strict && num > 1 {
            strict::check(context, depth, &certificate);
        }
        if let Some(purpose) = purpose {
            check_purpose(context, depth, &certificate, purpose, must == Must::BeCa);
        }
        if let Some(limit) = facts.path_length
            && depth > 1
            && path_length > limit.saturating_add(proxy_length)
        {
            let why = format!("{path_length} CAs are below it, but its path length allows {limit}");
            context.raise(depth, VerifyCode::PathLengthExceeded, why);
        }
        if depth > 0 && !certificate.parts().self_issued {
            path_length += 1;
        }
        must = Must::BeCa;
        if let Some(proxy) = facts.proxy {
            if let Some(limit) = proxy.path_length {
                if proxy_length > limit {
                    let why =
                        format!("{proxy_length} proxy certificates are below it, but it allows {limit}");
                    context.raise(depth, VerifyCode::ProxyPathLengthExceeded, why);
                }
                proxy_length = limit;
            }
            proxy_length = proxy_length.saturating_add(1);
            must = Must::NotCa;
        }
    }
}

/// Whether OpenSSL has decoded the leaf's extensions before it looks at what they left. It does so for its key or for any
/// certificate that it compares it with; without both, critical extensions and proxies pass unseen.
fn is_examined(context: &Context<'_>, leaf: &Certificate) -> bool {
    let parts = leaf.parts();
    let named = |name: &Name| context.store.with_subject(name.canonical()).next().is_some();
    parts.key.is_ok()
        || !context.untrusted.is_empty()
        || named(&parts.issuer)
        || (context.options.flags.partial_chain && named(&parts.subject))
}

fn check_critical(context: &mut Context<'_>, depth: usize, certificate: &Certificate) {
    let flags = context.options.flags;
    if let Some(unknown) = &certificate.parts().extensions.unhandled_critical
        && !flags.ignore_critical
    {
        let name = oid::label(unknown.as_bytes());
        context.raise(
            depth,
            VerifyCode::UnhandledCriticalExtension,
            format!("its critical extension {name} is not supported"),
        );
    }
    if certificate.parts().extensions.proxy.is_some() && (!flags.allow_proxy_certs || context.is_crl_path()) {
        context.raise(depth, VerifyCode::ProxyCertificatesNotAllowed, "it is a proxy certificate (RFC 3820)");
    }
}

fn check_ca(context: &mut Context<'_>, depth: usize, certificate: &Certificate, must: Must) {
    let strict = context.options.flags.x509_strict;
    let is_top = depth + 1 == context.chain.len();
    let found = purpose::check_ca(certificate);
    match must {
        Must::Either if strict && !matches!(found, ca::NO | ca::YES) => {
            context.raise(depth, VerifyCode::InvalidCa, "it is a CA, but its basicConstraints do not say so");
        }
        Must::NotCa if found != ca::NO => {
            context.raise(depth, VerifyCode::InvalidNonCa, "it issued a proxy certificate, but it is a CA");
        }
        Must::BeCa if found == ca::NO => {
            context.raise(depth, VerifyCode::InvalidCa, purpose::not_a_ca(certificate));
        }
        Must::BeCa if (!is_top || strict) && found != ca::YES => {
            context.raise(depth, VerifyCode::InvalidCa, "its basicConstraints do not say that it is a CA");
        }
        _ => {}
    }
}

fn check_curve(context: &mut Context<'_>, depth: usize, certificate: &Certificate) {
    match &certificate.parts().key {
        Err(fault) => {
            let finding = Finding::unless_unknown(VerifyCode::Unspecified, fault.is_unknown());
            context.raise(depth, finding, reason::unreadable_key("the key", *fault));
        }
        Ok(key) if key.curve().is_some_and(|curve| curve.explicit) => {
            let why = "the key has explicit curve parameters instead of a curve name";
            context.raise(depth, VerifyCode::EcKeyExplicitParams, why);
        }
        Ok(_) => {}
    }
}

/// The purpose, unless trust settings decide.
fn check_purpose(
    context: &mut Context<'_>,
    depth: usize,
    certificate: &Certificate,
    purpose: Purpose,
    as_ca: bool,
) {
    let settings = if depth >= context.num_untrusted && context.options.purpose == Some(purpose) {
        context.at(depth).and_then(|link: &Link<'_>| link.trust)
    } else {
        None
    };
    let name = purpose.as_str();
    let why = match trust::setting(certificate, settings, Some(purpose), false) {
        Setting::Trusted => return,
        Setting::Rejected => format!("its trust settings reject it for {name}"),
        Setting::NotListed => format!("its trust settings do not list {name}"),
        Setting::Neutral => match purpose::check(certificate, purpose, as_ca) {
            Fitness::Fit => return,
            Fitness::Doubtful(_) if !context.options.flags.x509_strict => return,
            Fitness::Doubtful(why) | Fitness::Unfit(why) => format!("not for {name}: {why}"),
        },
    };
    context.raise(depth, VerifyCode::InvalidPurpose, why);
}
