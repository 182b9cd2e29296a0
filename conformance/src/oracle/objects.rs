//! Owners of OpenSSL's objects.

use std::ffi::{CStr, c_int, c_uint};
use std::fmt::Write as _;
use std::marker::PhantomData;
use std::ptr::{NonNull, null_mut};

use anyhow::{Context as _, Result, ensure};
use openssl_sys::{BIO, OPENSSL_STACK, X509, X509_CRL, X509_STORE};

use super::ffi;

/// Empties the thread's queue of errors.
pub(super) fn forget_errors() {
    // SAFETY: takes nothing; the queue belongs to the thread.
    unsafe { openssl_sys::ERR_clear_error() };
}

/// The reasons in the thread's queue of errors, which is empty afterwards.
pub(super) fn reasons() -> String {
    let mut reasons = Vec::new();
    loop {
        // SAFETY: takes nothing; the queue belongs to the thread.
        let code = unsafe { openssl_sys::ERR_get_error() };
        if code == 0 {
            return reasons.join("; ");
        }
        // SAFETY: any number may be asked for; the answer is null or a text that lives as long as the library.
        let text = unsafe { openssl_sys::ERR_reason_error_string(code) };
        reasons.push(match NonNull::new(text.cast_mut()) {
            // SAFETY: not null, and ends with a NUL as every text of OpenSSL's tables.
            Some(text) => unsafe { CStr::from_ptr(text.as_ptr()) }.to_string_lossy().into_owned(),
            None => format!("error {code:#x}"),
        });
    }
}

/// An object, or an error with OpenSSL's reasons.
pub(super) fn made<T>(object: *mut T, what: &str) -> Result<NonNull<T>> {
    NonNull::new(object).with_context(|| format!("OpenSSL cannot make {what}: {}", reasons()))
}

/// Success, or an error with OpenSSL's reasons.
pub(super) fn done(result: c_int, what: &str) -> Result<()> {
    ensure!(result == 1, "OpenSSL cannot {what}: {}", reasons());
    Ok(())
}

/// A text to read from.
struct Source<'a>(NonNull<BIO>, PhantomData<&'a str>);

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Result<Self> {
        let length = c_int::try_from(text.len()).context("a text of more than 2 GiB")?;
        // SAFETY: the text outlives the BIO (`'a`), which only reads it, and only that long.
        let bio = unsafe { openssl_sys::BIO_new_mem_buf(text.as_ptr().cast(), length) };
        Ok(Self(made(bio, "a BIO")?, PhantomData))
    }
}

impl Drop for Source<'_> {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards.
        unsafe { openssl_sys::BIO_free_all(self.0.as_ptr()) };
    }
}

/// A certificate, with its trust settings if it has some.
pub(super) struct Certificate(NonNull<X509>);

impl Certificate {
    /// The first certificate of a PEM text; nothing if it cannot be read.
    pub(super) fn from_pem(text: &str) -> Result<Option<Self>> {
        let source = Source::new(text)?;
        // SAFETY: the BIO is alive; without `out` a new object is made, which is ours; no callback is asked for.
        let read = unsafe { ffi::PEM_read_bio_X509_AUX(source.0.as_ptr(), null_mut(), None, null_mut()) };
        Ok(NonNull::new(read).map(Self))
    }

    pub(super) fn as_ptr(&self) -> *mut X509 {
        self.0.as_ptr()
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards; who else needs it has counted itself.
        unsafe { openssl_sys::X509_free(self.0.as_ptr()) };
    }
}

/// A CRL.
pub(super) struct Crl(NonNull<X509_CRL>);

impl Crl {
    /// The first CRL of a PEM text; nothing if it cannot be read.
    pub(super) fn from_pem(text: &str) -> Result<Option<Self>> {
        let source = Source::new(text)?;
        // SAFETY: as for certificates.
        let read =
            unsafe { openssl_sys::PEM_read_bio_X509_CRL(source.0.as_ptr(), null_mut(), None, null_mut()) };
        Ok(NonNull::new(read).map(Self))
    }
}

impl Crl {
    /// Whether it has a readable deltaCRLIndicator.
    pub(super) fn is_delta(&self) -> bool {
        self.has_integer(ffi::NID_DELTA_CRL)
    }

