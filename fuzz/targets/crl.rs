#![no_main]
//! CRLs as they come from files and distribution points: no input panics, hangs or eats the memory.

use faultfinder_x509::{Crl, pem};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"-----") {
        let _ = pem::crls(bytes);
    } else if let Ok(crl) = Crl::from_der(bytes) {
        let _ = (crl.issuer(), crl.last_update(), crl.next_update(), crl.len(), crl.is_delta());
        assert_eq!(Crl::from_der(crl.der()), Ok(crl));
    }
});
