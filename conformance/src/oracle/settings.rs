//! The settings of a case as OpenSSL's verification parameters.

use std::ffi::{CString, c_int, c_uint, c_ulong};
use std::ptr::NonNull;

use anyhow::{Context as _, Result, ensure};
use openssl_sys::X509_VERIFY_PARAM;

use super::ffi;
use super::objects::{done, made};
use crate::record::{Case, Hosts};

const FLAGS: &[(&str, c_ulong)] = &[
    ("crl_check", 0x4),
    ("crl_check_all", 0x8),
    ("ignore_critical", 0x10),
    ("x509_strict", 0x20),
    ("allow_proxy_certs", 0x40),
    ("policy_check", 0x80),
    ("explicit_policy", 0x100),
    ("inhibit_any", 0x200),
    ("inhibit_map", 0x400),
    ("extended_crl_support", 0x1000),
    ("use_deltas", 0x2000),
    ("check_ss_signature", 0x4000),
    ("trusted_first", TRUSTED_FIRST),
    ("suiteb_128_only", 0x1_0000),
    ("suiteb_192", 0x2_0000),
    ("suiteb_128", 0x3_0000),
    ("partial_chain", 0x8_0000),
    ("no_alt_chains", 0x10_0000),
    ("no_check_time", 0x20_0000),
    // Not a flag of OpenSSL's: takes one away, once the defaults are in.
    ("no_trusted_first", 0),
];

/// On by default.
pub(super) const TRUSTED_FIRST: c_ulong = 0x8000;

const HOST_FLAGS: &[(&str, c_uint)] = &[
    ("always_check_subject", 0x1),
    ("no_wildcards", 0x2),
    ("no_partial_wildcards", 0x4),
    ("multi_label_wildcards", 0x8),
    ("single_label_subdomains", 0x10),
    ("never_check_subject", 0x20),
];

/// Verification parameters.
pub(super) struct Settings {
    param: NonNull<X509_VERIFY_PARAM>,
    /// Whether the store is asked first, which is the default.
    pub(super) trusted_first: bool,
}

impl Drop for Settings {
    fn drop(&mut self) {
        // SAFETY: ours, and not used afterwards.
        unsafe { openssl_sys::X509_VERIFY_PARAM_free(self.param.as_ptr()) };
    }
}

/// The sum of named bits.
fn bits<T: Copy + std::ops::BitOr<Output = T> + Default>(names: &[String], table: &[(&str, T)]) -> Result<T> {
    names.iter().try_fold(T::default(), |sum, name| {
        let found = table.iter().find(|(listed, _)| listed == name);
        found.map(|(_, bit)| sum | *bit).with_context(|| format!("unknown flag {name:?}"))
    })
}

fn c_text(text: &str) -> Result<CString> {
    CString::new(text).with_context(|| format!("{text:?} contains a NUL"))
}

impl Settings {
    /// Those of a case.
    pub(super) fn new(case: &Case) -> Result<Self> {
        // SAFETY: takes nothing.
        let param = made(unsafe { openssl_sys::X509_VERIFY_PARAM_new() }, "verification parameters")?;
        let trusted_first = !case.flags.iter().any(|flag| flag == "no_trusted_first");
        let settings = Self { param, trusted_first };
        settings.limits(case)?;
        settings.names(case)?;
        settings.policies(case)?;
        Ok(settings)
    }

    pub(super) fn as_ptr(&self) -> *mut X509_VERIFY_PARAM {
        self.param.as_ptr()
    }

    /// Flags, time, purpose, depth, level.
    fn limits(&self, case: &Case) -> Result<()> {
        let param = self.as_ptr();
        let flags = bits(&case.flags, FLAGS)?;
        // SAFETY: the parameters are alive.
        done(unsafe { openssl_sys::X509_VERIFY_PARAM_set_flags(param, flags) }, "set flags")?;
        if let Some(time) = case.time {
            // SAFETY: the parameters are alive.
            unsafe { openssl_sys::X509_VERIFY_PARAM_set_time(param, time) };
        }
        if let Some(depth) = case.verify_depth {
            // SAFETY: the parameters are alive.
            unsafe { openssl_sys::X509_VERIFY_PARAM_set_depth(param, depth) };
        }
        if let Some(level) = case.auth_level {
            // SAFETY: the parameters are alive.
            unsafe { openssl_sys::X509_VERIFY_PARAM_set_auth_level(param, level) };
        }
        if let Some(purpose) = &case.purpose {
            let id = purpose_id(purpose)?;
            // SAFETY: the parameters are alive.
            let result = unsafe { openssl_sys::X509_VERIFY_PARAM_set_purpose(param, id) };
            done(result, &format!("set the purpose {purpose:?}"))?;
        }
        Ok(())
    }

    /// Host, address, mailbox.
    fn names(&self, case: &Case) -> Result<()> {
        let param = self.as_ptr();
        let hosts = match &case.host {
            None => &[],
            Some(Hosts::One(host)) => std::slice::from_ref(host),
            Some(Hosts::Several(hosts)) => hosts.as_slice(),
        };
        for host in hosts {
            let text = c_text(host)?;
            // SAFETY: the parameters are alive; the text is copied.
            let result =
                unsafe { ffi::X509_VERIFY_PARAM_add1_host(param, text.as_ptr(), text.as_bytes().len()) };
            done(result, &format!("expect the host {host:?}"))?;
        }
        let flags = bits(&case.hostflags, HOST_FLAGS)?;
        // SAFETY: the parameters are alive.
        unsafe { openssl_sys::X509_VERIFY_PARAM_set_hostflags(param, flags) };
        if let Some(address) = &case.ip {
            let text = c_text(address)?;
            // SAFETY: the parameters are alive; the text is read now.
            let result = unsafe { ffi::X509_VERIFY_PARAM_set1_ip_asc(param, text.as_ptr()) };
            done(result, &format!("expect the address {address:?}"))?;
        }
        if let Some(mailbox) = &case.email {
            let text = c_text(mailbox)?;
            // SAFETY: the parameters are alive; the text is copied.
            let result = unsafe {
                openssl_sys::X509_VERIFY_PARAM_set1_email(param, text.as_ptr(), text.as_bytes().len())
            };
            done(result, &format!("expect the mailbox {mailbox:?}"))?;
        }
        Ok(())
    }

    fn policies(&self, case: &Case) -> Result<()> {
        for policy in &case.policies {
            let text = c_text(policy)?;
            // SAFETY: the text is read now; the object is ours.
            let object = made(unsafe { openssl_sys::OBJ_txt2obj(text.as_ptr(), 1) }, "an OID")?;
            // SAFETY: the parameters are alive, and own the object from here on.
            let result = unsafe { ffi::X509_VERIFY_PARAM_add0_policy(self.as_ptr(), object.as_ptr()) };
            done(result, &format!("accept the policy {policy}"))?;
        }
        Ok(())
    }
}

/// OpenSSL's number of a purpose.
fn purpose_id(purpose: &str) -> Result<c_int> {
    let text = c_text(purpose)?;
    // SAFETY: the text is read now.
    let place = unsafe { openssl_sys::X509_PURPOSE_get_by_sname(text.as_ptr()) };
    ensure!(place >= 0, "unknown purpose {purpose:?}");
    // SAFETY: the place is one of its table, whose rows live as long as the library.
    Ok(unsafe { openssl_sys::X509_PURPOSE_get_id(openssl_sys::X509_PURPOSE_get0(place)) })
}
