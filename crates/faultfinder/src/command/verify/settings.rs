//! Options as settings of a verification.

use super::arguments::Arguments;
use super::values::PARAMETER_SETS;
use crate::exit::Failure;
use faultfinder_taxonomy::word::{Purpose, Word as _};
use faultfinder_x509::{Flags, HostFlags, VerifyOptions, format_time};

/// The settings of a verification, and the warnings about the options. `now` is in seconds since 1970.
pub(super) fn settings(arguments: &Arguments, now: i64) -> Result<(VerifyOptions, Vec<String>), Failure> {
    let mut warnings = arguments.foreign.warnings()?;
    let (checks, names) = (&arguments.checks, &arguments.names);
    let mut options = VerifyOptions::default();
    options.purpose = purpose(arguments)?;
    options.flags = flags(arguments);
    options.host_flags = HostFlags {
        always_check_subject: names.always_check_subject,
        no_wildcards: names.no_wildcards,
        no_partial_wildcards: names.no_partial_wildcards,
        multi_label_wildcards: names.multi_label_wildcards,
        single_label_subdomains: names.single_label_subdomains,
        never_check_subject: names.never_check_subject,
    };
    options.time = match checks.attime {
        None if checks.no_check_time => None,
        attime => Some(attime.unwrap_or(now)),
    };
    if let (Some(time), true) = (checks.attime, checks.no_check_time) {
        let time = format_time(time);
        warnings.push(format!("-no_check_time has no effect with -attime: dates are checked at {time}"));
    }
    options.hosts.clone_from(&names.verify_hostname);
    options.ip = names.verify_ip;
    options.email.clone_from(&names.verify_email);
    options.policies.clone_from(&arguments.policies.policy);
    options.depth = checks.verify_depth;
    options.auth_level = checks.auth_level.unwrap_or(0);
    Ok((options, warnings))
}

fn flags(arguments: &Arguments) -> Flags {
    let Arguments { trust, checks, revocation, policies, .. } = arguments;
    Flags {
        // In OpenSSL's command, the second switches the first on.
        crl_check: revocation.crl_check || revocation.crl_check_all,
        crl_check_all: revocation.crl_check_all,
        extended_crl_support: revocation.extended_crl,
        use_deltas: revocation.use_deltas,
        ignore_critical: checks.ignore_critical,
        x509_strict: checks.x509_strict,
        allow_proxy_certs: checks.allow_proxy_certs,
        check_ss_signature: checks.check_ss_sig,
        suiteb_128_only: checks.suite_b_128_only,
        suiteb_128: checks.suite_b_128,
        suiteb_192: checks.suite_b_192,
        no_check_time: checks.no_check_time,
        policy_check: policies.policy_check,
        explicit_policy: policies.explicit_policy,
        inhibit_any: policies.inhibit_any,
        inhibit_map: policies.inhibit_map,
        partial_chain: trust.partial_chain,
        trusted_first: trust.trusted_first,
        no_trusted_first: trust.no_trusted_first,
        no_alt_chains: trust.no_alt_chains,
    }
}

