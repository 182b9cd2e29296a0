//! Keys of kinds that the crate `openssl` has no word for.

use std::ffi::CString;
use std::ptr::{NonNull, null, null_mut};

use anyhow::Result;
use foreign_types::ForeignType as _;
use openssl::pkey::{PKey, Private};
use openssl_sys::EVP_PKEY_CTX;

use super::objects::{done, made};

/// A context of a key's generation.
struct Context(NonNull<EVP_PKEY_CTX>);

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards.
        unsafe { openssl_sys::EVP_PKEY_CTX_free(self.0.as_ptr()) };
    }
}

/// A new key of the kind that OpenSSL calls so: `SLH-DSA-SHA2-128f`, `ML-KEM-768`, `SM2` ...
///
/// # Errors
///
/// When OpenSSL makes none.
pub fn generate_key(kind: &str) -> Result<PKey<Private>> {
    let name = CString::new(kind)?;
    // SAFETY: the name is a text that ends with a NUL; no library context and no properties are given.
    let context = unsafe { openssl_sys::EVP_PKEY_CTX_new_from_name(null_mut(), name.as_ptr(), null()) };
    let context = Context(made(context, kind)?);
    // SAFETY: the context is alive.
    done(unsafe { openssl_sys::EVP_PKEY_keygen_init(context.0.as_ptr()) }, "prepare a key's generation")?;
    let mut key = null_mut();
    // SAFETY: the context is alive and prepared; the key that is put into `key` is ours.
    done(unsafe { openssl_sys::EVP_PKEY_generate(context.0.as_ptr(), &mut key) }, "generate a key")?;
    let key = made(key, kind)?;
    // SAFETY: a private key, ours, and nobody else frees it.
    Ok(unsafe { PKey::from_ptr(key.as_ptr()) })
}
