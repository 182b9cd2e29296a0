//! URIs under constraints (`nc_uri`): only their host counts.
//!
//! # Decisions
//!
//! OpenSSL's reader of URLs is followed, not RFC 3986: the text ends at a NUL, what stands before an `@` is cut off even if
//! the `@` is in the path, brackets belong to the host, and hosts may be empty or addresses, which RFC 5280 forbids.

use super::comparison::{Obstacle, before_suffix};

/// Whether a URI's host is in a subtree: equal, or, with a dot in front, below it.
pub(super) fn is_within(uri: &[u8], base: &[u8]) -> Result<bool, Obstacle> {
    let host = host(uri).map_err(Obstacle::Name)?;
    if base.starts_with(b".") {
        return Ok(before_suffix(host, base).is_some_and(|before| !before.is_empty()));
    }
    Ok(host.eq_ignore_ascii_case(base))
}

/// The host of a URI, or what is wrong with it.
fn host(uri: &[u8]) -> Result<&[u8], &'static str> {
    let uri = uri.split(|byte| *byte == 0).next().unwrap_or_default();
    let scheme = uri.windows(3).position(|window| window == b"://").filter(|length| *length > 0);
    let rest = scheme.and_then(|length| uri.get(length + 3..)).ok_or("it has no scheme with \"://\"")?;
    let user = rest.iter().position(|byte| *byte == b'@');
    let rest = user.and_then(|at| rest.get(at + 1..)).unwrap_or(rest);
    let length = if rest.starts_with(b"[") {
        rest.iter().position(|byte| *byte == b']').ok_or("its address has no closing bracket")? + 1
    } else {
        rest.iter().position(|byte| b":/?#".contains(byte)).unwrap_or(rest.len())
    };
    let (host, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
    let rest = match rest.strip_prefix(b":") {
        Some(port) => behind_port(port).ok_or("its port is not a number up to 65535")?,
        None => rest,
    };
    match rest.first() {
        None | Some(b'/' | b'?' | b'#') => Ok(host),
        Some(_) => Err("something other than a path follows its host"),
    }
}

/// What follows a port, which must be a number up to 65535 in 32 bits, for that is what C's `sscanf` keeps of it.
fn behind_port(text: &[u8]) -> Option<&[u8]> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
    let number = digits
        .iter()
        .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    (number.unwrap_or(u64::MAX) % (1 << 32) <= 65_535).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_found_as_openssl_finds_it() {
        let rows: &[(&[u8], Option<&[u8]>)] = &[
            (b"http://a.test", Some(b"a.test")),
            (b"http://a.test/b?c#d", Some(b"a.test")),
            (b"http://a.test?c", Some(b"a.test")),
            (b"http://a.test#d", Some(b"a.test")),
            (b"http://a.test:80/b", Some(b"a.test")),
            (b"http://a.test:0", Some(b"a.test")),
            (b"http://a.test:65535", Some(b"a.test")),
            (b"http://a.test:65536", None),
            (b"http://a.test:4294967376", Some(b"a.test")),
            (b"http://a.test:99999999999999999999999", None),
            (b"http://a.test:", None),
            (b"http://a.test:/", None),
            (b"http://a.test:+80", None),
            (b"http://a.test: 80", None),
            (b"http://a.test:80x", None),
            (b"http://u:p@a.test/", Some(b"a.test")),
            (b"http://b.test/x@a.test", Some(b"a.test")),
            (b"http://u@b@a.test", Some(b"b@a.test")),
            (b"http://[2001:db8::1]:80/", Some(b"[2001:db8::1]")),
            (b"http://[2001:db8::1", None),
            (b"http://[::1]x", None),
            (b"http://", Some(b"")),
            (b"http:///path", Some(b"")),
            (b"x y://a.test", Some(b"a.test")),
            (b"http://a.test\0.evil.test", Some(b"a.test")),
            (b"://a.test", None),
            (b"a.test", None),
            (b"mailto:u@a.test", None),
            (b"urn:isbn:1", None),
            (b"", None),
            (b"ht\0tp://a.test", None),
            (b"x:///://a.test", Some(b"")),
        ];
        for (uri, expected) in rows {
            assert_eq!(host(uri).ok(), *expected, "{}", uri.escape_ascii());
        }
    }

    #[test]
    fn a_subtree_is_a_host_or_all_below_one() {
        let rows: &[(&str, &str, Option<bool>)] = &[
            ("http://a.test/", "a.test", Some(true)),
            ("http://A.test/", "a.TEST", Some(true)),
            ("http://b.a.test/", "a.test", Some(false)),
            ("http://b.a.test/", ".a.test", Some(true)),
            ("http://a.test/", ".a.test", Some(false)),
            ("http://.a.test/", ".a.test", Some(false)),
            ("http:///", "", Some(true)),
            ("http://a.test/", "", Some(false)),
            ("http://[::1]/", "[::1]", Some(true)),
            ("/relative", "", None),
        ];
        for (uri, base, expected) in rows {
            assert_eq!(is_within(uri.as_bytes(), base.as_bytes()).ok(), *expected, "{uri} {base}");
        }
    }
}
