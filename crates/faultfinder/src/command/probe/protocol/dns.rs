//! DNS questions from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::{Special, none};
use crate::command::probe::draft::Draft;
use crate::exit::Failure;
use clap::ArgMatches;
use faultfinder_taxonomy::Protocol;

/// A DNS question.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Dns,
    about: "Ask a name server one question",
    target: "The name to ask for",
    examples: "\
Examples:
  faultfinder probe dns example.com
  faultfinder probe dns example.com --type MX --assert 'some MX record matches ^10 '
  faultfinder probe dns example.com --server 127.0.0.1:5353 --transport tcp
  faultfinder probe dns example.com --server 9.9.9.9 --transport dot --server-name dns.quad9.net
  faultfinder probe dns example.com --server https://dns.quad9.net/dns-query --type HTTPS
  faultfinder probe dns example.com --dnssec validate --assert 'dnssec is secure'
  faultfinder probe dns host.corp --dnssec validate --trust-anchor corp.ds --server 10.0.0.53
  faultfinder probe dns example.com --server all --assert 'name_servers is consistent'
  faultfinder probe dns nowhere.example.com --assert 'rcode is NXDOMAIN'",
    options: |command| fill(command, &COMMAND),
    more: none,
    complete,
};

fn complete(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    let name = draft.target.clone();
    draft.request().insert("name".to_owned(), name.as_str().into());
    Ok(format!("{} {name}", draft.text("type").as_deref().unwrap_or("A")))
}
