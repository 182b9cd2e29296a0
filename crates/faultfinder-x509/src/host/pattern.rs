//! Comparison of a presented name with the one asked for: case, wildcards, subdomains.

use crate::options::HostFlags;

/// How to compare.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Matcher {
    pub(super) flags: HostFlags,
    /// The name asked for begins with a dot: any name below it will do.
    pub(super) below: bool,
}

/// Byte for byte.
pub(super) fn equal_case(presented: &[u8], wanted: &[u8]) -> bool {
    presented == wanted
}

/// ASCII without case; a NUL in the presented name never matches.
pub(super) fn equal_nocase(presented: &[u8], wanted: &[u8], matcher: Matcher) -> bool {
    let presented = if matcher.below { suffix(presented, wanted.len(), matcher.flags) } else { presented };
    presented.len() == wanted.len() && !presented.contains(&0) && presented.eq_ignore_ascii_case(wanted)
}

/// The end of a presented name that is as long as the domain asked for, if only labels come before it.
fn suffix(presented: &[u8], length: usize, flags: HostFlags) -> &[u8] {
    let mut rest = presented;
    while let [first, after @ ..] = rest {
        if rest.len() <= length || *first == 0 || (flags.single_label_subdomains && *first == b'.') {
            break;
        }
        rest = after;
    }
    if rest.len() == length { rest } else { presented }
}

/// From the last `@` on without case, exact before it.
pub(super) fn equal_email(presented: &[u8], wanted: &[u8]) -> bool {
    if presented.len() != wanted.len() {
        return false;
    }
    let at = presented.iter().zip(wanted).rposition(|(a, b)| *a == b'@' || *b == b'@');
    // An `@` in front of everything leaves no local part; OpenSSL then compares the whole exactly.
    let at = at.unwrap_or(presented.len());
    let (Some((local, domain)), Some((wanted_local, wanted_domain))) =
        (presented.split_at_checked(at), wanted.split_at_checked(at))
    else {
        return false;
    };
    if !equal_nocase(domain, wanted_domain, Matcher::default()) {
        return false;
    }
    if at == 0 { presented == wanted } else { local == wanted_local }
}

/// With wildcards in the presented name, as far as they are usable; else literally.
pub(super) fn equal_wildcard(presented: &[u8], wanted: &[u8], matcher: Matcher) -> bool {
    let star = if matcher.below { None } else { valid_star(presented, matcher.flags) };
    match star.and_then(|at| presented.split_at_checked(at)) {
        Some((prefix, [_, suffix @ ..])) => wildcard_match(prefix, suffix, wanted, matcher),
        _ => equal_nocase(presented, wanted, matcher),
    }
}

/// Where the only usable star of a pattern is: in the first label, at its start or end, two dots after it, all labels
/// well-formed and the star's no A-label.
fn valid_star(pattern: &[u8], flags: HostFlags) -> Option<usize> {
    let mut star = None;
    let (mut start, mut hyphen, mut idna) = (true, false, false);
    let mut dots = 0;
    let mut at = 0;
    while let Some(byte) = pattern.get(at).copied() {
        match byte {
            b'*' => {
                let at_end = matches!(pattern.get(at + 1), None | Some(b'.'));
                if star.is_some() || idna || dots > 0 {
                    return None;
                }
                if (flags.no_partial_wildcards && !(start && at_end)) || !(start || at_end) {
                    return None;
                }
                star = Some(at);
                start = false;
            }
            _ if start => {
                if !idna && pattern.get(at..at + 4).is_some_and(|label| label.eq_ignore_ascii_case(b"xn--")) {
                    at += 4;
                    idna = true;
                    continue;
                }
                start = false;
                if !byte.is_ascii_alphanumeric() {
                    return None;
                }
            }
            _ if byte.is_ascii_alphanumeric() => hyphen = false,
            b'.' => {
                if hyphen {
                    return None;
                }
                (start, idna) = (true, false);
                dots += 1;
            }
            b'-' => hyphen = true,
            _ => return None,
        }
        at += 1;
    }
    if start || hyphen || dots < 2 { None } else { star }
}

