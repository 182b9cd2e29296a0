//! What to do about an answer that is not the application's.

use faultfinder_taxonomy::{EdgeFinding, EdgeProvider};

/// One sentence for the person who runs the test.
pub(super) const fn of(provider: EdgeProvider, finding: EdgeFinding) -> &'static str {
    use EdgeProvider as By;
    match (finding, provider) {
        (EdgeFinding::Blocked, By::Cloudflare) => {
            "Allow the address of this probe in the WAF of Cloudflare (a custom rule with the action Skip), or send a header that such a rule expects."
        }
        (EdgeFinding::Blocked, By::PaloAlto | By::Fortinet) => {
            "Allow the URL or the address of this probe in the firewall; it may stand on the network of the probe, not of the target."
        }
        (EdgeFinding::Blocked, By::Squid | By::Proxy) => {
            "Allow this URL for the address of this probe in the access rules of the proxy, or test without the proxy."
        }
        (EdgeFinding::Blocked, By::ModSecurity) => {
            "Look up the rule in the audit log of ModSecurity, and exclude the request of this test from it."
        }
        (EdgeFinding::Blocked, By::Wordfence) => {
            "Add the address of this probe to the allowlist of Wordfence."
        }
        (EdgeFinding::Blocked, By::CloudFront | By::AwsWaf | By::AwsElb) => {
            "Allow the address of this probe in an IP set of AWS WAF, and check the geographic restrictions of the distribution."
        }
        (EdgeFinding::Blocked, By::Haproxy | By::Envoy) => {
            "Allow the address or the headers of this probe in the access rules of the proxy."
        }
        (EdgeFinding::Blocked, _) => {
            "Allow the address of this probe in the rules of the firewall, or have it admit a header that the test sends."
        }
        (EdgeFinding::Challenge, By::CaptivePortal) => {
            "Sign in to the network of the probe, or run the probe in a network without a sign-in page."
        }
        (EdgeFinding::Challenge, By::Cloudflare) => {
            "A probe cannot solve a challenge: add a rule with the action Skip to the WAF of Cloudflare for the address of this probe or for a header that it sends."
        }
        (EdgeFinding::Challenge, By::Vercel) => {
            "A probe cannot solve a challenge: add a bypass rule to the firewall of Vercel for the address of this probe, or end the attack mode."
        }
        (EdgeFinding::Challenge, _) => {
            "A probe cannot solve a challenge: exempt the address of this probe, or a header that it sends, from the bot protection."
        }
        (EdgeFinding::RateLimited, _) => {
            "Run the test less often, or exempt the address of this probe from the rate limit."
        }
        (EdgeFinding::OriginUnreachable, By::Heroku) => {
            "Check the logs of the application on Heroku: it crashed, does not run, or does not answer in time."
        }
        (EdgeFinding::OriginUnreachable, By::Railway | By::Ngrok) => {
            "Check that the application runs and listens on the port to which the platform forwards."
        }
        (EdgeFinding::OriginUnreachable, _) => {
            "Check that the origin runs, is healthy, and accepts connections from the addresses of the proxy in front of it."
        }
        (EdgeFinding::OriginTimeout, _) => {
            "Check why the origin is slow, and that no firewall drops packets between it and the proxy in front of it."
        }
        (EdgeFinding::OriginTls, _) => {
            "Check the certificate, the name and the TLS versions of the origin, which the proxy in front of it rejects."
        }
        (EdgeFinding::OriginDns, _) => {
            "Check the name of the origin in the settings of the proxy in front of it: it does not resolve there."
        }
        (EdgeFinding::OriginInvalidResponse, _) => {
            "Check the log of the origin: it closed the connection early, or its response is not valid HTTP."
        }
        (EdgeFinding::NoSuchSite, By::Ngrok) => {
            "Start the agent that serves this endpoint, and check the URL."
        }
        (EdgeFinding::NoSuchSite, _) => {
            "Check the DNS records of this host, and that this host is configured and active at the provider."
        }
    }
}