/// The purpose, named by `-purpose` or by `-verify_name`.
fn purpose(arguments: &Arguments) -> Result<Option<Purpose>, Failure> {
    let checks = &arguments.checks;
    let named = checks.purpose.as_deref().and_then(|name| Purpose::parse(name).ok());
    let set = checks.verify_name.as_deref();
    let of_set = PARAMETER_SETS.iter().find(|(name, _)| Some(*name) == set).and_then(|(_, purpose)| *purpose);
    match (named, of_set) {
        (Some(named), Some(of_set)) if named != of_set => Err(Failure::usage_with_help(
            format!(
                "-purpose sets {}, but -verify_name {} sets {}",
                named.as_str(),
                set.unwrap_or_default(),
                of_set.as_str()
            ),
            "use one of them",
        )),
        (named, of_set) => Ok(named.or(of_set)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::arguments;
    use super::*;

    #[track_caller]
    fn read(line: &str) -> (VerifyOptions, Vec<String>) {
        settings(&arguments(line).unwrap(), 1000).unwrap()
    }

    #[test]
    fn switches_set_the_flags_of_their_names() {
        let rows = [
            ("-crl_check", "crl_check"),
            ("-crl_check_all", "crl_check crl_check_all"),
            ("-extended_crl", "extended_crl_support"),
            ("-use_deltas", "use_deltas"),
            ("-ignore_critical", "ignore_critical"),
            ("-x509_strict", "x509_strict"),
            ("-allow_proxy_certs", "allow_proxy_certs"),
            ("-check_ss_sig", "check_ss_signature"),
            ("-suiteB_128_only", "suiteb_128_only"),
            ("-suiteB_128", "suiteb_128"),
            ("-suiteB_192", "suiteb_192"),
            ("-no_check_time", "no_check_time"),
            ("-policy_check", "policy_check"),
            ("-explicit_policy", "explicit_policy"),
            ("-inhibit_any", "inhibit_any"),
            ("-inhibit_map", "inhibit_map"),
            ("-partial_chain", "partial_chain"),
            ("-trusted_first", "trusted_first"),
            ("-no_trusted_first", "no_trusted_first"),
            ("-no_alt_chains", "no_alt_chains"),
        ];
        for (line, names) in rows {
            let mut flags = Flags::default();
            assert!(names.split(' ').all(|name| flags.set(name)), "{line}");
            assert_eq!(read(&format!("{line} a")).0.flags, flags, "{line}");
        }
    }

    #[test]
    fn values_are_taken_over() {
        let line = "-purpose any -verify_hostname a -verify_hostname b -verify_ip ::1 -verify_email c@d -policy anyPolicy \
                    -policy 1.2.3 -verify_depth 2 -auth_level 3 --no_wildcards x";
        let (options, warnings) = read(line);
        assert_eq!(options.purpose, Some(Purpose::Any));
        assert_eq!(options.hosts, ["a", "b"]);
        assert_eq!((options.ip, options.email.as_deref()), (Some("::1".parse().unwrap()), Some("c@d")));
        assert_eq!(options.policies, ["2.5.29.32.0", "1.2.3"]);
        assert_eq!((options.depth, options.auth_level, options.time), (Some(2), 3, Some(1000)));
        assert!(options.host_flags.no_wildcards && warnings.is_empty());
    }

    #[test]
    fn a_parameter_set_stands_for_its_purpose_and_must_not_contradict_it() {
        assert_eq!(read("-verify_name smime_sign a").0.purpose, Some(Purpose::SmimeSign));
        assert_eq!(read("-verify_name default -purpose any a").0.purpose, Some(Purpose::Any));
        let both = arguments("-verify_name ssl_server -purpose sslclient a").unwrap();
        let Err(Failure::Usage { message, .. }) = settings(&both, 0) else { panic!("accepted") };
        assert_eq!(message, "-purpose sets sslclient, but -verify_name ssl_server sets sslserver");
    }

    #[test]
    fn a_time_beats_no_check_time_as_in_openssl() {
        assert_eq!(read("-no_check_time a").0.time, None);
        let (options, warnings) = read("-no_check_time -attime 5 a");
        assert_eq!(options.time, Some(5));
        assert_eq!(warnings.len(), 1);
        assert_eq!(read("-attime -5 a").0.time, Some(-5));
    }

    #[test]
    fn foreign_options_are_named_when_they_would_change_the_answer() {
        for line in ["-crl_download a", "-engine e a", "-provider e a", "-vfyopt e a", "-propquery e a"] {
            let Err(Failure::Usage { message, help }) = settings(&arguments(line).unwrap(), 0) else {
                panic!("{line}")
            };
            assert!(message.ends_with("is not supported") && help.is_some(), "{message}");
        }
        assert_eq!(read("-nameopt oneline -policy_print -show_chain -no-CAfile a").1.len(), 2);
    }
}
