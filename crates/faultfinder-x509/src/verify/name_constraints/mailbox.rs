//! Mail addresses under constraints, in ASCII (`nc_email`) and in UTF-8 (`nc_email_eai`, RFC 8398 section 6).
//!
//! A subtree is a mailbox, `user@host`; a host; or, with a dot in front, all hosts below one. Hosts are compared without
//! ASCII case, what stands before the last `@` exactly.
//!
//! # Decisions
//!
//! * In UTF-8 a subtree with a dot in front gets a second one, as in OpenSSL 3.5.5: in effect it covers nothing.
//! * In UTF-8 a subtree is never a mailbox, for RFC 8398 knows hosts only.

use std::sync::OnceLock;

use super::a_label;
use super::comparison::{Obstacle, before_suffix};

/// The most bytes that a subtree may have with its A-labels decoded.
const UNICODE_MAX: usize = 255;

const NO_AT: Obstacle = Obstacle::Name("it has no \"@\"");

/// What stands before and behind the last `@`.
fn parts(mailbox: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = mailbox.iter().rposition(|byte| *byte == b'@')?;
    let (local, host) = mailbox.split_at_checked(at)?;
    Some((local, host.strip_prefix(b"@")?))
}

/// Whether an rfc822Name is in a subtree.
pub(super) fn is_within(mailbox: &[u8], base: &[u8]) -> Result<bool, Obstacle> {
    let (local, host) = parts(mailbox).ok_or(NO_AT)?;
    let Some((base_local, base_host)) = parts(base) else {
        if base.starts_with(b".") {
            return Ok(before_suffix(mailbox, base).is_some_and(|before| !before.is_empty()));
        }
        return Ok(host.eq_ignore_ascii_case(base));
    };
    if !base_local.is_empty() {
        if base_local.len() != local.len() {
            return Ok(false);
        }
        if base_local.contains(&0) {
            return Err(Obstacle::Constraint("it has a NUL before the \"@\""));
        }
        if local.contains(&0) {
            return Err(Obstacle::Name("it has a NUL before the \"@\""));
        }
        if base_local != local {
            return Ok(false);
        }
    }
    Ok(host.eq_ignore_ascii_case(base_host))
}

/// Whether a mailbox of an otherName is in a subtree, whose decoded form is kept; nothing if the mailbox is not in UTF-8.
pub(super) fn is_unicode_within(
    mailbox: Option<&[u8]>,
    base: &[u8],
    decoded: &OnceLock<Option<Box<[u8]>>>,
) -> Result<bool, Obstacle> {
    if base.contains(&0) {
        return Err(Obstacle::Constraint("it has a NUL"));
    }
    let mailbox = mailbox.ok_or(Obstacle::Name("it is not a UTF8String"))?;
    let (_, host) = parts(mailbox).ok_or(NO_AT)?;
    let below = base.starts_with(b".");
    let base = decoded.get_or_init(|| decode(base, below)).as_deref().ok_or(Obstacle::Labels)?;
    if below {
        return Ok(before_suffix(mailbox, base).is_some_and(|before| !before.is_empty()));
    }
    Ok(host.eq_ignore_ascii_case(base))
}

