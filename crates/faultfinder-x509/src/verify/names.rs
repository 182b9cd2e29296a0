//! The names that the leaf must have (`check_id`).

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use crate::host;

/// Checks hosts, mailbox and address, in that order, on the leaf as given.
pub(super) fn check(context: &mut Context<'_>) {
    let (leaf, options) = (context.leaf, context.options);
    let presented = || host::presented_names(leaf);
    let mut hosts = options.hosts.iter().filter(|host| !host.is_empty()).peekable();
    if let Some(first) = hosts.peek().copied()
        && !hosts.any(|host| host::covers_host(leaf, host, options.host_flags))
    {
        let near_miss = host::near_miss(leaf, first, options.host_flags)
            .map_or_else(String::new, |why| format!("; {why}"));
        let why = format!("no SAN covers \"{first}\": the certificate is for {}{near_miss}", presented());
        context.raise_about(0, VerifyCode::HostnameMismatch, leaf, why);
    }
    if let Some(email) = options.email.as_deref()
        && !host::covers_email(leaf, email)
    {
        let why = format!("the mailbox is not \"{email}\": the certificate is for {}", presented());
        context.raise_about(0, VerifyCode::EmailMismatch, leaf, why);
    }
    if let Some(ip) = options.ip
        && !host::covers_ip(leaf, ip)
    {
        let why = format!("no SAN covers the address {ip}: the certificate is for {}", presented());
        context.raise_about(0, VerifyCode::IpAddressMismatch, leaf, why);
    }
}
