//! AWS Signature Version 4, by AWS's own crate.
//!
//! Signed are method, path, query, body, the host, `content-type` and the test's own headers; what Faultfinder adds by
//! itself (`accept`, `user-agent` ...) is not, as proxies may change it. The time is that of the vantage.

use crate::invalid::invalid;
use crate::prepared::Prepared;
use crate::{Response, SigV4};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningParams, SigningSettings,
    UriPathNormalizationMode, sign as sign_request,
};
use aws_sigv4::sign::v4;
use faultfinder_taxonomy::Fault;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use std::time::SystemTime;

/// What AWS calls bad credentials. It answers them with 403, as it does everything that is not allowed.
const REFUSALS: &[&str] = &[
    "SignatureDoesNotMatch",
    "InvalidSignature",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "UnrecognizedClient",
    "InvalidToken",
    "ExpiredToken",
    "RequestExpired",
    "RequestTimeTooSkewed",
];
/// How much of a body is looked at for those names.
const REFUSAL_BYTES: usize = 4096;

/// Whether an answer with 403 refuses the signature, rather than what was asked for.
pub(crate) fn refuses(response: &Response) -> bool {
    let named = response.headers.iter().filter(|(name, _)| name == "x-amzn-errortype");
    let body = response.body.get(..REFUSAL_BYTES).unwrap_or(&response.body);
    let texts = named.map(|(_, value)| value.as_slice()).chain([body]);
    texts.map(String::from_utf8_lossy).any(|text| REFUSALS.iter().any(|refusal| text.contains(refusal)))
}

/// The service that requires unmodified paths and an additional checksum.
const S3: &str = "s3";

/// The headers that sign a request at this time.
///
/// # Errors
///
/// `INVALID_REQUEST` when something in it cannot be signed.
pub(crate) fn sign(
    keys: &SigV4,
    prepared: &Prepared,
    now: SystemTime,
) -> Result<Vec<(HeaderName, HeaderValue)>, Fault> {
    let refused = |why: &dyn std::error::Error| {
        let message = format!("the request cannot be signed: {}", chain(why));
        invalid("unsignable_request", "http.auth.sigv4", message)
    };
    let token = keys.session_token.clone();
    let identity = Credentials::new(&keys.access_key, &keys.secret_key, token, None, "faultfinder").into();
    let params: SigningParams<'_> = v4::SigningParams::builder()
        .identity(&identity)
        .region(&keys.region)
        .name(&keys.service)
        .time(now)
        .settings(settings(&keys.service))
        .build()
        .map_err(|error| refused(&error))?
        .into();
    let headers = signed_headers(prepared);
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut url = prepared.url.clone();
    url.set_fragment(None);
    let body = SignableBody::Bytes(&prepared.body.bytes);
    let request = SignableRequest::new(prepared.method.as_str(), url.as_str(), headers, body)
        .map_err(|error| refused(&error))?;
    let (instructions, _) = sign_request(request, &params).map_err(|error| refused(&error))?.into_parts();
    let (made, _) = instructions.into_parts();
    let mut signed = Vec::with_capacity(made.len());
    for header in &made {
        let mut value = HeaderValue::try_from(header.value()).map_err(|error| refused(&error))?;
        value.set_sensitive(true);
        signed.push((HeaderName::from_static(header.name()), value));
    }
    Ok(signed)
}

fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == S3 {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

/// The headers that are signed, in addition to those that signing adds.
fn signed_headers(prepared: &Prepared) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let own = prepared.headers.iter().filter(|(name, _)| *name != AUTHORIZATION);
    let mut headers: Vec<_> = own.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let has_type = headers.iter().any(|(name, _)| name == CONTENT_TYPE.as_str());
    if let (Some(content_type), false) = (&prepared.body.content_type, has_type) {
        headers.push((CONTENT_TYPE.as_str().to_owned(), content_type.clone()));
    }
    headers
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, Request};
    use std::time::Duration;

    /// 2015-08-30T12:36:00Z, the time of AWS's test suite for signature version 4.
    const TIME: u64 = 1_440_938_160;

    /// One request of the test suite: what is asked, the names of the headers that are signed, and the signature.
    struct Case {
        method: &'static str,
        path: &'static str,
        headers: &'static [(&'static str, &'static str)],
        body: &'static str,
        token: Option<&'static str>,
        names: &'static str,
        signature: &'static str,
    }

    const PLAIN: Case = Case {
        method: "GET",
        path: "",
        headers: &[],
        body: "",
        token: None,
        names: "host;x-amz-date",
        signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    };

    const CASES: &[Case] = &[
        PLAIN,
        Case {
            path: "?Param2=value2&Param1=value1",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ..PLAIN
        },
        Case {
            method: "POST",
            path: "?Param1=value1",
            signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
            ..PLAIN
        },
        Case {
            headers: &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            names: "host;my-header1;my-header2;x-amz-date",
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
            ..PLAIN
        },
        Case {
            token: Some("6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"),
            names: "host;x-amz-date;x-amz-security-token",
            signature: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
            ..PLAIN
        },
        Case {
            method: "POST",
            headers: &[
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Content-Length", "13"),
                ("X-Amz-Content-Sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
            ],
            body: "Param1=value1",
            names: "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
            signature: "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
            ..PLAIN
        },
    ];

    #[test]
    fn requests_of_the_test_suite_of_aws_are_signed_as_it_says() {
        for case in CASES {
            let mut request = Request::new(format!("https://example.amazonaws.com/{}", case.path));
            request.method = case.method.to_owned();
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            request.headers = case.headers.iter().map(owned).collect();
            if !case.body.is_empty() {
                request.body = Body::Text(case.body.to_owned());
            }
            let keys = SigV4 {
                access_key: "AKIDEXAMPLE".to_owned(),
                secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
                session_token: case.token.map(str::to_owned),
                region: "us-east-1".to_owned(),
                service: "service".to_owned(),
            };
            let prepared = crate::prepare::prepare(&request).unwrap();
            let signed = sign(&keys, &prepared, SystemTime::UNIX_EPOCH + Duration::from_secs(TIME)).unwrap();
            let header = |name: &str| {
                signed.iter().find(|(found, _)| found == name).map(|(_, value)| value.to_str().unwrap())
            };
            assert_eq!(header("x-amz-date"), Some("20150830T123600Z"));
            assert_eq!(header("x-amz-security-token"), case.token);
            let Case { names, signature, .. } = case;
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={names}, Signature={signature}"
            );
            assert_eq!(header("authorization"), Some(expected.as_str()), "{} {}", case.method, case.path);
        }
    }

    #[test]
    fn s3_wants_its_paths_as_they_are_and_a_checksum() {
        let settings = settings(S3);
        assert_eq!(settings.percent_encoding_mode, PercentEncodingMode::Single);
        assert_eq!(settings.payload_checksum_kind, PayloadChecksumKind::XAmzSha256);
    }
}
