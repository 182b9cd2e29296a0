//! HTTP requests from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::{Special, none};
use crate::command::probe::draft::Draft;
use crate::command::probe::{credentials, target};
use crate::exit::Failure;
use clap::ArgMatches;
use faultfinder_spec::without_password;
use faultfinder_taxonomy::Protocol;

/// An HTTP request.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Http,
    about: "Make one HTTP request",
    target: "The URL; without a scheme https is meant (http with the port 80)",
    examples: "\
Examples:
  faultfinder probe http https://example.com
  faultfinder probe http https://example.com/api --json '{\"a\":1}' --header 'x-id: 7' --assert 'status is 201'
  faultfinder probe http https://example.com/upload --multipart 'file=@a.pdf;type=application/pdf'
  faultfinder probe http https://example.com --resolve example.com=127.0.0.1 --ca ca.pem
  faultfinder probe http https://example.com --digest user:password --assert 'status is 200'
  faultfinder probe http https://example.com/b/k --user KEYID:KEY --aws-sigv4 aws:amz:eu-central-1:s3
  faultfinder probe http https://example.com/api --oauth2-token-url https://id.example.com/token --oauth2-client id:secret
  faultfinder probe http https://example.com/graphql --graphql '{ shop { open } }' --assert 'jsonpath $.data.shop.open is true'
  faultfinder probe http https://example.com --proxy http://user:password@127.0.0.1:3128
  faultfinder probe http https://example.com --format json | jq .results[0].fault",
    options: |command| fill(command, &COMMAND),
    more: none,
    complete,
};

fn complete(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    let url = target::url(&draft.target, "http", "https")?;
    let request = draft.request();
    request.insert("url".to_owned(), url.as_str().into());
    if ["body", "json", "form", "multipart"].iter().any(|body| request.contains_key(*body)) {
        request.entry("method").or_insert_with(|| "POST".into());
    }
    credentials::complete(request);
    Ok(without_password(&url).into_owned())
}
