//! Trust settings (`X509_check_trust`, `check_trust`).

use faultfinder_taxonomy::VerifyCode;

use super::context::{Context, Link};
use crate::certificate::Certificate;
use crate::issuing::{SelfSigned, self_signed};
use crate::oid::{self, Oid};
use crate::pem::AuxTrust;
use faultfinder_taxonomy::word::Purpose;

/// Whether a chain is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    Trusted,
    Neutral,
}

/// What the settings of one certificate say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Trusted,
    Neutral,
    /// The usage is on the list of rejected ones.
    Rejected,
    /// There is a list of trusted usages, and the usage is not on it.
    NotListed,
}

/// Asks the settings of a certificate of the store. `roots` says whether self-signed ones are trusted by themselves.
pub(super) fn setting(
    certificate: &Certificate,
    trust: Option<&AuxTrust>,
    purpose: Option<Purpose>,
    roots: bool,
) -> Setting {
    let by_itself = || {
        if roots && self_signed_mark(certificate) { Setting::Trusted } else { Setting::Neutral }
    };
    let (Some(usage), Some(trust)) = (usage(purpose), trust) else { return by_itself() };
    let lists = |list: &[Oid]| {
        list.iter().any(|oid| oid.as_bytes() == usage || oid.as_bytes() == oid::ANY_EXTENDED_KEY_USAGE)
    };
    if lists(&trust.rejected) {
        return Setting::Rejected;
    }
    match &trust.trusted {
        Some(list) if lists(list) => Setting::Trusted,
        Some(_) => Setting::NotListed,
        None => by_itself(),
    }
}

/// The usage that trust settings are asked for; nothing where they are ignored.
const fn usage(purpose: Option<Purpose>) -> Option<&'static [u8]> {
    match purpose {
        Some(Purpose::SslServer | Purpose::NetscapeSslServer) => Some(oid::SERVER_AUTH),
        Some(Purpose::SslClient) => Some(oid::CLIENT_AUTH),
        Some(Purpose::SmimeSign | Purpose::SmimeEncrypt) => Some(oid::EMAIL_PROTECTION),
        Some(Purpose::TimestampSign) => Some(oid::TIME_STAMPING),
        Some(Purpose::CodeSign) => Some(oid::CODE_SIGNING),
        Some(Purpose::CrlSign | Purpose::OcspHelper) => None,
        Some(Purpose::Any) | None => Some(oid::ANY_EXTENDED_KEY_USAGE),
    }
}

/// The mark of a self-signed certificate, whose key need not be asked again.
fn self_signed_mark(certificate: &Certificate) -> bool {
    self_signed(certificate) == SelfSigned::Yes
}

/// Evaluates trust of the chain from an entry up; without new entries, whether the leaf itself is in the store.
pub(super) fn check(context: &mut Context<'_>, entry: usize) -> Trust {
    let purpose = context.options.purpose;
    let num = context.chain.len();
    for depth in entry..num {
        let Some(Link { certificate, trust }) = context.at(depth) else { break };
        match setting(certificate, *trust, purpose, true) {
            Setting::Trusted => return Trust::Trusted,
            Setting::Neutral => {}
            rejected => {
                reject(context, depth, rejected);
                return Trust::Neutral;
            }
        }
    }
    if !context.options.flags.partial_chain {
        return Trust::Neutral;
    }
    if entry < num {
        return Trust::Trusted;
    }
    trusted_leaf(context)
}

/// With `partial_chain`, a copy of the leaf in the store makes it trusted.
fn trusted_leaf(context: &mut Context<'_>) -> Trust {
    let leaf = context.certificate(0);
    let mut same = context.store.with_subject(leaf.parts().subject.canonical());
    let Some(copy) = same.find(|trusted| trusted.certificate == leaf) else { return Trust::Neutral };
    let found = setting(&copy.certificate, copy.trust.as_ref(), context.options.purpose, true);
    if matches!(found, Setting::Rejected | Setting::NotListed) {
        reject(context, 0, found);
        return Trust::Neutral;
    }
    if let Some(link) = context.chain.first_mut() {
        *link = Link { certificate: copy.certificate.clone(), trust: copy.trust.as_ref() };
    }
    context.num_untrusted = 0;
    Trust::Trusted
}

fn reject(context: &mut Context<'_>, depth: usize, setting: Setting) {
    let purpose = context.options.purpose.map_or("any purpose", Purpose::as_str);
    let subject = context.certificate(depth).subject();
    if setting == Setting::Rejected {
        let why = format!("the trust settings of \"{subject}\" reject it for {purpose}");
        context.raise(depth, VerifyCode::CertRejected, why);
    } else {
        let why = format!("the trust settings of \"{subject}\" do not list {purpose}");
        context.raise(depth, VerifyCode::CertUntrusted, why);
    }
}
