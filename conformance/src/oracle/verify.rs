//! One verification, with a callback that records what it gets.

use std::cell::RefCell;
use std::ffi::c_int;
use std::ptr::NonNull;

use anyhow::{Context as _, Result, ensure};
use openssl_sys::{OPENSSL_STACK, X509, X509_STORE_CTX};

use super::ffi;
use super::objects::{Certificate, Stack, Store, done, made, sha256};
use super::settings::{Settings, TRUSTED_FIRST};
use crate::record::Event;

/// What came of it.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) events: Vec<Event>,
    pub(super) ret: i32,
    pub(super) error: i32,
    pub(super) error_depth: i32,
    pub(super) chain: Vec<String>,
    pub(super) num_untrusted: i32,
}

/// What the callback of this thread's verification does and has seen.
#[derive(Debug, Default)]
struct Seen {
    lenient: bool,
    events: Vec<Event>,
}

thread_local! {
    /// The nested context of a CRL's issuer has no data of its own, and a verification never leaves its thread.
    static SEEN: RefCell<Seen> = RefCell::default();
}

extern "C" fn callback(ok: c_int, ctx: *mut X509_STORE_CTX) -> c_int {
    if ok != 0 {
        return ok;
    }
    // SAFETY: OpenSSL gives a context that is alive during the call.
    let event = unsafe {
        Event {
            depth: openssl_sys::X509_STORE_CTX_get_error_depth(ctx),
            code: openssl_sys::X509_STORE_CTX_get_error(ctx),
            crl_path: !ffi::X509_STORE_CTX_get0_parent_ctx(ctx).is_null(),
        }
    };
    SEEN.with_borrow_mut(|seen| {
        seen.events.push(event);
        c_int::from(seen.lenient)
    })
}

/// A context of a verification.
struct Context(NonNull<X509_STORE_CTX>);

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards.
        unsafe { openssl_sys::X509_STORE_CTX_free(self.0.as_ptr()) };
    }
}

/// Verifies; `lenient` is what the callback says to every error: go on.
pub(super) fn run(
    store: &Store,
    leaf: &Certificate,
    untrusted: &Stack<'_>,
    crls: &Stack<'_>,
    settings: &Settings,
    lenient: bool,
) -> Result<Outcome> {
    // SAFETY: both are alive; the parameters are copied. The context inherits them, with the trust that belongs to
    // the purpose.
    let result = unsafe { openssl_sys::X509_STORE_set1_param(store.as_ptr(), settings.as_ptr()) };
    done(result, "set the parameters of a store")?;
    // SAFETY: takes nothing.
    let context = Context(made(unsafe { openssl_sys::X509_STORE_CTX_new() }, "a context")?);
    let ctx = context.0.as_ptr();
    // SAFETY: everything is alive and outlives the context, which is dropped at the end of this function.
    let result = unsafe {
        openssl_sys::X509_STORE_CTX_init(ctx, store.as_ptr(), leaf.as_ptr(), untrusted.as_ptr().cast())
    };
    done(result, "prepare a verification")?;
    // SAFETY: the context is prepared; the CRLs outlive it; its parameters are its own.
    unsafe {
        ffi::X509_STORE_CTX_set0_crls(ctx, crls.as_ptr());
        ffi::X509_STORE_CTX_set_verify_cb(ctx, callback);
        if !settings.trusted_first {
            openssl_sys::X509_VERIFY_PARAM_clear_flags(ffi::X509_STORE_CTX_get0_param(ctx), TRUSTED_FIRST);
        }
    }
    SEEN.set(Seen { lenient, events: Vec::new() });
    // SAFETY: the context is prepared, and its callback cannot unwind: it panics only if it were called again from
    // within itself, and then Rust aborts at the border.
    let ret = unsafe { ffi::X509_verify_cert(ctx) };
    let Seen { events, .. } = SEEN.take();
    super::objects::forget_errors();
    // SAFETY: the context is alive.
    unsafe {
        Ok(Outcome {
            events,
            ret,
            error: openssl_sys::X509_STORE_CTX_get_error(ctx),
            error_depth: openssl_sys::X509_STORE_CTX_get_error_depth(ctx),
            chain: chain(&context)?,
            num_untrusted: ffi::X509_STORE_CTX_get_num_untrusted(ctx),
        })
    }
}

/// The chain that was built.
fn chain(context: &Context) -> Result<Vec<String>> {
    // SAFETY: the context is alive; the chain is its own, and is only read before the context can change.
    let stack = unsafe { openssl_sys::X509_STORE_CTX_get0_chain(context.0.as_ptr()) };
    let Some(stack) = NonNull::new(stack.cast::<OPENSSL_STACK>()) else { return Ok(Vec::new()) };
    // SAFETY: the stack is alive.
    let length = unsafe { openssl_sys::OPENSSL_sk_num(stack.as_ptr()) };
    (0..length)
        .map(|place| {
            // SAFETY: the stack is alive, the place is one of it, and its elements are certificates.
            let certificate = unsafe { openssl_sys::OPENSSL_sk_value(stack.as_ptr(), place) }.cast::<X509>();
            ensure!(!certificate.is_null(), "a chain with a hole");
            // SAFETY: a certificate of a chain that is alive.
            unsafe { sha256(certificate) }.context("a certificate of the chain")
        })
        .collect()
}
