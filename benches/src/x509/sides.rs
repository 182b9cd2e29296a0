//! The four verifiers: bare signatures, Faultfinder, OpenSSL, webpki.

use super::Side;
use super::chain::{Chain, HOST};
use anyhow::{Context as _, Result, ensure};
use faultfinder_x509::{Certificate, Crl, SignatureCache, TrustStore, VerifyOptions};
use openssl::x509::store::{File, X509Lookup, X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use std::time::Duration;
use webpki::{
    BorrowedCertRevocationList, EndEntityCert, KeyUsage, OwnedCertRevocationList, RevocationOptionsBuilder,
};

pub(super) const OPENSSL: &str = "OpenSSL";

/// All of them, the floor first.
pub(super) fn all(chain: &Chain, with_crl: bool) -> Result<Vec<Side>> {
    Ok(vec![
        bare(chain, with_crl)?,
        ours("Faultfinder", chain, with_crl, None)?,
        openssl(chain, with_crl)?,
        webpki(chain, with_crl)?,
        ours("Faultfinder, cached", chain, with_crl, Some(SignatureCache::default()))?,
    ])
}

/// Signature checks alone, by the library that ours uses, with keys that are read already.
fn bare(chain: &Chain, with_crl: bool) -> Result<Side> {
    let (leaf, intermediate, root) = (&chain.leaf, &chain.intermediate, &chain.root);
    let mut checks = vec![check(leaf, intermediate)?, check(intermediate, root)?];
    if with_crl {
        checks.push(check(&chain.crl, intermediate)?);
    }
    let verify = move || {
        for (key, message, signature) in &checks {
            key.verify_sig(message, signature).ok().context("a signature does not hold")?;
        }
        Ok(())
    };
    Ok(Side { name: "bare signatures", verify: Box::new(verify) })
}

/// The key, what it signed, and the signature.
type Check = (aws_lc_rs::signature::ParsedPublicKey, Vec<u8>, Vec<u8>);

fn check(signed: &[u8], issuer: &[u8]) -> Result<Check> {
    use aws_lc_rs::signature as lc;
    let issuer = Certificate::from_der(issuer)?;
    let rsa = issuer.facts().key_type == "RSA";
    let algorithm: &'static dyn lc::VerificationAlgorithm =
        if rsa { &lc::RSA_PKCS1_2048_8192_SHA256 } else { &lc::ECDSA_P256_SHA256_ASN1 };
    let key = lc::ParsedPublicKey::new(algorithm, spki_key(issuer.spki_der())?)?;
    let (message, signature) = signed_parts(signed)?;
    Ok((key, message, signature))
}

/// One DER value: its whole, its content, and the rest.
fn value(der: &[u8]) -> Result<(&[u8], &[u8], &[u8])> {
    let first = *der.get(1).context("no length")?;
    let (start, length) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let digits = usize::from(first & 0x7f);
        let length = der.get(2..2 + digits).context("no length")?;
        (2 + digits, length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    };
    let content = der.get(start..start + length).context("too short")?;
    let (whole, rest) = der.split_at(start + length);
    Ok((whole, content, rest))
}

/// The bits of a SubjectPublicKeyInfo.
fn spki_key(spki: &[u8]) -> Result<&[u8]> {
    let (_, inside, _) = value(spki)?;
    let (_, _, bits) = value(inside)?;
    let (_, content, _) = value(bits)?;
    content.get(1..).context("no key")
}

/// What is signed in a certificate or CRL, and the signature.
fn signed_parts(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let (_, inside, _) = value(der)?;
    let (message, _, rest) = value(inside)?;
    let (_, _, rest) = value(rest)?;
    let (_, bits, _) = value(rest)?;
    Ok((message.to_vec(), bits.get(1..).context("no signature")?.to_vec()))
}

fn ours(
    name: &'static str,
    chain: &Chain,
    with_crl: bool,
    signatures: Option<SignatureCache>,
) -> Result<Side> {
    let leaf = Certificate::from_der(&chain.leaf)?;
    let untrusted = [Certificate::from_der(&chain.intermediate)?];
    let mut trusted = Vec::new();
    for der in chain.roots.iter().map(AsRef::as_ref).chain([chain.root.as_slice()]) {
        trusted.push(Certificate::from_der(der)?.into());
    }
    let store = TrustStore::new(trusted);
    let mut options = VerifyOptions::tls_server(chain.now);
    options.hosts = vec![HOST.to_owned()];
    options.signatures = signatures;
    if with_crl {
        options.flags.crl_check = true;
        options.crls = vec![Crl::from_der(&chain.crl)?];
    }
    let verify = move || {
        let verdict = faultfinder_x509::verify(&leaf, &untrusted, &store, &options);
        ensure!(verdict.is_valid(), "{:?}", verdict.decisive().map(ToString::to_string));
        Ok(())
    };
    Ok(Side { name, verify: Box::new(verify) })
}

fn openssl(chain: &Chain, with_crl: bool) -> Result<Side> {
    let leaf = X509::from_der(&chain.leaf)?;
    let mut untrusted = openssl::stack::Stack::new()?;
    untrusted.push(X509::from_der(&chain.intermediate)?)?;
    let store = openssl_store(chain, with_crl)?;
    let verify = move || {
        let mut context = X509StoreContext::new()?;
        let valid = context.init(&store, &leaf, &untrusted, |context| context.verify_cert())?;
        ensure!(valid, "{}", context.error());
        Ok(())
    };
    Ok(Side { name: OPENSSL, verify: Box::new(verify) })
}

fn openssl_store(chain: &Chain, with_crl: bool) -> Result<X509Store> {
    let mut store = X509StoreBuilder::new()?;
    for der in chain.roots.iter().map(AsRef::as_ref).chain([chain.root.as_slice()]) {
        store.add_cert(X509::from_der(der)?)?;
    }
    let mut param = X509VerifyParam::new()?;
    param.set_host(HOST)?;
    param.set_time(chain.now);
    param.set_purpose(X509PurposeId::SSL_SERVER)?;
    if with_crl {
        param.set_flags(X509VerifyFlags::CRL_CHECK)?;
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), &chain.crl)?;
        store
            .add_lookup(X509Lookup::<File>::file())?
            .load_crl_file(file.path(), openssl::ssl::SslFiletype::ASN1)?;
    }
    store.set_param(&param)?;
    Ok(store.build())
}

