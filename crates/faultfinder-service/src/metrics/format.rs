//! In which format a client gets the metrics: it says so with `Accept` (RFC 9110 §12.5.1).
//!
//! # Decisions
//!
//! * Text format 0.0.4 unless the client prefers `OpenMetrics`: everything that reads metrics reads it, and people read it in
//!   a terminal.
//! * Of two formats with the same quality, the client prefers the one that it names over one that only a wildcard covers.
//! * A client that accepts neither gets text: a scrape that fails for its header helps nobody.

use http::{HeaderMap, HeaderValue, header};

/// A format of `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Prometheus' text format, version 0.0.4.
    Text,
    /// `OpenMetrics` text, version 1.0.0.
    OpenMetrics,
}

/// What a client asks for: `type/subtype;version=..;q=..`. Other parameters (`charset`, `escaping`) do not matter here.
#[derive(Debug)]
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    version: Option<&'a str>,
    quality: f64,
}

/// How much a client wants a format: its quality, then how precisely it is named.
type Wish = (f64, u8);

impl Format {
    /// What to say about the body.
    pub(crate) const fn content_type(self) -> HeaderValue {
        match self {
            Self::Text => HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
            Self::OpenMetrics => {
                HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8")
            }
        }
    }

    /// The format that the headers of a request prefer.
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
        let ranges: Vec<Range<'_>> =
            lines.flat_map(|line| split(line, ',')).filter_map(Range::parse).collect();
        let open = Self::OpenMetrics.wish(&ranges);
        if open.0 > 0.0 && open > Self::Text.wish(&ranges) { Self::OpenMetrics } else { Self::Text }
    }

    /// Type, subtype and version.
    const fn media_type(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Text => ("text", "plain", "0.0.4"),
            Self::OpenMetrics => ("application", "openmetrics-text", "1.0.0"),
        }
    }

    /// How much a client wants this: the most precise of the ranges that cover it decides.
    fn wish(self, ranges: &[Range<'_>]) -> Wish {
        let covering = ranges.iter().filter_map(|range| Some((range.precision(self)?, range.quality)));
        let decisive = covering.max_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        decisive.map_or((0.0, 0), |(precision, quality)| (quality, precision))
    }
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = split(text, ';');
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut range = Range { kind: kind.trim(), subtype: subtype.trim(), version: None, quality: 1.0 };
        for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
            let (name, value) = (name.trim(), value.trim());
            if name.eq_ignore_ascii_case("q") {
                range.quality = value.parse().ok().filter(|quality| (0.0..=1.0).contains(quality))?;
            } else if name.eq_ignore_ascii_case("version") {
                range.version = Some(value.trim_matches('"'));
            }
        }
        Some(range)
    }

    /// How precisely this names a format, if it covers it: by a wildcard, its type, its subtype, its version.
    fn precision(&self, format: Format) -> Option<u8> {
        let (kind, subtype, version) = format.media_type();
        match (self.kind, self.subtype, self.version) {
            ("*", "*", _) => Some(0),
            (one, "*", _) if one.eq_ignore_ascii_case(kind) => Some(1),
            (one, two, asked) if one.eq_ignore_ascii_case(kind) && two.eq_ignore_ascii_case(subtype) => {
                asked.map_or(Some(2), |asked| (asked == version).then_some(3))
            }
            _ => None,
        }
    }
}

/// The parts between separators outside of quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |character| {
        is_quoted ^= character == '"';
        character == separator && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::Format::{OpenMetrics, Text};
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], expected: Format) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        assert_eq!(Format::preferred(&headers), expected, "{lines:?}");
    }

    #[test]
    fn what_prometheus_sends_gets_open_metrics_where_it_knows_our_version() {
        // Prometheus 3, 2.42 and 2.5.
        check(
            &["application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
               application/openmetrics-text;version=0.0.1;q=0.4,\
               text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"],
            OpenMetrics,
        );
        check(
            &[
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
               text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            ],
            OpenMetrics,
        );
        check(
            &["application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"],
            Text,
        );
    }

    #[test]
    fn text_is_for_everybody_who_does_not_prefer_open_metrics() {
        for accept in [
            "*/*",
            "text/plain",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/openmetrics-text, text/plain",
            "application/openmetrics-text;q=0.5, */*;q=0.8",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;q=0, application/*",
            "application/openmetrics-text;q=2",
            "application/openmetrics-text;q=NaN",
            "application/json",
            "a/b;c=\"d, application/openmetrics-text;e=f\"",
            "",
            "/;,=\"",
            "\u{e9}",
        ] {
            check(&[accept], Text);
        }
        check(&[], Text);
    }

    #[test]
    fn the_most_precise_range_decides_then_the_quality_then_the_name() {
        for accept in [
            "application/openmetrics-text",
            "APPLICATION/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=0.4",
            "application/openmetrics-text, */*",
            "application/*, text/*;q=0.9",
            "text/plain;q=0.2, */*;q=0.3",
            "text/*, text/plain;q=0.1, application/openmetrics-text;q=0.2",
            "text/plain;version=1.0.0, application/openmetrics-text;q=0.001",
            "application/openmetrics-text;version=0.0.1;q=0, application/openmetrics-text;q=0.1",
        ] {
            check(&[accept], OpenMetrics);
        }
        check(&["text/plain;q=0.5", "application/openmetrics-text;q=0.6"], OpenMetrics);
    }
}
