//! TLS settings.

use crate::section::Section;
use faultfinder_net::tls::TlsOptions;
use faultfinder_spec::CRL_FETCH;
use faultfinder_taxonomy::word::CrlCheck;

/// TLS settings in a mapping of their own, `tls`; the defaults where it is not given.
pub(super) fn nested(section: &mut Section<'_, '_>) -> TlsOptions {
    section.section("tls").map_or_else(TlsOptions::default, |mut tls| options(&mut tls))
}

/// TLS settings.
pub(super) fn options(section: &mut Section<'_, '_>) -> TlsOptions {
    let mut options = TlsOptions::default();
    section.set_word("roots", &mut options.roots);
    options.ca = section.each("ca", |renderer, path, text| renderer.pem(path, text));
    options.insecure = section.flag("insecure");
    options.accept_self_signed = section.flag("accept_self_signed");
    options.server_name = section.text("server_name");
    options.sni = section.value("sni").unwrap_or(true);
    options.client_cert = section.pem("client_cert");
    options.client_key = section.pem("client_key");
    options.min_version = section.word("min_version");
    options.max_version = section.word("max_version");
    options.alpn = section.texts("alpn");
    let mut kept = 0;
    options.crl = section.each("crl", |renderer, path, text| {
        if renderer.text(path, text)? == CRL_FETCH {
            options.crl_fetch = true;
            return None;
        }
        let pem = renderer.pem(path, text)?;
        // The word `fetch` is not among those that are read.
        let (list, _) = path.rsplit_once('[').unwrap_or((path, ""));
        renderer.aliases.push((format!("{list}[{kept}]"), path.to_owned()));
        kept += 1;
        Some(pem)
    });
    options.crl_check = section.word("crl_check");
    section.set_word("ocsp", &mut options.ocsp);
    section.set_word("aia", &mut options.aia);
    warn_of_crls(section, &options);
    options.verify_depth = section.number("verify_depth");
    if let Some(level) = section.number("auth_level") {
        options.auth_level = u8::try_from(level).unwrap_or(TlsOptions::AUTH_LEVEL);
    }
    section.set_word("purpose", &mut options.purpose);
    options
}

/// Settings of CRLs that have no effect.
fn warn_of_crls(section: &mut Section<'_, '_>, options: &TlsOptions) {
    let (crl, check) = (section.path("crl"), section.path("crl_check"));
    match (options.crl_fetch || !options.crl.is_empty(), options.crl_check()) {
        (true, CrlCheck::Off) => section.warn(format!("{crl} has no effect: {check} is off")),
        (false, CrlCheck::Leaf | CrlCheck::Chain) => {
            section.warn(format!("{check} has no CRL: set {crl}"));
        }
        (true, CrlCheck::Leaf | CrlCheck::Chain) | (false, CrlCheck::Off) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Suite;
    use faultfinder_spec::Source;
    use faultfinder_taxonomy::word::{Aia, Ocsp};

    /// The TLS options and the warnings of a test with these fields.
    #[track_caller]
    fn read(fields: &str) -> (faultfinder_net::Shared<TlsOptions>, Vec<String>) {
        let text = format!("tests:\n  - name: a\n    ssl: {{ host: a.test, {fields} }}\n");
        let suite = Suite::load(&[Source::new("t.yaml", &text)], &[], |_| None).unwrap();
        let prepared = suite.tests()[0].prepared();
        let options = prepared.built.tls().unwrap().0.clone();
        (options, prepared.warnings)
    }

    #[test]
    fn revocation_is_checked_as_the_test_says() {
        use CrlCheck as Check;
        for (fields, files, fetch, check, warning) in [
            ("port: 1", 0, false, Check::Off, None),
            ("crl: a.pem", 1, false, Check::Leaf, None),
            ("crl: fetch", 0, true, Check::Leaf, None),
            ("crl: [a.pem, fetch, b.pem], crl_check: chain", 2, true, Check::Chain, None),
            (
                "crl: fetch, crl_check: off",
                0,
                true,
                Check::Off,
                Some("ssl.crl has no effect: ssl.crl_check is off"),
            ),
            ("crl_check: leaf", 0, false, Check::Leaf, Some("ssl.crl_check has no CRL: set ssl.crl")),
        ] {
            let (options, warnings) = read(fields);
            assert_eq!(
                (options.crl.len(), options.crl_fetch, options.crl_check()),
                (files, fetch, check),
                "{fields}"
            );
            assert_eq!(warnings.first().map(String::as_str), warning, "{fields}");
        }
        for (fields, ocsp, aia) in [
            ("port: 1", Ocsp::Staple, Aia::Off),
            ("ocsp: off, aia: off", Ocsp::Off, Aia::Off),
            ("ocsp: staple", Ocsp::Staple, Aia::Off),
            ("ocsp: require, aia: fetch", Ocsp::Require, Aia::Fetch),
            ("ocsp: query", Ocsp::Query, Aia::Off),
        ] {
            let (options, warnings) = read(fields);
            assert_eq!((options.ocsp, options.aia, warnings.len()), (ocsp, aia, 0), "{fields}");
        }
    }
}
