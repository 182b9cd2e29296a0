//! HTTP requests from options.

use super::options::{Fields, Pair, Secrets, assignment, header, json_text, literal};
use super::{common::Common, credentials::Credentials, target, tls::Tls};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// An HTTP request.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder probe http https://example.com
  faultfinder probe http https://example.com/api --json '{\"a\":1}' --header 'x-id: 7' --assert 'status is 201'
  faultfinder probe http https://example.com --resolve example.com=127.0.0.1 --ca ca.pem
  faultfinder probe http https://example.com --digest user:password --assert 'status is 200'
  faultfinder probe http https://example.com/b/k --user KEYID:KEY --aws-sigv4 aws:amz:eu-central-1:s3
  faultfinder probe http https://example.com/api --oauth2-token-url https://id.example.com/token --oauth2-client id:secret
  faultfinder probe http https://example.com/graphql --graphql '{ shop { open } }' --assert 'jsonpath $.data.shop.open is true'
  faultfinder probe http https://example.com --proxy http://user:password@127.0.0.1:3128
  faultfinder probe http https://example.com --format json | jq .results[0].fault")]
pub(crate) struct Arguments {
    /// The URL; without a scheme https is meant (http with the port 80)
    #[arg(value_name = "TARGET")]
    url: String,

    /// The method [default: GET, or POST with a body]
    #[arg(long, short = 'X')]
    method: Option<String>,

    /// A header; repeatable
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<Pair>,

    /// A parameter that is added to the URL's query; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    query: Vec<Pair>,

    /// A cookie to send; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    cookie: Vec<Pair>,

    /// The body as text
    #[arg(long, short = 'd', value_name = "TEXT", group = "content")]
    body: Option<String>,

    /// The body as JSON
    #[arg(long, value_parser = json_text, group = "content")]
    json: Option<Value>,

    /// A field of a form; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment, group = "content")]
    form: Vec<Pair>,

    /// A GraphQL document, sent by POST unless the method is GET
    #[arg(long, value_name = "DOCUMENT", group = "content")]
    graphql: Option<String>,

    /// Which operation of the GraphQL document is meant
    #[arg(long, value_name = "NAME", requires = "graphql")]
    graphql_operation: Option<String>,

    /// The values of the GraphQL document's variables
    #[arg(long, value_name = "JSON", value_parser = json_text, requires = "graphql")]
    graphql_variables: Option<Value>,

    /// Follow redirects
    #[arg(long, short = 'L')]
    follow_redirects: bool,

    /// Most redirects to follow [default: 10]
    #[arg(long, value_name = "COUNT", requires = "follow_redirects")]
    max_redirects: Option<u32>,

    /// Send cookies that are set with the redirects after them
    #[arg(long, requires = "follow_redirects")]
    persist_cookies: bool,

    /// The version of HTTP: auto, 1.1, 2, h2c (HTTP/2 without TLS), 3, or discover (3 where alt-svc offers it)
    #[arg(long)]
    version: Option<String>,

    /// The proxy to go through (http, https, socks5, socks5h), with its credentials if it needs some
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,

    /// A header for the proxy itself; repeatable
    #[arg(long, value_name = "NAME: VALUE", value_parser = header, requires = "proxy")]
    proxy_header: Vec<Pair>,

    #[command(flatten)]
    credentials: Credentials,

    #[command(flatten)]
    tls: Tls,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let url = target::url(&self.url, "http", "https");
        let mut secrets = Secrets::default();
        let mut request = Fields::default();
        request.set("url", Some(&url));
        let with_body = self.body.is_some() || self.json.is_some() || !self.form.is_empty();
        request.set("method", self.method.as_deref().or(if with_body { Some("POST") } else { None }));
        request.pairs("headers", &self.header);
        request.pairs("query", &self.query);
        request.pairs("cookies", &self.cookie);
        request.set("body", self.body.as_deref());
        request.set("json", self.json.as_ref());
        request.pairs("form", &self.form);
        request.set("graphql", self.graphql());
        request.set("auth", self.credentials.field(&mut secrets));
        request.switch("follow_redirects", self.follow_redirects);
        request.set("max_redirects", self.max_redirects);
        request.switch("persist_cookies", self.persist_cookies);
        request.set("version", self.version.as_deref());
        request.set("proxy", self.proxy());
        self.tls.set_in(&mut request, false);
        self.common.file("http", url, request, secrets)
    }

    fn graphql(&self) -> Option<Value> {
        let mut graphql = Fields::default();
        graphql.set("query", Some(literal(self.graphql.as_ref()?)));
        graphql.set("operation_name", self.graphql_operation.as_deref());
        graphql.set("variables", self.graphql_variables.as_ref());
        Some(graphql.into_value())
    }

    fn proxy(&self) -> Option<Value> {
        let mut proxy = Fields::default();
        proxy.set("url", Some(self.proxy.as_ref()?));
        proxy.pairs("headers", &self.proxy_header);
        Some(proxy.into_value())
    }
}
