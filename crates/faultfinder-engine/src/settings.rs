//! Settings that the tests of a load have in common: checked once, in memory once.

use crate::protocol::Probe;
use faultfinder_net::tls::{TlsClient, TlsOptions};
use faultfinder_net::{ClientOptions, Shared};
use faultfinder_taxonomy::Fault;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// How many different settings of a kind are remembered.
const KNOWN_MAX: usize = 1_000;

/// Settings that the tests of a load have in common.
#[derive(Default)]
pub(crate) struct Settings {
    /// What is wrong with TLS settings, by the name that they have in a definition.
    checked: HashMap<(Shared<TlsOptions>, &'static str), Vec<Fault>>,
    clients: HashSet<Shared<ClientOptions>>,
    tls: HashSet<Shared<TlsOptions>>,
}

impl Settings {
    /// What is wrong with TLS settings that are called `name`.
    pub(crate) fn check(&mut self, options: &Shared<TlsOptions>, name: &'static str) -> Vec<Fault> {
        if *options == Shared::default() {
            return Vec::new();
        }
        let checked = self.checked.entry((options.clone(), name));
        checked.or_insert_with(|| TlsClient::check(options, name)).clone()
    }

    /// Lets a request have the settings of requests before it, where they are the same. A service keeps a hundred thousand
    /// tests.
    pub(crate) fn share(&mut self, built: &mut dyn Probe) {
        share(&mut self.clients, built.client_mut());
        if let Some(tls) = built.tls_mut() {
            share(&mut self.tls, tls);
        }
    }
}

fn share<T: Clone + Eq + Hash>(known: &mut HashSet<Shared<T>>, settings: &mut Shared<T>) {
    match known.get(settings) {
        Some(same) => settings.clone_from(same),
        None if known.len() < KNOWN_MAX => drop(known.insert(settings.clone())),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::Suite;
    use faultfinder_spec::Source;

    #[test]
    fn tests_with_the_same_settings_have_them_in_memory_once() {
        let https = |number: u8, timeout: u8, tls: &str| {
            format!(
                "  - {{ name: t{number}, http: {{ url: 'https://a.test/{number}', timeout: {timeout}s, tls: {{ {tls} }} }} }}\n"
            )
        };
        let tests = [https(1, 5, "sni: false"), https(2, 5, "sni: false"), https(3, 6, "sni: true")].concat();
        let ssl = "  - { name: t4, ssl: { host: a.test, port: 443, timeout: 5s, sni: false } }\n";
        let source = Source::new("t.yaml", &format!("tests:\n{tests}{ssl}"));
        let suite = Suite::load(&[source], &[], |_| None).unwrap();
        let built: Vec<_> = suite.tests().iter().map(|test| test.prepared().built).collect();
        let [first, second, third, fourth] = built.as_slice() else { panic!("four tests") };
        assert!(
            std::ptr::eq(first.client(), second.client()) && std::ptr::eq(first.client(), fourth.client())
        );
        assert!(!std::ptr::eq(first.client(), third.client()));
        let tls = |of: usize| &**built[of].tls().unwrap().0;
        assert!(std::ptr::eq(tls(0), tls(1)) && std::ptr::eq(tls(0), tls(3)));
        assert!(!std::ptr::eq(tls(0), tls(2)));
    }
}
