//! What the option of a field is, where that does not follow from the field: one row per exception.

use super::syntax::Syntax;

/// How a field is given on the command line.
#[derive(Debug)]
pub(super) struct Row {
    /// The field: its path, or the end of it. Of several rows that fit, the longest counts.
    pub(super) field: &'static str,
    /// Where its value comes from.
    pub(super) source: Source,
    /// The option's name, where it is not the field's.
    pub(super) option: Option<&'static str>,
    /// Its short name.
    pub(super) short: Option<char>,
    /// Another name.
    pub(super) alias: Option<&'static str>,
    /// How its value is shown in help.
    pub(super) value: Option<&'static str>,
    /// What it means, where its value is not just the field's.
    pub(super) help: Option<&'static str>,
    /// What holds without it, where that is not the field's default.
    pub(super) otherwise: Option<&'static str>,
    /// The value of the option without one.
    pub(super) bare: Option<&'static str>,
    /// Options that it needs, in addition to those that the format needs.
    pub(super) requires: &'static [&'static str],
    /// The variable that keeps its value, where it is a secret.
    pub(super) variable: Option<&'static str>,
}

/// Where the value of a field comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// An option, whose value has the form that its shape has.
    Shape,
    /// An option, whose value has a form of its own.
    Form(Syntax),
    /// TARGET.
    Target,
    /// The option of this other field.
    Other(&'static str),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

/// The row of a field. What is in a mapping that has no option has none either.
pub(super) fn of(path: &str) -> &'static Row {
    const PLAIN: &Row = &Row::new("");
    let fits = |row: &&Row| {
        let before = path.strip_suffix(row.field);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let around = path.rsplit_once('.').map(|(around, _)| of(around));
    if let Some(row) = around.filter(|row| matches!(row.source, Source::Nothing(_))) {
        return row;
    }
    ROWS.iter().filter(fits).max_by_key(|row| row.field.len()).unwrap_or(PLAIN)
}

/// All rows.
pub(super) static ROWS: &[Row] = &[
    // Tests
    Row::new("name").without("made of the request"),
    Row::new("tags").without("there is one test"),
    Row::new("every").without("it runs once"),
    Row::new("active_times").without("it runs once"),
    Row::new("timezone").without("it runs once"),
    Row::new("alert").without("it runs once"),
    Row::new("assert").value("ASSERTION").help("What must hold of the answer, such as `status is 200`"),
    Row::new("retry.count").option("retry").help("How often to try again when it fails"),
    Row::new("retry.interval")
        .option("retry-interval")
        .requires(&["retry"])
        .help("Pause before each retry, up to 60s")
        .otherwise("300ms"),
    // All requests
    Row::new("timeout").help("Time for the request, such as 500ms or 5s").otherwise("60s"),
    Row::new("ip").value("VERSION"),
    Row::new("address").value("CHOICE"),
    Row::new("resolver").form(Syntax::Resolver).help("The address of the resolver for names").otherwise("the system's"),
    Row::new("resolver.port").help("The resolver's port").otherwise("53; 853 for dot and doq, 443 for doh"),
    Row::new("resolver.transport").help("How to ask that resolver").otherwise("udp"),
    Row::new("resolver.path").help("The path of that resolver's URL, for doh").otherwise("/dns-query"),
    Row::new("resolve").value("HOST=IP").help("An address for a name, which is then not looked up"),
    Row::new("unix_socket").value("FILE").help("Connect to this Unix domain socket; TARGET stays as it is"),
    // TLS
    Row::new("ca").value("FILE").help("Trust the certificates of this PEM file too"),
    Row::new("insecure").help("Report certificate problems without failing"),
    Row::new("sni").form(Syntax::Truth),
    Row::new("accept_self_signed").help("Accept a self-signed certificate"),
    Row::new("client_cert").value("FILE").requires(&["client-key"]),
    Row::new("client_key").value("FILE").requires(&["client-cert"]),
    Row::new("resolver.tls.client_cert").value("FILE").requires(&["resolver-tls-client-key"]),
    Row::new("resolver.tls.client_key").value("FILE").requires(&["resolver-tls-client-cert"]),
    Row::new("alpn").form(Syntax::Commas).value("PROTOCOL").help(
        "The application protocols to offer, in order, such as h2,http/1.1",
    ),
    Row::new("crl")
        .value("FILE")
        .help("Look certificates up in the CRLs of this file; or fetch, from where the certificates say"),
    Row::new("crl_check").value("WHICH"),
    Row::new("ocsp").value("MODE"),
    Row::new("aia").value("MODE"),
    Row::new("auth_level").value("LEVEL"),
    // HTTP
    Row::new("http.url").target(),
    Row::new("method").short('X').otherwise("GET, or POST with a body"),
    Row::new("headers").short('H').form(Syntax::Headers).help("A header"),
    Row::new("query").help("A parameter that is added to the URL's query"),
    Row::new("cookies").help("A cookie to send"),
    Row::new("form").help("A field of a form"),
    Row::new("body").short('d').value("TEXT"),
    Row::new("multipart").form(Syntax::Parts).help(
        "A part of a multipart body: its value, or a file; NAME=@FILE;type=TYPE;filename=NAME says more",
    ),
    Row::new("graphql.query").option("graphql").form(Syntax::Literal).value("DOCUMENT").help(
        "The document of a GraphQL request, sent by POST unless the method is GET",
    ),
    Row::new("graphql.operation_name")
        .option("graphql-operation")
        .help("Which operation of the GraphQL document is meant"),
    Row::new("graphql.variables").help("The values of the GraphQL document's variables"),
    Row::new("follow_redirects").short('L').help("Follow redirects"),
    Row::new("max_redirects")
        .requires(&["follow-redirects"])
        .help("Most redirects to follow")
        .otherwise("10"),
    Row::new("persist_cookies")
        .requires(&["follow-redirects"])
        .help("Send cookies that are set with the redirects after them"),
    Row::new("proxy.url").option("proxy").help(
        "The proxy: http://, https://, socks5:// or socks5h://, with its credentials if it needs some",
    ),
    Row::new("save_body").help("Keep the body in the result"),
    Row::new("proxy.headers").form(Syntax::Headers).help("A header for the proxy itself"),
    // Credentials
    Row::new("auth.basic").option("basic").short('u').alias("user").form(Syntax::Login).help("Basic authentication"),
    Row::new("http.auth.basic").option("basic").short('u').alias("user").form(Syntax::Login).help(
        "Basic authentication; with --aws-sigv4 the id of the key and the key",
    ),
    Row::new("bearer").variable("TOKEN").value("TOKEN"),
    Row::new("auth.digest").form(Syntax::Login),
    Row::new("auth.ntlm").form(Syntax::Login).help("NTLM; the domain may precede the user: DOMAIN\\USER:PASSWORD"),
    Row::new("ntlm.workstation").help("The name of this machine for NTLM"),
    Row::new("ntlm.domain").help("The domain for NTLM").otherwise("that of DOMAIN\\USER"),
    Row::new("ntlm.version").help("The version of NTLM: 1, which is broken, or 2").otherwise("2"),
    Row::new("auth.sigv4").option("aws-sigv4").form(Syntax::Region).help(
        "Sign requests as AWS does, with the keys of --user",
    ),
    Row::new("sigv4.access_key").by("http.auth.basic"),
    Row::new("sigv4.secret_key").by("http.auth.basic"),
    Row::new("sigv4.session_token")
        .option("aws-session-token")
        .help("The token of temporary AWS credentials"),
    Row::new("auth.oauth2_client").form(Syntax::Client).help("The OAuth 2 client, with its secret if it has one"),
    Row::new("oauth2_client.token_url").option("oauth2-token-url").help("Fetch an OAuth 2 token here first"),
    Row::new("oauth2_client.scope")
        .option("oauth2-scope")
        .value("SCOPES")
        .help("The scopes of the token, with spaces between them"),
    Row::new("oauth2_client.audience").option("oauth2-audience").help("For whom the token is meant"),
    Row::new("oauth2_client.resource")
        .option("oauth2-resource")
        .value("URI")
        .help("The URI of what the token gives access to"),
    Row::new("oauth2_client.credentials_in").option("oauth2-credentials-in").value("PLACE"),
    Row::new("auth.oauth2_password").option("oauth2-user").form(Syntax::Login).help(
        "The user whose password earns the token; without it the client's own credentials do",
    ),
    Row::new("oauth2_password.token_url").by("http.auth.oauth2_client.token_url"),
    Row::new("oauth2_password.scope").by("http.auth.oauth2_client.scope"),
    Row::new("oauth2_password.audience").by("http.auth.oauth2_client.audience"),
    Row::new("oauth2_password.resource").by("http.auth.oauth2_client.resource"),
    Row::new("oauth2_password.credentials_in").by("http.auth.oauth2_client.credentials_in"),
    Row::new("oauth2_password.client_id").by("http.auth.oauth2_client"),
    Row::new("oauth2_password.client_secret").by("http.auth.oauth2_client"),
    Row::new("oauth2_refresh_token.refresh_token")
        .option("oauth2-refresh-token")
        .variable("REFRESH_TOKEN")
        .value("TOKEN")
        .help("The refresh token that earns the token"),
    Row::new("oauth2_refresh_token.token_url").by("http.auth.oauth2_client.token_url"),
    Row::new("oauth2_refresh_token.scope").by("http.auth.oauth2_client.scope"),
    Row::new("oauth2_refresh_token.audience").by("http.auth.oauth2_client.audience"),
    Row::new("oauth2_refresh_token.resource").by("http.auth.oauth2_client.resource"),
    Row::new("oauth2_refresh_token.credentials_in").by("http.auth.oauth2_client.credentials_in"),
    Row::new("oauth2_refresh_token.client_id").by("http.auth.oauth2_client"),
    Row::new("oauth2_refresh_token.client_secret").by("http.auth.oauth2_client"),
    Row::new("oauth2_jwt_bearer").without("what signs an assertion is written in a definition"),
    Row::new("jwt.header").option("jwt-parameters").help("Further parameters of the header of the token"),
    Row::new("jwt.algorithm")
        .help("How a JSON web token is signed")
       .otherwise("HS256 with a secret, RS256 with a key"),
    Row::new("jwt.key").value("FILE").help("Sign a JSON web token with the private key of this PEM file"),
    Row::new("jwt.secret").variable("JWT_SECRET").help("Sign a JSON web token with this secret"),
    Row::new("jwt.claims").help("The claims of the token; iat and exp are added"),
    Row::new("jwt.add_iat").form(Syntax::Truth),
    Row::new("jwt.add_exp").form(Syntax::Truth),
    Row::new("jwt.expires_in").help("For how long the token is valid").otherwise("5m"),
    Row::new("jwt.header_name")
        .option("jwt-header")
        .help("The header that the token is sent in")
        .otherwise("authorization"),
    Row::new("jwt.key_id").help("The id of the token's key"),
    // TLS endpoints
    Row::new("ssl.host").target(),
    // DNS
    Row::new("dns.name").target(),
    Row::new("dns.type").short('t').otherwise("A").help(
        "The type of record: a mnemonic such as MX, HTTPS, DNSKEY or ANY, or TYPE and a number",
    ),
    Row::new("dns.server").short('s').form(Syntax::Server).value("SERVER[:PORT]").otherwise("the system's").help(
        "The name server to ask: an address or name, an https URL for doh, or all for every one of the zone",
    ),
    Row::new("recursion_desired").form(Syntax::Truth),
    Row::new("authenticated_data")
        .alias("adflag")
        .help("Ask the server to say if it found the answer authentic (AD)"),
    Row::new("checking_disabled").alias("cdflag").help("Ask the server not to judge signatures (CD)"),
    Row::new("dnssec").value("MODE").bare("request"),
    Row::new("trust_anchor")
        .value("FILE")
        .help("Where trust begins, in addition to the root's keys: a file, or a DS or DNSKEY record"),
    Row::new("edns").value("MODE"),
    Row::new("edns_size").alias("bufsize").value("BYTES"),
    // TCP, UDP and ICMP
    Row::new("tcp.host").target(),
    Row::new("udp.host").target(),
    Row::new("icmp.host").target(),
    Row::new("send").value("TEXT"),
    Row::new("expect").value("TEXT"),
    Row::new("steps").form(Syntax::Steps).help("What to send or expect next"),
    Row::new("tcp.tls").option("tls").form(Syntax::Mapping).help("Speak TLS from the start"),
    Row::new("track_hops").value("CHOICE").bare("on"),
    Row::new("message").value("TEXT"),
    Row::new("packets").short('c'),
    Row::new("interval").short('i'),
    Row::new("size").short('s').value("BYTES"),
    Row::new("dont_fragment").help("Do not let requests be fragmented"),
    Row::new("ttl").short('t').value("HOPS"),
    // gRPC
    Row::new("grpc.host").target(),
    Row::new("grpc.url").target(),
    Row::new("health").value("SERVICE").bare("").otherwise("when no service is called"),
    Row::new("grpc.service").requires(&["method"]),
    Row::new("grpc.method").requires(&["service"]).help("The method to call"),
    Row::new("grpc.message").short('d').requires(&["service"]).otherwise("{}"),
    Row::new("proto").value("FILE").requires(&["service"]).help("A .proto file with the schema"),
    Row::new("proto_path").value("FOLDER").requires(&["proto"]).help("A folder to look for imports in"),
    Row::new("descriptor_set").value("FILE").requires(&["service"]),
    Row::new("reflection").requires(&["service"]).help("Ask the server for the schema").otherwise("when there is no other schema"),
    Row::new("metadata").short('H').form(Syntax::Headers).help("Metadata to send with the message"),
    Row::new("plaintext").help("Speak HTTP/2 without TLS"),
    Row::new("authority").value("HOST[:PORT]"),
    // WebSockets
    Row::new("ws.url").target(),
    Row::new("ws.message").short('m').value("TEXT"),
    Row::new("subprotocols").value("NAME").help("A subprotocol to offer, the preferred one first"),
    Row::new("max_message_bytes").value("BYTES"),
];

impl Row {
    const fn new(field: &'static str) -> Self {
        Self {
            field,
            source: Source::Shape,
            option: None,
            short: None,
            alias: None,
            value: None,
            help: None,
            otherwise: None,
            bare: None,
            requires: &[],
            variable: None,
        }
    }

    const fn form(mut self, syntax: Syntax) -> Self {
        self.source = Source::Form(syntax);
        self
    }

    const fn target(mut self) -> Self {
        self.source = Source::Target;
        self
    }

    const fn by(mut self, field: &'static str) -> Self {
        self.source = Source::Other(field);
        self
    }

    const fn without(mut self, reason: &'static str) -> Self {
        self.source = Source::Nothing(reason);
        self
    }

    const fn option(mut self, name: &'static str) -> Self {
        self.option = Some(name);
        self
    }

    const fn short(mut self, letter: char) -> Self {
        self.short = Some(letter);
        self
    }

    const fn alias(mut self, name: &'static str) -> Self {
        self.alias = Some(name);
        self
    }

    const fn value(mut self, name: &'static str) -> Self {
        self.value = Some(name);
        self
    }

    const fn help(mut self, text: &'static str) -> Self {
        self.help = Some(text);
        self
    }

    const fn otherwise(mut self, text: &'static str) -> Self {
        self.otherwise = Some(text);
        self
    }

    const fn bare(mut self, value: &'static str) -> Self {
        self.bare = Some(value);
        self
    }

    const fn requires(mut self, options: &'static [&'static str]) -> Self {
        self.requires = options;
        self
    }

    const fn variable(mut self, name: &'static str) -> Self {
        self.variable = Some(name);
        self
    }
}