/// Compares what is before and after the star, and looks at what the star would cover.
fn wildcard_match(prefix: &[u8], suffix: &[u8], wanted: &[u8], matcher: Matcher) -> bool {
    let Some(suffix_at) = wanted.len().checked_sub(suffix.len()).filter(|at| *at >= prefix.len()) else {
        return false;
    };
    let (Some(start), Some(covered), Some(end)) =
        (wanted.get(..prefix.len()), wanted.get(prefix.len()..suffix_at), wanted.get(suffix_at..))
    else {
        return false;
    };
    if !equal_nocase(prefix, start, matcher) || !equal_nocase(end, suffix, matcher) {
        return false;
    }
    let whole_label = prefix.is_empty() && suffix.first() == Some(&b'.');
    if whole_label && covered.is_empty() {
        return false;
    }
    if !whole_label && wanted.get(..4).is_some_and(|label| label.eq_ignore_ascii_case(b"xn--")) {
        return false;
    }
    let several = whole_label && matcher.flags.multi_label_wildcards;
    covered == b"*"
        || covered
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || (several && *byte == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(presented: &str, host: &str, flags: &[&str], expected: bool) {
        let mut matcher = Matcher { below: host.len() > 1 && host.starts_with('.'), ..Matcher::default() };
        for flag in flags {
            assert!(matcher.flags.set(flag));
        }
        let found = equal_wildcard(presented.as_bytes(), host.as_bytes(), matcher);
        assert_eq!(found, expected, "{presented} for {host} with {flags:?}");
    }

    #[test]
    fn wildcard_covers_exactly_one_label() {
        check("*.example.com", "a.example.com", &[], true);
        check("*.example.com", "A.EXAMPLE.com", &[], true);
        check("*.example.com", "a.b.example.com", &[], false);
        check("*.example.com", "a.b.example.com", &["multi_label_wildcards"], true);
        check("*.example.com", "example.com", &[], false);
        check("*.example.com", ".example.com", &[], true);
        check("*.example.com", "xn--a.example.com", &[], true);
        check("*.example.com", "a_b.example.com", &[], false);
        check("*.example.com", "*.example.com", &[], true);
    }

    #[test]
    fn wildcard_needs_two_dots_and_the_first_label() {
        check("*.com", "a.com", &[], false);
        check("*.com", "*.com", &[], true);
        check("a.*.example.com", "a.b.example.com", &[], false);
        check("*.*.example.com", "a.b.example.com", &[], false);
        check("*.example.com.", "a.example.com.", &[], false);
        check("*.-a.com", "x.-a.com", &[], false);
        check("*.a-.com", "x.a-.com", &[], false);
        check("*..com", "x..com", &[], false);
        check("*.a_b.com", "x.a_b.com", &[], false);
    }

    #[test]
    fn partial_wildcards_stand_at_an_end_of_their_label() {
        check("w*.example.com", "www.example.com", &[], true);
        check("w*.example.com", "w.example.com", &[], true);
        check("*w.example.com", "ww.example.com", &[], true);
        check("w*w.example.com", "www.example.com", &[], false);
        check("w*.example.com", "www.example.com", &["no_partial_wildcards"], false);
        check("x*.example.com", "xn--a.example.com", &[], false);
        check("xn--*.example.com", "xn--a.example.com", &[], false);
        check("w*.example.com", "w.w.example.com", &["multi_label_wildcards"], false);
        check("*.xn--a.com", "b.xn--a.com", &[], true);
    }

    #[test]
    fn a_leading_dot_asks_for_any_name_below() {
        check("a.example.com", ".example.com", &[], true);
        check("a.b.example.com", ".example.com", &[], true);
        check("a.b.example.com", ".example.com", &["single_label_subdomains"], false);
        check("a.example.com", ".example.com", &["single_label_subdomains"], true);
        check("example.com", ".example.com", &[], false);
        check("*.example.com", ".example.com", &["single_label_subdomains"], true);
    }

    #[test]
    fn a_nul_and_a_trailing_dot_are_ordinary_mismatches() {
        check("a.example.com\0.b", "a.example.com", &[], false);
        check("a.example.com.", "a.example.com", &[], false);
        check("a.example.com", "a.example.com.", &[], false);
        check("a.example.com.", "a.example.com.", &[], true);
    }

    #[test]
    fn mailboxes_have_an_exact_local_part() {
        for (presented, wanted, expected) in [
            ("a@EXAMPLE.com", "a@example.COM", true),
            ("A@example.com", "a@example.com", false),
            ("a@b@example.com", "a@b@EXAMPLE.com", true),
            ("a", "A", false),
            ("a", "a", true),
            ("@x", "@X", false),
        ] {
            assert_eq!(equal_email(presented.as_bytes(), wanted.as_bytes()), expected, "{presented}");
        }
    }
}
