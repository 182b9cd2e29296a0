//! The rules, by kind of product. The first one that holds decides, so the finer ones of a product are above.

mod bots; // protection against bots
mod cloudflare; // Cloudflare
mod cdn; // other CDNs
mod cloud; // AWS, Azure and Google
mod firewalls; // web application firewalls and filters
mod platforms; // hosting platforms
mod proxies; // proxies and load balancers

use super::rule::Rule;

const TABLES: &[&[Rule]] = &[
    // What runs on a CDN or behind one is more precise than the CDN.
    bots::RULES,
    firewalls::RULES,
    platforms::RULES,
    cloudflare::RULES,
    cdn::RULES,
    cloud::RULES,
    proxies::RULES,
];

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().copied().flatten()
}