    /// Whether it has a readable cRLNumber.
    pub(super) fn has_number(&self) -> bool {
        self.has_integer(ffi::NID_CRL_NUMBER)
    }

    /// Whether it has a readable extension of one of the two kinds that are an INTEGER.
    fn has_integer(&self, nid: c_int) -> bool {
        // SAFETY: the CRL is alive; what is decoded is ours, and nothing else is asked for.
        let number = unsafe { ffi::X509_CRL_get_ext_d2i(self.0.as_ptr(), nid, null_mut(), null_mut()) };
        // SAFETY: an INTEGER, as that extension's type is, or null, which is fine too.
        unsafe { openssl_sys::ASN1_INTEGER_free(number.cast()) };
        !number.is_null()
    }
}

impl Drop for Crl {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards; who else needs it has counted itself.
        unsafe { openssl_sys::X509_CRL_free(self.0.as_ptr()) };
    }
}

/// A list that does not own its elements.
pub(super) struct Stack<'a>(NonNull<OPENSSL_STACK>, PhantomData<&'a ()>);

impl<'a> Stack<'a> {
    fn new<T>(elements: impl Iterator<Item = *mut T>) -> Result<Self> {
        // SAFETY: takes nothing.
        let stack = Self(made(unsafe { openssl_sys::OPENSSL_sk_new_null() }, "a stack")?, PhantomData);
        for element in elements {
            // SAFETY: the stack is alive, and keeps only the pointer.
            let length = unsafe { openssl_sys::OPENSSL_sk_push(stack.0.as_ptr(), element.cast()) };
            ensure!(length > 0, "OpenSSL has no memory for a stack");
        }
        Ok(stack)
    }

    /// A list of certificates, which outlive it.
    pub(super) fn of_certificates(certificates: &'a [Certificate]) -> Result<Self> {
        Self::new(certificates.iter().map(Certificate::as_ptr))
    }

    /// A list of CRLs, which outlive it.
    pub(super) fn of_crls(crls: &'a [Crl]) -> Result<Self> {
        Self::new(crls.iter().map(|crl| crl.0.as_ptr()))
    }

    pub(super) fn as_ptr(&self) -> *mut OPENSSL_STACK {
        self.0.as_ptr()
    }
}

impl Drop for Stack<'_> {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards; the elements are not freed.
        unsafe { openssl_sys::OPENSSL_sk_free(self.0.as_ptr()) };
    }
}

/// A trust store.
pub(super) struct Store(NonNull<X509_STORE>);

impl Store {
    pub(super) fn new() -> Result<Self> {
        // SAFETY: takes nothing.
        Ok(Self(made(unsafe { openssl_sys::X509_STORE_new() }, "a store")?))
    }

    pub(super) fn add_certificate(&self, certificate: &Certificate) -> Result<()> {
        // SAFETY: both are alive; the store counts itself as an owner.
        let result = unsafe { openssl_sys::X509_STORE_add_cert(self.0.as_ptr(), certificate.as_ptr()) };
        done(result, "add a certificate to a store")
    }

    pub(super) fn add_crl(&self, crl: &Crl) -> Result<()> {
        // SAFETY: both are alive; the store counts itself as an owner.
        let result = unsafe { ffi::X509_STORE_add_crl(self.0.as_ptr(), crl.0.as_ptr()) };
        done(result, "add a CRL to a store")
    }

    pub(super) fn as_ptr(&self) -> *mut X509_STORE {
        self.0.as_ptr()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards.
        unsafe { openssl_sys::X509_STORE_free(self.0.as_ptr()) };
    }
}

/// SHA-256 of a whole certificate, hexadecimal.
///
/// # Safety
///
/// The certificate is alive.
pub(super) unsafe fn sha256(certificate: *mut X509) -> Result<String> {
    let mut digest = [0_u8; 32];
    let mut length: c_uint = 0;
    // SAFETY: the caller's promise; there is room for SHA-256, which has 32 bytes.
    let result = unsafe {
        openssl_sys::X509_digest(
            certificate,
            openssl_sys::EVP_sha256(),
            digest.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    done(result, "digest a certificate")?;
    let mut text = String::new();
    for byte in digest {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}
