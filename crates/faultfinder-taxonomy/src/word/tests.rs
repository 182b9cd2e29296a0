//! What holds for every set of words.

use super::*;

/// Holds for every set of words.
#[track_caller]
fn check<W: Word>() {
    assert_eq!(W::ALL.len(), W::WORDS.len());
    for (word, text) in W::ALL.iter().zip(W::WORDS) {
        assert_eq!(word.as_str(), *text);
        assert_eq!(W::parse(text), Ok(*word), "{text}");
    }
    for (alias, word) in W::ALIASES {
        assert_eq!(W::parse(alias), Ok(*word), "{alias}");
        assert!(!W::WORDS.contains(alias), "{alias} is a word already");
    }
    for later in W::LATER {
        assert!(W::parse(later).is_err_and(|unknown| unknown.later), "{later}");
    }
    assert_eq!(W::parse("").map_err(|unknown| unknown.later), Err(false));
    let texts = W::WORDS.iter().chain(W::ALIASES.iter().map(|(alias, _)| alias));
    let mut all: Vec<&str> = texts.copied().collect();
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    assert_eq!(all.len(), count, "a spelling stands twice");
}

#[test]
fn every_set_of_words_is_parsed_as_it_is_written() {
    check::<AddressChoice>();
    check::<Aia>();
    check::<Compression>();
    check::<CredentialsIn>();
    check::<CrlCheck>();
    check::<Dnssec>();
    check::<Edns>();
    check::<HttpVersion>();
    check::<IpVersion>();
    check::<JwtAlgorithm>();
    check::<NtlmVersion>();
    check::<Ocsp>();
    check::<Purpose>();
    check::<Roots>();
    check::<StartTls>();
    check::<TlsVersion>();
    check::<TrackHops>();
    check::<Transport>();
}

#[test]
fn what_is_expected_and_what_was_meant_are_in_words() {
    assert_eq!(TlsVersion::expected(), "a TLS version (1.0, 1.1, 1.2 or 1.3)");
    assert_eq!(Transport::parse("dott"), Err(UnknownWord { later: false, nearest: Some("dot") }));
    assert!(TlsVersion::Tls12 < TlsVersion::Tls13);
}
