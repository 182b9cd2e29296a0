//! Protection against bots.

use crate::edge::rule::Statuses::{Any, These};
use crate::edge::rule::{Media, Rule, begins, has, is, rule, sets_cookie};
use faultfinder_taxonomy::EdgeConfidence::{Certain, Likely};
use faultfinder_taxonomy::EdgeFinding::Challenge;
use faultfinder_taxonomy::EdgeProvider;

pub(super) const RULES: &[Rule] = &[
    Rule {
        // The page and its JSON both name the host of the challenge.
        statuses: These(&[401, 403, 405, 429]),
        media: Media::Any,
        body: &[&[
            "geo.captcha-delivery.com/",
            "ct.captcha-delivery.com/",
            "ct.datado.me/",
            "dataaccess@datadome.co",
        ]],
        ..rule(EdgeProvider::DataDome, Challenge, Certain)
    },
    Rule {
        statuses: These(&[403, 412, 429]),
        body: &[&["window._pxappid", "www.perimeterx.com/whywasiblocked"]],
        ..rule(EdgeProvider::PerimeterX, Challenge, Certain)
    },
    Rule {
        statuses: These(&[403, 412, 429]),
        media: Media::Json,
        body: &[&["\"appid\":\"px", "\"appid\": \"px"], &["\"jsclientsrc\":"]],
        ..rule(EdgeProvider::PerimeterX, Challenge, Certain)
    },
    Rule {
        statuses: Any,
        headers: &[&[sets_cookie("-anubis-")]],
        body: &[&["id=\"anubis_challenge\"", "/.within.website/x/cmd/anubis/"]],
        ..rule(EdgeProvider::Anubis, Challenge, Certain)
    },
    Rule {
        // Formerly of Distil. With status 200, only behind Imperva.
        statuses: Any,
        headers: &[&[has("x-iinfo"), sets_cookie("visid_incap_")]],
        body: &[&["pardon our interruption"], &["window.isimpervaspasupport"]],
        ..rule(EdgeProvider::Imperva, Challenge, Certain)
    },
    Rule {
        body: &[&["pardon our interruption"], &["window.isimpervaspasupport"]],
        ..rule(EdgeProvider::Imperva, Challenge, Certain)
    },
    Rule {
        headers: &[&[begins("server", "imunify360")]],
        statuses: Any,
        body: &[&["protected by imunify360", "powered by imunify360", "imunify360 preloader"]],
        ..rule(EdgeProvider::Imunify360, Challenge, Certain)
    },
    Rule {
        headers: &[&[is("server", "ddos-guard")]],
        statuses: These(&[403, 503]),
        body: &[&["id=\"link-ddg\""]],
        ..rule(EdgeProvider::DdosGuard, Challenge, Likely)
    },
];
