//! Hosting platforms and tunnels.

use crate::edge::rule::Reference::{After, Header};
use crate::edge::rule::Statuses::{Any, These};
use crate::edge::rule::{Media, Reference, Rule, is, rule};
use faultfinder_taxonomy::EdgeConfidence::Certain;
use faultfinder_taxonomy::EdgeFinding::{Challenge, NoSuchSite, OriginDns, OriginUnreachable, RateLimited};
use faultfinder_taxonomy::EdgeProvider::{GithubPages, Heroku, Netlify, Ngrok, Railway, Vercel};

const VERCEL: &[Reference] = &[Header("x-vercel-id")];

pub(super) const RULES: &[Rule] = &[
    Rule {
        statuses: Any,
        headers: &[&[is("x-vercel-mitigated", "challenge")]],
        reference: VERCEL,
        ..rule(Vercel, Challenge, Certain)
    },
    Rule {
        // Codes of functions are not here: the application has seen the request, and failed.
        headers: &[&[
            is("x-vercel-error", "deployment_not_found"),
            is("x-vercel-error", "deployment_deleted"),
            is("x-vercel-error", "deployment_disabled"),
            is("x-vercel-error", "deployment_paused"),
        ]],
        reference: VERCEL,
        ..rule(Vercel, NoSuchSite, Certain)
    },
    Rule {
        statuses: These(&[404]),
        body: &[&["deployment_not_found"], &["the deployment could not be found on vercel"]],
        reference: VERCEL,
        ..rule(Vercel, NoSuchSite, Certain)
    },
    Rule {
        headers: &[&[
            is("x-vercel-error", "dns_hostname_empty"),
            is("x-vercel-error", "dns_hostname_not_found"),
            is("x-vercel-error", "dns_hostname_resolve_failed"),
            is("x-vercel-error", "dns_hostname_server_error"),
        ]],
        reference: VERCEL,
        ..rule(Vercel, OriginDns, Certain)
    },
    Rule {
        headers: &[&[is("x-vercel-error", "function_throttled")]],
        reference: VERCEL,
        ..rule(Vercel, RateLimited, Certain)
    },
    Rule {
        statuses: These(&[404]),
        headers: &[&[is("server", "netlify")]],
        body: &[&["not found - request id: "]],
        reference: &[After("not found - request id: ")],
        ..rule(Netlify, NoSuchSite, Certain)
    },
    Rule {
        statuses: These(&[404]),
        body: &[&["there isn't a github pages site here."]],
        reference: &[Header("x-github-request-id")],
        ..rule(GithubPages, NoSuchSite, Certain)
    },
    Rule {
        body: &[&["herokucdn.com/error-pages/no-such-app.html", "<title>heroku | no such app</title>"]],
        ..rule(Heroku, NoSuchSite, Certain)
    },
    Rule {
        statuses: These(&[503]),
        body: &[&["herokucdn.com/error-pages/application-error.html", "heroku logs --tail"]],
        ..rule(Heroku, OriginUnreachable, Certain)
    },
    Rule {
        statuses: These(&[404]),
        body: &[&["the train has not arrived at the station"]],
        reference: &[After("request id: ")],
        ..rule(Railway, NoSuchSite, Certain)
    },
    Rule {
        statuses: These(&[502]),
        body: &[&["application failed to respond"], &["go to railway"]],
        reference: &[After("request id: ")],
        ..rule(Railway, OriginUnreachable, Certain)
    },
    Rule {
        headers: &[&[is("ngrok-error-code", "err_ngrok_3200")]],
        media: Media::Any,
        ..rule(Ngrok, NoSuchSite, Certain)
    },
    Rule {
        statuses: These(&[404]),
        body: &[&["err_ngrok_3200"], &["tunnel ", "the endpoint is offline", "is offline."]],
        ..rule(Ngrok, NoSuchSite, Certain)
    },
    Rule {
        statuses: These(&[502]),
        body: &[&[
            "was successfully tunneled to your ngrok client, but the client failed to establish a connection",
        ]],
        ..rule(Ngrok, OriginUnreachable, Certain)
    },
];
