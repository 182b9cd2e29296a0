//! Redirects of HTTP responses (RFC 9110 section 15.4), as far as they are the same in all probes that follow them.

use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase};
use url::Url;

/// Headers of a request that are not sent to another origin, in lower case.
pub const PRIVATE_HEADERS: [&str; 4] = ["authorization", "cookie", "host", "proxy-authorization"];

/// A response that leads to another place.
#[derive(Debug)]
pub struct Redirect<'a> {
    from: &'a Url,
    status: u16,
    location: String,
}

impl<'a> Redirect<'a> {
    /// The redirect that a response to a request of `from` is. One without a `location`, or with an empty one, is none: that names
    /// the document itself (RFC 3986 section 4.4), which no server means.
    #[must_use]
    pub fn of(from: &'a Url, status: u16, headers: &[(String, Vec<u8>)]) -> Option<Self> {
        if !matches!(status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let (_, location) = headers.iter().find(|(name, _)| name == "location")?;
        let location = String::from_utf8_lossy(location).into_owned();
        (!location.trim().is_empty()).then_some(Self { from, status, location })
    }

    /// Where it leads.
    ///
    /// # Errors
    ///
    /// `MALFORMED_RESPONSE` in this phase when that is not a valid URL.
    pub fn url(&self, phase: Phase) -> Result<Url, Fault> {
        self.from.join(self.location.trim()).map_err(|error| self.malformed(phase, &error.to_string()))
    }

    /// Its location is not a valid URL, for this reason.
    #[must_use]
    pub fn malformed(&self, phase: Phase, why: &str) -> Fault {
        let detail = Detail::http("ERR_INVALID_URL", Some(self.status));
        let message = format!("the redirect of {} leads to an invalid URL: {why}", self.from);
        self.explained(Fault::new(Code::MalformedResponse, phase, detail, message))
    }

    /// It leads to a scheme that the probe does not speak.
    #[must_use]
    pub fn unsupported(&self, phase: Phase, scheme: &str) -> Fault {
        let detail = Detail::http("ERR_UNSUPPORTED_PROTOCOL", Some(self.status));
        let message =
            format!("the redirect of {} leads to the scheme {scheme:?}, which is not supported", self.from);
        self.explained(Fault::new(Code::InvalidRequest, phase, detail, message))
    }

    /// A location is the server's, whatever the code: the hints of a request that the test got wrong do not fit.
    fn explained(&self, mut fault: Fault) -> Fault {
        fault.hints = vec![
            "correct the `location` that the server, or a proxy in front of it, sends".to_owned(),
            "to test the redirect itself, set `follow_redirects: false`".to_owned(),
        ];
        fault.with("location", self.location.as_str())
    }
}

/// More redirects than a request permits; the last one came from this URL.
#[must_use]
pub fn too_many_redirects(max: u32, last: &Url, phase: Phase) -> Fault {
    let detail = Detail::http("ERR_TOO_MANY_REDIRECTS", None);
    let message = format!("more than {max} redirects; the last one came from {last}");
    Fault::new(Code::TooManyRedirects, phase, detail, message)
}

/// A fault behind responses that were followed, each with its URL and status: says so, and has them in its evidence.
#[must_use]
pub fn after_redirects(mut fault: Fault, hops: &[(&str, u16)]) -> Fault {
    let Some((first, _)) = hops.first() else { return fault };
    // A response that offers another version is a hop, too.
    let count = hops.iter().filter(|(_, status)| matches!(status, 300..=399)).count();
    if fault.code != Code::TooManyRedirects && count > 0 {
        let redirects = if count == 1 { "redirect" } else { "redirects" };
        fault.message = format!("after {count} {redirects} from {first}: {}", fault.message);
    }
    let list =
        hops.iter().map(|(url, status)| Fact::map([("url", (*url).into()), ("status", (*status).into())]));
    fault.with("hops", Fact::List(list.collect()))
}
