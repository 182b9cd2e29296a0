//! Is a certificate fit for a purpose, and is it a CA? (`X509_check_purpose`, `X509_check_ca`.)

use crate::certificate::Certificate;
use crate::extensions::{Extensions, key_usage, netscape};
use crate::oid;
use faultfinder_taxonomy::word::Purpose;

/// What OpenSSL calls the result of its CA check.
pub(super) mod ca {
    /// Nothing speaks for a CA, or something against it.
    pub(crate) const NO: u8 = 0;
    /// basicConstraints says so.
    pub(crate) const YES: u8 = 1;
    /// A self-signed certificate of version 1.
    pub(crate) const OLD_ROOT: u8 = 3;
    /// keyUsage allows signing certificates, basicConstraints is missing.
    pub(crate) const BY_USAGE: u8 = 4;
    /// Only Netscape's type says so.
    pub(crate) const BY_NETSCAPE: u8 = 5;
}

/// Whether it is a CA; invalid extensions say no.
pub(super) fn check_ca(certificate: &Certificate) -> u8 {
    if certificate.parts().is_invalid() { ca::NO } else { ca_result(certificate) }
}

fn ca_result(certificate: &Certificate) -> u8 {
    let facts = &certificate.parts().extensions;
    if facts.usage_rejects(key_usage::CERT_SIGN) {
        ca::NO
    } else if facts.has_basic_constraints {
        u8::from(facts.is_ca)
    } else if certificate.parts().version == 0 && certificate.parts().marked_self_signed {
        ca::OLD_ROOT
    } else if facts.key_usage.is_some() {
        ca::BY_USAGE
    } else if facts.netscape_type.is_some_and(|kind| kind & netscape::ANY_CA != 0) {
        ca::BY_NETSCAPE
    } else {
        ca::NO
    }
}

/// Why a certificate is not fit.
type Unfit = String;

/// The answer of a purpose check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fitness {
    Fit,
    /// Fine unless strictness is asked for: workarounds, old CAs, invalid extensions.
    Doubtful(String),
    Unfit(Unfit),
}

impl From<Result<u8, Unfit>> for Fitness {
    fn from(result: Result<u8, Unfit>) -> Self {
        match result {
            Ok(1) => Self::Fit,
            Ok(ca::OLD_ROOT) => {
                Self::Doubtful("it is a CA only as a self-signed certificate of version 1".to_owned())
            }
            Ok(ca::BY_USAGE) => Self::Doubtful("it is a CA only by its keyUsage".to_owned()),
            Ok(ca::BY_NETSCAPE) => Self::Doubtful("it is a CA only by its nsCertType".to_owned()),
            Ok(_) => Self::Doubtful("its nsCertType is for TLS clients".to_owned()),
            Err(why) => Self::Unfit(why),
        }
    }
}

/// Whether a certificate is fit for a purpose, as a leaf or as a CA above one.
pub(super) fn check(certificate: &Certificate, purpose: Purpose, as_ca: bool) -> Fitness {
    if let Some(defect) = &certificate.parts().extensions.invalid {
        return Fitness::Doubtful(defect.text());
    }
    let facts = &certificate.parts().extensions;
    match purpose {
        Purpose::Any => Ok(1),
        Purpose::SslServer => ssl_server(certificate, as_ca),
        Purpose::NetscapeSslServer => ssl_server(certificate, as_ca).and_then(|result| {
            if as_ca {
                Ok(result)
            } else {
                usage(facts, key_usage::KEY_ENCIPHERMENT, "keyEncipherment").map(|()| result)
            }
        }),
        Purpose::SslClient => ssl_client(certificate, as_ca),
        Purpose::SmimeSign => smime(certificate, as_ca, |facts| {
            let bits = key_usage::DIGITAL_SIGNATURE | key_usage::NON_REPUDIATION;
            usage(facts, bits, "digitalSignature or nonRepudiation")
        }),
        Purpose::SmimeEncrypt => {
            smime(certificate, as_ca, |facts| usage(facts, key_usage::KEY_ENCIPHERMENT, "keyEncipherment"))
        }
        _ if as_ca => ca_of(certificate),
        Purpose::CrlSign => usage(facts, key_usage::CRL_SIGN, "cRLSign").map(|()| 1),
        Purpose::OcspHelper => Ok(1),
        Purpose::TimestampSign => timestamp(facts),
        Purpose::CodeSign => code_sign(facts),
    }
    .into()
}

/// The CA check's own result.
fn ca_of(certificate: &Certificate) -> Result<u8, Unfit> {
    match ca_result(certificate) {
        ca::NO => Err(not_a_ca(certificate)),
        result => Ok(result),
    }
}

/// Why it is not a CA.
pub(super) fn not_a_ca(certificate: &Certificate) -> String {
    let facts = &certificate.parts().extensions;
    if let Some(defect) = &facts.invalid {
        defect.text()
    } else if facts.usage_rejects(key_usage::CERT_SIGN) {
        "it is not a CA: its keyUsage does not include keyCertSign".to_owned()
    } else if facts.has_basic_constraints {
        "it is not a CA: its basicConstraints have cA false".to_owned()
    } else {
        "it is not a CA: it has no basicConstraints".to_owned()
    }
}

fn usage(facts: &Extensions, bits: u16, names: &str) -> Result<(), Unfit> {
    if facts.usage_rejects(bits) { Err(format!("its keyUsage does not include {names}")) } else { Ok(()) }
}

