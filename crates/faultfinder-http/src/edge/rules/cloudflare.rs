//! Cloudflare. `server: cloudflare` and `cf-ray` are on every response that passed through it, and show nothing.

use crate::edge::rule::Reference::{After, Header};
use crate::edge::rule::Statuses::{Any, Telling, These};
use crate::edge::rule::{Field, Media, Reference, Rule, is, rule};
use faultfinder_taxonomy::EdgeConfidence::{Certain, Likely};
use faultfinder_taxonomy::EdgeFinding::{
    Blocked, Challenge, NoSuchSite, OriginDns, OriginInvalidResponse, OriginTimeout, OriginTls,
    OriginUnreachable, RateLimited,
};
use faultfinder_taxonomy::{EdgeConfidence, EdgeFinding, EdgeProvider};

const SERVER: &[&[Field]] = &[&[is("server", "cloudflare")]];
const RAY: &[Reference] = &[Header("cf-ray"), After("ray id: ")];
/// What the HTML pages of errors have in common.
const FRAME: &[&str] = &["id=\"cf-error-details\"", "id=\"cf-wrapper\""];

const fn cloudflare(finding: EdgeFinding, confidence: EdgeConfidence) -> Rule {
    Rule { reference: RAY, ..rule(EdgeProvider::Cloudflare, finding, confidence) }
}

/// A page or a line of text that names an error code.
const fn code(finding: EdgeFinding, body: &'static [&'static [&'static str]]) -> Rule {
    Rule { headers: SERVER, body, ..cloudflare(finding, Certain) }
}

/// The JSON of an error.
const fn json(finding: EdgeFinding, body: &'static [&'static [&'static str]]) -> Rule {
    Rule { headers: SERVER, media: Media::Json, body, ..cloudflare(finding, Certain) }
}

/// The page of an error with the connection to the origin.
const fn origin(
    finding: EdgeFinding,
    statuses: &'static [u16],
    body: &'static [&'static [&'static str]],
) -> Rule {
    Rule { statuses: Telling(statuses), body, ..cloudflare(finding, Certain) }
}

/// A page of the site's owner in place of Cloudflare's: these statuses are Cloudflare's own.
const fn owners(finding: EdgeFinding, statuses: &'static [u16]) -> Rule {
    Rule {
        statuses: Telling(statuses),
        headers: SERVER,
        media: Media::Page,
        body: PAGE,
        ..cloudflare(finding, Likely)
    }
}

/// HTML, whatever it says.
const PAGE: &[&[&str]] = &[&["<html", "<!doctype html"]];

pub(super) const RULES: &[Rule] = &[
    Rule { statuses: Any, headers: &[&[is("cf-mitigated", "challenge")]], ..cloudflare(Challenge, Certain) },
    Rule {
        // Before there was a field for it.
        statuses: These(&[403, 429, 503]),
        headers: SERVER,
        body: &[
            &["just a moment...", "attention required! | cloudflare", "ddos protection by cloudflare"],
            &[
                "/cdn-cgi/challenge-platform/",
                "_cf_chl_opt",
                "jschl_vc",
                "cf_captcha_kind",
                "/cdn-cgi/l/chk_jschl",
            ],
        ],
        ..cloudflare(Challenge, Certain)
    },
    code(RateLimited, &[&["error code: 1015"]]),
    Rule { body: &[&["you are being rate limited"], FRAME], ..cloudflare(RateLimited, Certain) },
    code(
        Blocked,
        &[&[
            "error code: 1005",
            "error code: 1006",
            "error code: 1007",
            "error code: 1008",
            "error code: 1009",
            "error code: 1010",
            "error code: 1012",
            "error code: 1020",
        ]],
    ),
    Rule {
        statuses: These(&[403, 429, 503]),
        body: &[&["sorry, you have been blocked", "used cloudflare to restrict access"], FRAME],
        ..cloudflare(Blocked, Certain)
    },
    code(
        NoSuchSite,
        &[&[
            "error code: 1000",
            "error code: 1001",
            "error code: 1003",
            "error code: 1014",
            "error code: 1018",
        ]],
    ),
    code(OriginDns, &[&["error code: 1016"]]),
    json(OriginDns, &[&["\"error_code\": 1016", "\"error_code\":1016"], &["\"owner_action_required\":"]]),
    json(RateLimited, &[&["\"error_code\": 1015", "\"error_code\":1015"], &["\"owner_action_required\":"]]),
    json(
        Blocked,
        &[
            &[
                "\"error_code\": 1006",
                "\"error_code\":1006",
                "\"error_code\": 1009",
                "\"error_code\":1009",
                "\"error_code\": 1010",
                "\"error_code\":1010",
                "\"error_code\": 1020",
                "\"error_code\":1020",
            ],
            &["\"owner_action_required\":"],
        ],
    ),
    code(OriginUnreachable, &[&["error code: 1033"]]),
    origin(
        OriginInvalidResponse,
        &[520],
        &[&["error code: 520", "error code 520", "520: web server is returning"]],
    ),
    origin(OriginUnreachable, &[521], &[&["error code: 521", "error code 521", "521: web server is down"]]),
    origin(OriginTimeout, &[522], &[&["error code: 522", "error code 522", "522: connection timed out"]]),
    origin(
        OriginUnreachable,
        &[523],
        &[&["error code: 523", "error code 523", "523: origin is unreachable"]],
    ),
    origin(OriginTimeout, &[524], &[&["error code: 524", "error code 524", "524: a timeout occurred"]]),
    origin(OriginTls, &[525], &[&["error code: 525", "error code 525", "525: ssl handshake failed"]]),
    origin(OriginTls, &[526], &[&["error code: 526", "error code 526", "526: invalid ssl certificate"]]),
    Rule {
        statuses: Telling(&[502]),
        headers: SERVER,
        body: &[&["error code: 502"]],
        ..cloudflare(OriginInvalidResponse, Certain)
    },
    Rule {
        statuses: Telling(&[504]),
        headers: SERVER,
        body: &[&["error code: 504"]],
        ..cloudflare(OriginTimeout, Certain)
    },
    owners(OriginUnreachable, &[521, 523]),
    owners(OriginTimeout, &[522, 524]),
    owners(OriginTls, &[525, 526]),
];
