#![no_main]
//! Whole verifications: chains, trust and CRLs that a peer or a file could bring, under all flags. No input panics, hangs or
//! eats the memory, and the same input gives the same verdict.
//!
//! An input is twelve bytes of settings, then parts: a byte for the kind (0 untrusted, 1 trusted, 2 CRL, 3 CRL of the store),
//! two for the length, and the DER. The first part is the leaf.

use faultfinder_taxonomy::word::{Purpose, Word};
use faultfinder_x509::{Certificate, Crl, Flags, HostFlags, TrustStore, VerifyOptions, verify};
use libfuzzer_sys::fuzz_target;

/// A part: its kind and its bytes.
fn part<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (head, tail) = rest.split_at_checked(3)?;
    let length = usize::from(u16::from_be_bytes([head[1], head[2]]));
    let (der, tail) = tail.split_at_checked(length)?;
    *rest = tail;
    Some((head[0], der))
}

/// Options from bits.
fn options(settings: &[u8; 12]) -> VerifyOptions {
    let mut options = VerifyOptions::default();
    let [a, b, c, host, purpose, depth, level, policies, time @ ..] = *settings;
    let bits = u32::from_be_bytes([0, a, b, c]);
    let mut flags = Flags::default();
    for (place, name) in Flags::NAMES.iter().enumerate() {
        if bits >> place & 1 == 1 {
            flags.set(name);
        }
    }
    let mut host_flags = HostFlags::default();
    for (place, name) in HostFlags::NAMES.iter().enumerate() {
        if host >> place & 1 == 1 {
            host_flags.set(name);
        }
    }
    (options.flags, options.host_flags) = (flags, host_flags);
    options.purpose = <Purpose as Word>::ALL.get(usize::from(purpose)).copied();
    options.depth = (depth < 200).then_some(depth.into());
    options.auth_level = level % 6;
    options.time = Some(u32::from_be_bytes(time).into());
    options.hosts = vec!["www.example.com".to_owned()];
    options.email = (host & 0x40 != 0).then(|| "user@example.com".to_owned());
    options.ip = (host & 0x80 != 0).then(|| [192, 0, 2, 1].into());
    options.policies = (0..policies % 4).map(|last| format!("1.3.6.1.4.1.99999.{last}")).collect();
    options
}

fuzz_target!(|bytes: &[u8]| {
    let Some((settings, mut rest)) = bytes.split_first_chunk::<12>() else { return };
    let mut options = options(settings);
    let Some((_, leaf)) = part(&mut rest) else { return };
    let Ok(leaf) = Certificate::from_der(leaf) else { return };
    let (mut untrusted, mut trusted, mut stored) = (Vec::new(), Vec::new(), Vec::new());
    while let Some((kind, der)) = part(&mut rest) {
        match kind % 4 {
            0 => untrusted.extend(Certificate::from_der(der)),
            1 => trusted.extend(Certificate::from_der(der)),
            2 => options.crls.extend(Crl::from_der(der)),
            _ => stored.extend(Crl::from_der(der)),
        }
    }
    let store = TrustStore::new(trusted.into_iter().map(Into::into)).with_crls(stored);
    let verdict = verify(&leaf, &untrusted, &store, &options);
    let again = verify(&leaf, &untrusted, &store, &options);
    assert_eq!(verdict.events, again.events);
    assert_eq!(verdict.is_valid(), verdict.decisive().is_none());
});
