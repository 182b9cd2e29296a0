//! Certificate policies (`check_policy`; RFC 5280 section 6.1).
//!
//! Off unless the options ask for it. The top of the chain is the anchor and says nothing about policies. What the
//! certificates below it say is judged by [`judge::judge`], which is pure; here its judgment becomes events:
//! `INVALID_POLICY_EXTENSION` for every certificate whose policies are invalid, or one `NO_EXPLICIT_POLICY`, which does not
//! concern a certificate and is reported at the depth of the last error.

mod judge;
mod tree;

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use super::stop::Stop;
use crate::certificate::Certificate;
use crate::extensions::Policies;
use crate::oid;
use crate::options::VerifyOptions;
use judge::{Demands, Judgment, Missing, Step};
use tree::Rules;

/// How many policies a reason lists.
const LISTED_MAX: usize = 8;
/// How many characters of one policy a reason shows.
const POLICY_CHARS_MAX: usize = 80;

/// Builds the policy tree of the chain and asks it for an acceptable policy.
pub(super) fn check(context: &mut Context<'_>) -> Result<(), Stop> {
    if !is_wanted(context.options) {
        return Ok(());
    }
    let chain: Vec<Certificate> = context.chain.iter().map(|link| link.certificate.clone()).collect();
    let Some((_, path)) = chain.split_last() else { return Ok(()) };
    let steps: Vec<Step<'_>> = path.iter().map(step).collect();
    let demands = demands(context.options);
    let judgment = judge::judge(&steps, &demands, &mut |bytes, steps| {
        context.spend_memory(bytes, "policy nodes")?;
        context.spend_work(steps, "policies")
    })?;
    match judgment {
        Judgment::Fine => {}
        Judgment::Invalid => raise_invalid(context, &chain),
        Judgment::NoPolicy { missing, required_by } => {
            let by = required_by.and_then(|depth| path.get(depth));
            let by = by.map_or_else(|| "the options".to_owned(), |by| format!("\"{}\"", by.subject()));
            let what = explain(&missing, path, &context.options.policies);
            let why = format!("{what}; an explicit policy is required by {by}");
            context.raise(context.error_depth, VerifyCode::NoExplicitPolicy, why);
        }
    }
    Ok(())
}

/// Whether anything asks for policies: a non-empty list does by itself, and so does every switch about them.
const fn is_wanted(options: &VerifyOptions) -> bool {
    let flags = &options.flags;
    flags.policy_check
        || flags.explicit_policy
        || flags.inhibit_any
        || flags.inhibit_map
        || !options.policies.is_empty()
}

fn step(certificate: &Certificate) -> Step<'_> {
    Step { policies: &certificate.parts().extensions.policies, self_issued: certificate.parts().self_issued }
}

/// What the options require. A policy that is not an object identifier is one that no certificate has.
fn demands(options: &VerifyOptions) -> Demands {
    Demands {
        explicit: options.flags.explicit_policy,
        inhibit_any: options.flags.inhibit_any,
        inhibit_map: options.flags.inhibit_map,
        acceptable: options.policies.iter().filter_map(|policy| oid::encode(policy)).collect(),
    }
}

/// Reports every certificate whose policies are invalid, also those that the judgment did not reach. The top was never
/// read, unless the same certificate of the store is also further down.
fn raise_invalid(context: &mut Context<'_>, chain: &[Certificate]) {
    let top = chain.len().saturating_sub(1);
    let from_store = chain.get(context.num_untrusted..top).unwrap_or_default();
    for (depth, certificate) in chain.iter().enumerate() {
        if let Some(defect) = &certificate.parts().extensions.policies.defect
            && (depth < top || from_store.contains(certificate))
        {
            context.raise(depth, VerifyCode::InvalidPolicyExtension, defect.text());
        }
    }
}

/// Why there is no acceptable policy.
fn explain(missing: &Missing, path: &[Certificate], acceptable: &[String]) -> String {
    let subject = |depth: &usize| path.get(*depth).map(Certificate::subject).unwrap_or_default();
    match missing {
        Missing::NoPolicies { depth } => format!("\"{}\" has no policies", subject(depth)),
        Missing::NothingInCommon { depth, rules } => {
            let empty = Policies::default();
            let own = path.get(*depth).map_or(&empty, |certificate| &certificate.parts().extensions.policies);
            nothing_in_common(&subject(depth), own, *rules)
        }
        Missing::NotAcceptable { found } if acceptable.is_empty() => {
            format!(
                "no policy was named as acceptable (the chain has {})",
                list(found.iter().map(|id| &**id))
            )
        }
        Missing::NotAcceptable { found } => format!(
            "none of the chain's policies ({}) is acceptable ({})",
            list(found.iter().map(|id| &**id)),
            listed(acceptable.iter().cloned())
        ),
    }
}

/// Why nothing is left of a certificate's policies.
fn nothing_in_common(subject: &str, own: &Policies, rules: Rules) -> String {
    let any = own.any.then_some(oid::ANY_POLICY);
    let all = list(any.into_iter().chain(own.named.keys().map(|policy| &**policy)));
    let mut why =
        format!("none of the policies of \"{subject}\" ({all}) is allowed by the certificates above it");
    if own.any && !rules.any {
        why.push_str("; anyPolicy does not count there");
    }
    if !rules.mappings && own.named.values().any(|mapping| !mapping.expected.is_empty()) {
        why.push_str("; policies that it maps to others do not count, because mapping is inhibited there");
    }
    why
}

/// Policies in dotted form.
fn list<'a>(policies: impl Iterator<Item = &'a [u8]>) -> String {
    listed(policies.map(|policy| match policy {
        oid::ANY_POLICY => "anyPolicy".to_owned(),
        // One byte of an identifier is three digits and a dot at most.
        other => oid::dotted(other.get(..POLICY_CHARS_MAX).unwrap_or(other)),
    }))
}

/// The first few of them, each cut to a length that people read.
fn listed(texts: impl Iterator<Item = String>) -> String {
    let mut out = String::new();
    let mut left = 0_usize;
    for (at, text) in texts.enumerate() {
        if at >= LISTED_MAX {
            left += 1;
            continue;
        }
        if at > 0 {
            out.push_str(", ");
        }
        out.extend(text.chars().take(POLICY_CHARS_MAX));
        if text.chars().nth(POLICY_CHARS_MAX).is_some() {
            out.push_str("...");
        }
    }
    match left {
        0 if out.is_empty() => "none".to_owned(),
        0 => out,
        more => format!("{out} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
