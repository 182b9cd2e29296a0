//! Who answered in place of the application: a CDN, a firewall, a hosting platform or another proxy in front of it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Declares a closed set: its words in results, and its names for people.
macro_rules! named {
    (
        $(#[$doc:meta])*
        $name:ident {
            $( $(#[$variant_doc:meta])* $variant:ident = $word:literal, $people:literal; )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[expect(clippy::exhaustive_enums, reason = "closed: a new one has to get its remedy, and its place in the rules")]
        pub enum $name {
            $( $(#[$variant_doc])* #[serde(rename = $word)] $variant, )+
        }

        impl $name {
            /// All of the set.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its word in results.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// Its name for people.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $people, )+ }
            }
        }
    };
}

named! {
    /// The product that answered.
    EdgeProvider {
        /// Akamai, also as Kona Site Defender.
        Akamai = "akamai", "Akamai";
        /// The proof-of-work proxy Anubis.
        Anubis = "anubis", "Anubis";
        /// A load balancer of AWS: ALB or Classic Load Balancer.
        AwsElb = "aws_elb", "an AWS load balancer";
        /// AWS WAF, on whatever it is attached to.
        AwsWaf = "aws_waf", "AWS WAF";
        /// Application Gateway of Azure.
        AzureApplicationGateway = "azure_application_gateway", "Azure Application Gateway";
        /// Front Door of Azure.
        AzureFrontDoor = "azure_front_door", "Azure Front Door";
        /// The web application firewall of Barracuda.
        Barracuda = "barracuda", "a Barracuda firewall";
        /// The network between: it wants a person to sign in first.
        CaptivePortal = "captive_portal", "a captive portal";
        /// Cloudflare.
        Cloudflare = "cloudflare", "Cloudflare";
        /// Amazon CloudFront.
        CloudFront = "cloudfront", "Amazon CloudFront";
        /// DataDome.
        DataDome = "datadome", "DataDome";
        /// DDoS-Guard.
        DdosGuard = "ddos_guard", "DDoS-Guard";
        /// Envoy, also as a part of Istio.
        Envoy = "envoy", "Envoy";
        /// BIG-IP ASM or Distributed Cloud of F5.
        F5 = "f5", "an F5 firewall";
        /// Fastly.
        Fastly = "fastly", "Fastly";
        /// FortiWeb, or the web filter of FortiGate.
        Fortinet = "fortinet", "a Fortinet firewall";
        /// GitHub Pages.
        GithubPages = "github_pages", "GitHub Pages";
        /// The front ends of Google and load balancers of Google Cloud.
        Google = "google", "a Google front end";
        /// HAProxy.
        Haproxy = "haproxy", "HAProxy";
        /// The router of Heroku.
        Heroku = "heroku", "the router of Heroku";
        /// Imunify360.
        Imunify360 = "imunify360", "Imunify360";
        /// Imperva Cloud WAF, formerly Incapsula.
        Imperva = "imperva", "Imperva";
        /// `AppTrana` of Indusface.
        Indusface = "indusface", "Indusface";
        /// `ModSecurity`.
        ModSecurity = "modsecurity", "ModSecurity";
        /// Netlify.
        Netlify = "netlify", "Netlify";
        /// ngrok.
        Ngrok = "ngrok", "ngrok";
        /// A firewall of Palo Alto Networks.
        PaloAlto = "palo_alto", "a Palo Alto firewall";
        /// `PerimeterX`, now HUMAN.
        PerimeterX = "perimeterx", "PerimeterX (HUMAN)";
        /// A proxy that does not name its product, but reports its error (RFC 9209).
        Proxy = "proxy", "a proxy";
        /// `AppWall` of Radware.
        Radware = "radware", "Radware";
        /// Railway.
        Railway = "railway", "Railway";
        /// Reblaze.
        Reblaze = "reblaze", "Reblaze";
        /// Squid.
        Squid = "squid", "Squid";
        /// `StackPath`.
        StackPath = "stackpath", "StackPath";
        /// Sucuri, also as the firewall of `GoDaddy`.
        Sucuri = "sucuri", "Sucuri";
        /// Varnish, also as Vinyl Cache.
        Varnish = "varnish", "Varnish";
        /// Vercel.
        Vercel = "vercel", "Vercel";
        /// The `WordPress` plugin Wordfence.
        Wordfence = "wordfence", "Wordfence";
    }
}

named! {
    /// What it did with the request.
    EdgeFinding {
        /// A rule denied access.
        Blocked = "blocked", "blocked";
        /// The client must prove first that it is a browser, or that a person uses it.
        Challenge = "challenge", "challenge";
        /// There were too many requests.
        RateLimited = "rate_limited", "rate limited";
        /// It could not connect to its origin, or has no origin that is healthy.
        OriginUnreachable = "origin_unreachable", "its origin is unreachable";
        /// Its origin did not answer in time.
        OriginTimeout = "origin_timeout", "its origin timed out";
        /// TLS with its origin failed.
        OriginTls = "origin_tls", "TLS with its origin failed";
        /// The name of its origin does not resolve.
        OriginDns = "origin_dns", "the name of its origin does not resolve";
        /// Its origin broke off, or what it sent is not valid.
        OriginInvalidResponse = "origin_invalid_response", "its origin sent no valid response";
        /// It serves no site for this host: none is configured, or it is paused or deleted.
        NoSuchSite = "no_such_site", "it has no site for this host";
    }
}

named! {
    /// How sure the diagnosis is.
    EdgeConfidence {
        /// A mark that only this product sends, and only in this situation.
        Certain = "certain", "certain";
        /// Weaker marks that agree.
        Likely = "likely", "likely";
    }
}

/// An answer that something in front of the application gave in its place: the application never saw the request, or its
/// response was lost.
///
/// It explains a response. It never changes how a test ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EdgeAnswer {
    /// Who answered.
    pub provider: EdgeProvider,
    /// What it did with the request.
    pub finding: EdgeFinding,
    /// How sure that is.
    pub confidence: EdgeConfidence,
    /// What shows it: header fields, and words of the body. At most [`EVIDENCE_MAX`](Self::EVIDENCE_MAX), in printable
    /// ASCII; of cookies, the name only.
    pub evidence: Vec<String>,
    /// What the provider's support and logs call this request, if the answer says it: in printable ASCII without spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What to do, in one sentence.
    pub remedy: Cow<'static, str>,
}

impl EdgeAnswer {
    /// Most pieces of evidence.
    pub const EVIDENCE_MAX: usize = 5;
    /// Longest piece of evidence, in bytes.
    pub const EVIDENCE_BYTES_MAX: usize = 200;
    /// Longest reference, in bytes.
    pub const REFERENCE_BYTES_MAX: usize = 128;

    /// A diagnosis without evidence and reference.
    #[must_use]
    pub const fn new(
        provider: EdgeProvider,
        finding: EdgeFinding,
        confidence: EdgeConfidence,
        remedy: &'static str,
    ) -> Self {
        Self {
            provider,
            finding,
            confidence,
            evidence: Vec::new(),
            reference: None,
            remedy: Cow::Borrowed(remedy),
        }
    }
}

impl std::fmt::Display for EdgeAnswer {
    /// Everything but the remedy: `answered by Cloudflare, not by the application: challenge (certain): cf-mitigated: challenge`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { provider, finding, confidence, evidence, reference, .. } = self;
        let (provider, finding, confidence) = (provider.name(), finding.name(), confidence.name());
        write!(f, "answered by {provider}, not by the application: {finding} ({confidence})")?;
        if !evidence.is_empty() {
            write!(f, ": {}", evidence.join(", "))?;
        }
        reference.as_ref().map_or(Ok(()), |reference| write!(f, "; reference {reference}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn words_differ_and_are_read_back() {
        let words: BTreeSet<&str> = EdgeProvider::ALL.iter().map(|provider| provider.as_str()).collect();
        assert_eq!(words.len(), EdgeProvider::ALL.len());
        for provider in EdgeProvider::ALL {
            let json = serde_json::to_value(provider).unwrap();
            assert_eq!(json, provider.as_str());
            assert_eq!(serde_json::from_value::<EdgeProvider>(json).unwrap(), *provider);
        }
    }

    #[test]
    fn a_diagnosis_is_a_sentence() {
        let (provider, finding) = (EdgeProvider::Cloudflare, EdgeFinding::OriginTls);
        let mut answer = EdgeAnswer::new(provider, finding, EdgeConfidence::Likely, "Renew it.");
        assert_eq!(
            answer.to_string(),
            "answered by Cloudflare, not by the application: TLS with its origin failed (likely)"
        );
        answer.evidence = vec!["server: cloudflare".to_owned(), "status 525".to_owned()];
        answer.reference = Some("7d1f".to_owned());
        assert!(answer.to_string().ends_with("(likely): server: cloudflare, status 525; reference 7d1f"));
        let read: EdgeAnswer = serde_json::from_value(serde_json::to_value(&answer).unwrap()).unwrap();
        assert_eq!(read, answer);
    }
}
