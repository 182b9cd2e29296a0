//! A-labels made readable: Punycode (RFC 3492) as OpenSSL decodes it (`ossl_a2ulabel`).
//!
//! Only labels that begin with a lower-case `xn--` are decoded; nothing about the outcome is checked, so it may hold what
//! IDNA forbids, surrogates even. The output is bounded by the caller, and with it the cost.

/// Appends a host name with its A-labels decoded; nothing if one cannot be, or if the output would be longer than `most`.
pub(super) fn to_unicode(host: &[u8], out: &mut Vec<u8>, most: usize) -> Option<()> {
    for (number, label) in host.split(|byte| *byte == b'.').enumerate() {
        if number > 0 {
            out.push(b'.');
        }
        match label.strip_prefix(b"xn--") {
            Some(encoded) => {
                for code in decode(encoded, most)? {
                    write_code_point(out, code)?;
                }
            }
            None if label.len() > most => return None,
            None => out.extend_from_slice(label),
        }
        if out.len() > most {
            return None;
        }
    }
    Some(())
}

/// The parameters of Punycode (RFC 3492 section 5).
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;

/// Decodes one label without its prefix (RFC 3492 section 6.2).
fn decode(encoded: &[u8], most: usize) -> Option<Vec<u32>> {
    // A delimiter that stands first is none: it is then taken for a digit, and is not one.
    let basic = encoded.iter().rposition(|byte| *byte == b'-').unwrap_or_default();
    let (plain, rest) = encoded.split_at_checked(basic)?;
    if plain.len() > most || !plain.is_ascii() {
        return None;
    }
    let mut out: Vec<u32> = plain.iter().copied().map(u32::from).collect();
    let mut digits = if basic > 0 { rest.get(1..)? } else { rest }.iter();
    let (mut n, mut i, mut bias) = (INITIAL_N, 0_u32, INITIAL_BIAS);
    while !digits.as_slice().is_empty() {
        let before = i;
        i = delta(&mut digits, i, bias)?;
        let length = u32::try_from(out.len()).ok()?.checked_add(1)?;
        bias = adapt(i - before, length, before == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        if out.len() >= most {
            return None;
        }
        out.insert(usize::try_from(i).ok()?, n);
        i += 1;
    }
    Some(out)
}

/// Adds one number of variable length.
fn delta(digits: &mut std::slice::Iter<'_, u8>, mut i: u32, bias: u32) -> Option<u32> {
    let mut weight = 1_u32;
    let mut k = BASE;
    loop {
        let digit = digit(*digits.next()?)?;
        i = i.checked_add(digit.checked_mul(weight)?)?;
        let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if digit < threshold {
            return Some(i);
        }
        weight = weight.checked_mul(BASE - threshold)?;
        k += BASE;
    }
}

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

/// The bias for the next number (RFC 3492 section 6.1).
const fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

/// Appends a code point in UTF-8, a surrogate as if it were a character.
fn write_code_point(out: &mut Vec<u8>, code: u32) -> Option<()> {
    let tail = |shift: u32| ((code >> shift) & 0x3f | 0x80).to_le_bytes()[0];
    let head = |shift: u32, mark: u32| (code >> shift | mark).to_le_bytes()[0];
    match code {
        0..=0x7f => out.push(head(0, 0)),
        0x80..=0x7ff => out.extend([head(6, 0xc0), tail(0)]),
        0x800..=0xffff => out.extend([head(12, 0xe0), tail(6), tail(0)]),
        0x1_0000..=0x10_ffff => out.extend([head(18, 0xf0), tail(12), tail(6), tail(0)]),
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_decoded_as_rfc_3492_says() {
        let rows: &[(&str, Option<&str>)] = &[
            ("example.com", Some("example.com")),
            ("xn--bcher-kva.example", Some("bücher.example")),
            // RFC 3492 section 7.1: (B) Chinese, (L) Japanese with digits, (S) ASCII only.
            ("xn--ihqwcrb4cv8a8dqg056pqjye", Some("他们为什么不说中文")),
            ("a.xn--3B-ww4c5e180e575a65lsy2b", Some("a.3年B組金八先生")),
            ("xn---> $100 <--", Some("-> $100 <-")),
            ("XN--bcher-kva", Some("XN--bcher-kva")),
            ("xn--n3h.xn--n3h", Some("☃.☃")),
            ("xn--ls8h", Some("💩")),
            ("xn--", Some("")),
            ("", Some("")),
            ("..", Some("..")),
            // A delimiter that stands first, and last.
            ("xn---", None),
            ("xn--a-", Some("a")),
            ("xn--a--", Some("a-")),
            // Ends within a number, overflows, goes beyond the last code point.
            ("xn--a", Some("\u{80}")),
            ("xn--z", None),
            ("xn--99999999", None),
            ("xn--dn32g", Some("\u{10ffff}")),
            ("xn--en32g", None),
        ];
        for (host, expected) in rows {
            let mut out = Vec::new();
            let found = to_unicode(host.as_bytes(), &mut out, 255).map(|()| String::from_utf8(out).unwrap());
            assert_eq!(found.as_deref(), *expected, "{host}");
        }
    }

    #[test]
    fn the_output_is_bounded() {
        let mut out = Vec::new();
        assert_eq!(to_unicode(b"xn--n3h.xn--n3h", &mut out, 7), Some(()));
        for (host, most) in [("xn--n3h.xn--n3h", 6), ("aaaa", 3), ("xn--aaaa-n3h", 3), ("xn--n3h", 0)] {
            assert_eq!(to_unicode(host.as_bytes(), &mut Vec::new(), most), None, "{host}");
        }
    }
}
