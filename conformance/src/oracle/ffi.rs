//! What `openssl-sys` does not declare, as OpenSSL 3.5's headers have it.

use std::ffi::{c_char, c_int, c_void};

use openssl_sys::{
    ASN1_OBJECT, BIO, OPENSSL_STACK, X509, X509_CRL, X509_STORE, X509_STORE_CTX, X509_VERIFY_PARAM,
};

/// A verify callback: what was found, and the context that knows the details.
pub(super) type VerifyCallback = extern "C" fn(ok: c_int, ctx: *mut X509_STORE_CTX) -> c_int;

/// The extension cRLNumber.
pub(super) const NID_CRL_NUMBER: c_int = 88;
/// The extension deltaCRLIndicator.
pub(super) const NID_DELTA_CRL: c_int = 140;

unsafe extern "C" {
    pub(super) fn X509_CRL_get_ext_d2i(
        crl: *const X509_CRL,
        nid: c_int,
        critical: *mut c_int,
        index: *mut c_int,
    ) -> *mut c_void;
    pub(super) fn PEM_read_bio_X509_AUX(
        bio: *mut BIO,
        out: *mut *mut X509,
        callback: Option<extern "C" fn(*mut c_char, c_int, c_int, *mut c_void) -> c_int>,
        user: *mut c_void,
    ) -> *mut X509;
    pub(super) fn X509_STORE_add_crl(store: *mut X509_STORE, crl: *mut X509_CRL) -> c_int;
    pub(super) fn X509_STORE_CTX_set0_crls(ctx: *mut X509_STORE_CTX, crls: *mut OPENSSL_STACK);
    pub(super) fn X509_STORE_CTX_set_verify_cb(ctx: *mut X509_STORE_CTX, callback: VerifyCallback);
    pub(super) fn X509_STORE_CTX_get0_param(ctx: *const X509_STORE_CTX) -> *mut X509_VERIFY_PARAM;
    pub(super) fn X509_STORE_CTX_get0_parent_ctx(ctx: *const X509_STORE_CTX) -> *mut X509_STORE_CTX;
    pub(super) fn X509_STORE_CTX_get_num_untrusted(ctx: *const X509_STORE_CTX) -> c_int;
    pub(super) fn X509_verify_cert(ctx: *mut X509_STORE_CTX) -> c_int;
    pub(super) fn X509_VERIFY_PARAM_add1_host(
        param: *mut X509_VERIFY_PARAM,
        name: *const c_char,
        length: usize,
    ) -> c_int;
    pub(super) fn X509_VERIFY_PARAM_set1_ip_asc(
        param: *mut X509_VERIFY_PARAM,
        address: *const c_char,
    ) -> c_int;
    pub(super) fn X509_VERIFY_PARAM_add0_policy(
        param: *mut X509_VERIFY_PARAM,
        policy: *mut ASN1_OBJECT,
    ) -> c_int;
}