fn webpki(chain: &Chain, with_crl: bool) -> Result<Side> {
    let leaf = CertificateDer::from(chain.leaf.clone());
    let intermediates = [CertificateDer::from(chain.intermediate.clone())];
    let root = CertificateDer::from(chain.root.clone());
    let mut anchors = Vec::new();
    for der in chain.roots.iter().chain([&root]) {
        anchors.push(webpki::anchor_from_trusted_cert(der)?.to_owned());
    }
    let crls: Vec<webpki::CertRevocationList<'static>> = if with_crl {
        let crl: OwnedCertRevocationList = BorrowedCertRevocationList::from_der(&chain.crl)?.to_owned()?;
        vec![crl.into()]
    } else {
        Vec::new()
    };
    let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(chain.now)?));
    let name = ServerName::try_from(HOST)?.to_owned();
    let verify = move || {
        // The type borrows from its bytes, so its parsing cannot be kept and is part of the time.
        let leaf = EndEntityCert::try_from(&leaf)?;
        let listed: Vec<&webpki::CertRevocationList<'_>> = crls.iter().collect();
        let revocation = match RevocationOptionsBuilder::new(&listed) {
            Ok(builder) => Some(builder.with_depth(webpki::RevocationCheckDepth::EndEntity).build()),
            Err(_) => None,
        };
        leaf.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &intermediates,
            time,
            KeyUsage::server_auth(),
            revocation,
            None,
        )?;
        leaf.verify_is_valid_for_subject_name(&name)?;
        Ok(())
    };
    Ok(Side { name: "webpki", verify: Box::new(verify) })
}