fn extended_usage(facts: &Extensions, usages: &[&[u8]], name: &str) -> Result<(), Unfit> {
    if !facts.extended_usage_rejects(usages) {
        return Ok(());
    }
    let has = facts.extended_key_usage.as_ref().map(|usage| usage.value.text()).unwrap_or_default();
    Err(format!("its extKeyUsage does not include {name}, only {has}"))
}

fn netscape_type(facts: &Extensions, bits: u8, name: &str) -> Result<(), Unfit> {
    if facts.netscape_rejects(bits) { Err(format!("its nsCertType does not include {name}")) } else { Ok(()) }
}

/// A CA for TLS; one by Netscape's type alone needs the bit for TLS.
fn ssl_ca(certificate: &Certificate) -> Result<u8, Unfit> {
    match ca_of(certificate)? {
        ca::BY_NETSCAPE => {
            netscape_type(&certificate.parts().extensions, netscape::SSL_CA, "SSL CA").map(|()| 1)
        }
        _ => Ok(1),
    }
}

fn ssl_server(certificate: &Certificate, as_ca: bool) -> Result<u8, Unfit> {
    let facts = &certificate.parts().extensions;
    extended_usage(facts, &[oid::SERVER_AUTH, oid::MICROSOFT_SGC, oid::NETSCAPE_SGC], "serverAuth")?;
    if as_ca {
        return ssl_ca(certificate);
    }
    netscape_type(facts, netscape::SSL_SERVER, "SSL server")?;
    let bits = key_usage::DIGITAL_SIGNATURE | key_usage::KEY_ENCIPHERMENT | key_usage::KEY_AGREEMENT;
    usage(facts, bits, "digitalSignature, keyEncipherment or keyAgreement").map(|()| 1)
}

fn ssl_client(certificate: &Certificate, as_ca: bool) -> Result<u8, Unfit> {
    let facts = &certificate.parts().extensions;
    extended_usage(facts, &[oid::CLIENT_AUTH], "clientAuth")?;
    if as_ca {
        return ssl_ca(certificate);
    }
    let bits = key_usage::DIGITAL_SIGNATURE | key_usage::KEY_AGREEMENT;
    usage(facts, bits, "digitalSignature or keyAgreement")?;
    netscape_type(facts, netscape::SSL_CLIENT, "SSL client").map(|()| 1)
}

fn smime(
    certificate: &Certificate,
    as_ca: bool,
    leaf_usage: impl FnOnce(&Extensions) -> Result<(), Unfit>,
) -> Result<u8, Unfit> {
    let facts = &certificate.parts().extensions;
    extended_usage(facts, &[oid::EMAIL_PROTECTION], "emailProtection")?;
    if as_ca {
        let result = ca_of(certificate)?;
        if result == ca::BY_NETSCAPE {
            netscape_type(facts, netscape::SMIME_CA, "S/MIME CA")?;
        }
        return Ok(result);
    }
    let result = match facts.netscape_type {
        Some(kind) if kind & netscape::SMIME != 0 => 1,
        // For certificates that say "SSL client" and mean mail too.
        Some(kind) if kind & netscape::SSL_CLIENT != 0 => 2,
        Some(_) => return Err("its nsCertType does not include S/MIME".to_owned()),
        None => 1,
    };
    leaf_usage(facts).map(|()| result)
}

fn timestamp(facts: &Extensions) -> Result<u8, Unfit> {
    let allowed = key_usage::DIGITAL_SIGNATURE | key_usage::NON_REPUDIATION;
    if let Some(usage) = &facts.key_usage
        && (usage.value & !allowed != 0 || usage.value & allowed == 0)
    {
        return Err("its keyUsage must be digitalSignature, nonRepudiation or both".to_owned());
    }
    let extended = facts.extended_key_usage.as_ref().ok_or_else(|| "it has no extKeyUsage".to_owned())?;
    let others = [
        oid::SERVER_AUTH,
        oid::CLIENT_AUTH,
        oid::EMAIL_PROTECTION,
        oid::CODE_SIGNING,
        oid::MICROSOFT_SGC,
        oid::NETSCAPE_SGC,
        oid::OCSP_SIGNING,
        oid::DVCS,
        oid::ANY_EXTENDED_KEY_USAGE,
    ];
    if !extended.value.has(oid::TIME_STAMPING) || extended.value.has_any(&others) {
        return Err(format!(
            "its extKeyUsage must be only timeStamping, but it has {}",
            extended.value.text()
        ));
    }
    if extended.critical { Ok(1) } else { Err("its extKeyUsage is not critical".to_owned()) }
}

fn code_sign(facts: &Extensions) -> Result<u8, Unfit> {
    let usage = facts.key_usage.as_ref().ok_or_else(|| "it has no keyUsage".to_owned())?;
    if usage.value & key_usage::DIGITAL_SIGNATURE == 0 {
        return Err("its keyUsage does not include digitalSignature".to_owned());
    }
    if usage.value & (key_usage::CERT_SIGN | key_usage::CRL_SIGN) != 0 {
        return Err("its keyUsage includes keyCertSign or cRLSign".to_owned());
    }
    if !usage.critical {
        return Err("its keyUsage is not critical".to_owned());
    }
    let extended = facts.extended_key_usage.as_ref().ok_or_else(|| "it has no extKeyUsage".to_owned())?;
    if !extended.value.has(oid::CODE_SIGNING)
        || extended.value.has_any(&[oid::ANY_EXTENDED_KEY_USAGE, oid::SERVER_AUTH])
    {
        return Err(format!("its extKeyUsage does not include codeSigning, only {}", extended.value.text()));
    }
    Ok(1)
}
