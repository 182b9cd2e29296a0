//! CDNs but Cloudflare and those of the large clouds.

use crate::edge::rule::Reference::After;
use crate::edge::rule::Statuses::These;
use crate::edge::rule::{Reference, Rule, is, rule};
use faultfinder_taxonomy::EdgeConfidence::{Certain, Likely};
use faultfinder_taxonomy::EdgeFinding::{
    Blocked, NoSuchSite, OriginDns, OriginInvalidResponse, OriginTimeout, OriginUnreachable,
};
use faultfinder_taxonomy::EdgeProvider::{Akamai, Fastly, Varnish};

const AKAMAI: &[Reference] = &[After("reference #")];
const FASTLY: &[Reference] = &[After("details: ")];

/// Fastly signs its errors as Varnish does, with a word misspelled at first and the name of the cache.
const FASTLY_CACHE: &[&str] = &["details: cache-", "guru mediation"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        statuses: These(&[403]),
        body: &[&["you don't have permission to access"], &["reference #18."], &["errors.edgesuite.net/18."]],
        reference: AKAMAI,
        ..rule(Akamai, Blocked, Certain)
    },
    Rule {
        statuses: These(&[403]),
        headers: &[&[is("server", "akamaighost")]],
        body: &[&["you don't have permission to access"], &["reference #18."]],
        reference: AKAMAI,
        ..rule(Akamai, Blocked, Certain)
    },
    Rule {
        // The field `server` can be turned off.
        statuses: These(&[403]),
        body: &[&["you don't have permission to access"], &["reference #18."]],
        reference: AKAMAI,
        ..rule(Akamai, Blocked, Likely)
    },
    Rule {
        statuses: These(&[503]),
        body: &[&["service unavailable - dns failure"], &["reference #11."]],
        reference: AKAMAI,
        ..rule(Akamai, OriginDns, Certain)
    },
    Rule { body: &[&["fastly error: unknown domain"]], ..rule(Fastly, NoSuchSite, Certain) },
    Rule {
        statuses: These(&[503]),
        body: &[&["first byte timeout"], FASTLY_CACHE, &["varnish cache server"]],
        reference: FASTLY,
        ..rule(Fastly, OriginTimeout, Certain)
    },
    Rule {
        statuses: These(&[503]),
        body: &[&["backend read error"], FASTLY_CACHE, &["varnish cache server"]],
        reference: FASTLY,
        ..rule(Fastly, OriginInvalidResponse, Certain)
    },
    Rule {
        statuses: These(&[503]),
        body: &[
            &["backend fetch failed", "error 503 service unavailable"],
            &["guru meditation"],
            &["varnish cache server", "vinyl cache server"],
        ],
        reference: &[After("xid: ")],
        ..rule(Varnish, OriginUnreachable, Certain)
    },
];
