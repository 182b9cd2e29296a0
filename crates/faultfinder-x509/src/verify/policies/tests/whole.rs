//! Policies as the last phase of a whole verification.

use rcgen::{BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair};

use crate::der::write;
use crate::{Certificate, TrustStore, TrustedCertificate, Verdict, VerifyOptions};

/// certificatePolicies that lists 1.2.N for each number.
fn policies(numbers: impl IntoIterator<Item = u16>) -> CustomExtension {
    let mut list = Vec::new();
    for number in numbers {
        let (mut object, mut fields) = (Vec::new(), Vec::new());
        let dotted = format!("1.2.{number}");
        write(&mut object, 6, &crate::oid::encode(&dotted).unwrap());
        write(&mut fields, 0x30, &object);
        list.extend(fields);
    }
    let mut value = Vec::new();
    write(&mut value, 0x30, &list);
    CustomExtension::from_oid_content(&[2, 5, 29, 32], value)
}

/// A root without policies, an intermediate and a leaf with these.
fn verify(intermediate: Option<CustomExtension>, leaf: Option<CustomExtension>, options: &str) -> Verdict {
    let params = |name: &str, extension: Option<CustomExtension>| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.custom_extensions.extend(extension);
        params
    };
    let keys = [(); 3].map(|()| KeyPair::generate().unwrap());
    let (root, middle) = (params("root", None), params("middle", intermediate));
    let read = |made: rcgen::Certificate| Certificate::from_der(made.der()).unwrap();
    let anchor = read(root.self_signed(&keys[0]).unwrap());
    let sent = read(middle.signed_by(&keys[1], &Issuer::from_params(&root, &keys[0])).unwrap());
    let leaf = params("leaf", leaf).signed_by(&keys[2], &Issuer::from_params(&middle, &keys[1])).unwrap();
    let mut settings = VerifyOptions::default();
    for word in options.split_whitespace() {
        if !settings.flags.set(word) {
            settings.policies.push(word.to_owned());
        }
    }
    let store = TrustStore::new([TrustedCertificate { certificate: anchor, trust: None }]);
    crate::verify(&read(leaf), &[sent], &store, &settings)
}

#[test]
fn policies_are_the_last_phase_of_a_verification() {
    // Without options nobody asks.
    assert_eq!(verify(Some(policies([1, 1])), None, "").events, []);
    let one = || Some(policies([1]));
    let rows = [
        (one(), one(), "explicit_policy 1.2.1", "", ""),
        (
            Some(policies([1, 1])),
            Some(policies([2, 2])),
            "1.2.1",
            "INVALID_POLICY_EXTENSION at 0, INVALID_POLICY_EXTENSION at 1",
            "its certificatePolicies lists a policy twice",
        ),
        (
            one(),
            None,
            "explicit_policy",
            "NO_EXPLICIT_POLICY at 0",
            "\"CN=leaf\" has no policies; an explicit policy is required by the options",
        ),
        (
            one(),
            Some(policies([2])),
            "explicit_policy 1.2.1",
            "NO_EXPLICIT_POLICY at 0",
            "none of the policies of \"CN=leaf\" (1.2.2) is allowed by the certificates above it; \
             an explicit policy is required by the options",
        ),
        // What is not an object identifier is a policy that no certificate has.
        (
            one(),
            one(),
            "explicit_policy nonsense",
            "NO_EXPLICIT_POLICY at 0",
            "none of the chain's policies (1.2.1) is acceptable (nonsense); \
             an explicit policy is required by the options",
        ),
    ];
    for (intermediate, leaf, options, events, reason) in rows {
        let verdict = verify(intermediate, leaf, options);
        let found: Vec<_> =
            verdict.events.iter().map(|event| format!("{} at {}", event.code, event.depth)).collect();
        assert_eq!(found.join(", "), events, "{options}");
        assert_eq!(verdict.events.first().map_or("", |event| &event.reason), reason);
    }
}

#[test]
fn too_large_a_tree_leaves_no_event() {
    let verdict = verify(Some(policies(0..600)), Some(policies(0..600)), "policy_check");
    assert_eq!((verdict.ret, verdict.events.len()), (-1, 0));
    let internal = verdict.internal.unwrap();
    assert_eq!(internal.to_string(), "OUT_OF_MEM at depth 0: the policy tree has more than 1000 nodes");
}
