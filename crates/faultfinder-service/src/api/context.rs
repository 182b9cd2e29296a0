//! Who asks, and the trace of the request.

use crate::token::Scope;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The W3C trace id of a request: 32 hexadecimal digits, not all zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceId(Arc<str>);

impl TraceId {
    /// The one of a `traceparent` header (W3C Trace Context section 3.2), or a new one.
    pub(crate) fn of(traceparent: Option<&str>) -> Self {
        traceparent
            .and_then(Self::read)
            .unwrap_or_else(|| Self(uuid::Uuid::new_v4().simple().to_string().into()))
    }

    fn read(traceparent: &str) -> Option<Self> {
        let mut parts = traceparent.split('-');
        let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let zero = |text: &str| text.bytes().all(|byte| byte == b'0');
        let sound = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
        // Version 00 has four parts; later ones may have more, and ff is none.
        let known = version != "ff" && (version != "00" || parts.next().is_none());
        (sound && known && !zero(trace) && !zero(parent)).then(|| Self(trace.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    /// The id of its token; `local` where none is needed, `admin` for the token of the configuration.
    pub(crate) id: Arc<str>,
    pub(crate) scopes: Arc<BTreeSet<Scope>>,
}

impl Actor {
    /// One that may do everything.
    pub(crate) fn admin(id: &str) -> Self {
        Self { id: id.into(), scopes: Arc::new(BTreeSet::from([Scope::Admin])) }
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.scopes.contains(&Scope::Admin)
    }

    /// Those of `needed` that it does not have.
    pub(crate) fn lacks(&self, needed: &[Scope]) -> Vec<Scope> {
        if self.is_admin() {
            return Vec::new();
        }
        needed.iter().copied().filter(|scope| !self.scopes.contains(scope)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_when_it_is_one() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(TraceId::of(Some(&format!("00-{trace}-b7ad6b7169203331-01"))).as_str(), trace);
        assert_eq!(TraceId::of(Some(&format!("cc-{trace}-b7ad6b7169203331-01-more"))).as_str(), trace);
        for bad in [
            format!("00-{trace}-b7ad6b7169203331-01-more"),
            format!("ff-{trace}-b7ad6b7169203331-01"),
            format!("00-{}-b7ad6b7169203331-01", trace.to_uppercase()),
            format!("00-{trace}-0000000000000000-01"),
            format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            "nonsense".to_owned(),
        ] {
            let made = TraceId::of(Some(&bad));
            assert!(made.as_str() != trace && made.as_str().len() == 32, "{bad}");
        }
    }
}