/// A subtree with its A-labels decoded, behind a dot of its own if it covers what is below.
fn decode(base: &[u8], below: bool) -> Option<Box<[u8]>> {
    let mut out = Vec::new();
    if below {
        out.push(b'.');
    }
    a_label::to_unicode(base, &mut out, UNICODE_MAX)?;
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = Result<bool, Obstacle>;

    #[test]
    fn a_subtree_is_a_mailbox_a_host_or_all_below_one() {
        use Obstacle::{Constraint, Name};
        let rows: &[(&[u8], &[u8], Found)] = &[
            (b"u@example.com", b"example.com", Ok(true)),
            (b"u@EXAMPLE.com", b"example.COM", Ok(true)),
            (b"u@mail.example.com", b"example.com", Ok(false)),
            (b"u@ample.com", b"example.com", Ok(false)),
            (b"u@mail.example.com", b".example.com", Ok(true)),
            (b"u@mail.EXAMPLE.com", b".example.com", Ok(true)),
            (b"u@example.com", b".example.com", Ok(false)),
            // With an "@" it is a mailbox, whatever it begins with.
            (b"u.x@example.com", b".x@example.com", Ok(false)),
            (b"@.a", b".a", Ok(true)),
            (b"u@example.com", b"u@example.com", Ok(true)),
            (b"U@example.com", b"u@example.com", Ok(false)),
            (b"u@Example.com", b"u@example.com", Ok(true)),
            (b"uu@example.com", b"u@example.com", Ok(false)),
            (b"u@other.com", b"u@example.com", Ok(false)),
            (b"u@example.com", b"@example.com", Ok(true)),
            (b"u@example.com", b"@", Ok(false)),
            (b"u@", b"@", Ok(true)),
            (b"u@", b"", Ok(true)),
            (b"u@example.com", b"", Ok(false)),
            (b"a@b@example.com", b"example.com", Ok(true)),
            (b"a@b@example.com", b"a@b@example.com", Ok(true)),
            (b"*@example.com", b"*@example.com", Ok(true)),
            (b"u@example.com", b"*@example.com", Ok(false)),
            (b"example.com", b"example.com", Err(NO_AT)),
            (b"", b"", Err(NO_AT)),
            (b"\0@example.com", b"u@example.com", Err(Name("it has a NUL before the \"@\""))),
            (b"u@example.com", b"\0@example.com", Err(Constraint("it has a NUL before the \"@\""))),
            (b"uu@example.com", b"\0@example.com", Ok(false)),
            (b"\0@example.com", b"example.com", Ok(true)),
        ];
        for (mailbox, base, expected) in rows {
            let texts = (mailbox.escape_ascii(), base.escape_ascii());
            assert_eq!(is_within(mailbox, base), *expected, "{} {}", texts.0, texts.1);
        }
    }

    #[test]
    fn a_mailbox_in_utf8_meets_decoded_hosts() {
        let long = format!("a@{}", "b".repeat(255));
        let rows: &[(Option<&str>, &str, Found)] = &[
            (Some("用户@bücher.example"), "xn--bcher-kva.example", Ok(true)),
            (Some("用户@bücher.EXAMPLE"), "xn--bcher-kva.Example", Ok(true)),
            (Some("用户@BÜCHER.example"), "xn--bcher-kva.example", Ok(false)),
            (Some("用户@xn--bcher-kva.example"), "xn--bcher-kva.example", Ok(false)),
            // Only a lower-case prefix marks an A-label.
            (Some("用户@XN--bcher-kva.example"), "XN--bcher-kva.example", Ok(true)),
            (Some("u@a.bücher.example"), "xn--bcher-kva.example", Ok(false)),
            (Some("u@a.bücher.example"), ".xn--bcher-kva.example", Ok(false)),
            (Some("u@a..bücher.example"), ".xn--bcher-kva.example", Ok(true)),
            (Some("..a"), ".a", Err(NO_AT)),
            (Some("u@example.com"), "u@example.com", Ok(false)),
            (Some("u@"), "", Ok(true)),
            (Some("u@example.com"), "xn--\u{7f}-\u{7f}.com", Err(Obstacle::Labels)),
            (Some(&long), &long[2..], Ok(true)),
            (Some(&long), &long[1..], Err(Obstacle::Labels)),
            (Some("no at"), &long[1..], Err(NO_AT)),
            (None, "example.com", Err(Obstacle::Name("it is not a UTF8String"))),
            (None, "a\0", Err(Obstacle::Constraint("it has a NUL"))),
        ];
        for (mailbox, base, expected) in rows {
            let decoded = OnceLock::new();
            for _ in 0..2 {
                let found = is_unicode_within(mailbox.map(str::as_bytes), base.as_bytes(), &decoded);
                assert_eq!(found, *expected, "{mailbox:?} {base:?}");
            }
        }
    }
}
