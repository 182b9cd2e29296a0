//! Credentials as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::json::JsonTemplate;
use crate::reader::Reader;
use crate::value::Lifetime;
use crate::yaml::Node;
use crate::{Field, Place, Text};
use faultfinder_taxonomy::word::{CredentialsIn, JwtAlgorithm, NtlmVersion, Word as _};

/// Credentials.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Auth {
    /// Basic authentication (RFC 7617).
    Basic {
        /// The user.
        username: Text,
        /// The password.
        password: Text,
    },
    /// A bearer token (RFC 6750).
    Bearer(Text),
    /// Digest authentication (RFC 7616).
    Digest {
        /// The user.
        username: Text,
        /// The password.
        password: Text,
    },
    /// NTLM (MS-NLMP).
    Ntlm(Box<Ntlm>),
    /// AWS Signature Version 4.
    SigV4(Box<SigV4>),
    /// OAuth 2.0 with client credentials or a password (RFC 6749).
    OAuth2(Box<OAuth2>),
    /// A JSON web token (RFC 7519).
    Jwt(Box<Jwt>),
}

/// Credentials for NTLM.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ntlm {
    /// The user.
    pub username: Text,
    /// The password.
    pub password: Text,
    /// The domain; that of `DOMAIN\user` when not given.
    pub domain: Option<Text>,
    /// The name of this machine.
    pub workstation: Option<Text>,
    /// The version of the response; 2 when not given.
    pub version: Option<Field<NtlmVersion>>,
}

/// Keys for AWS Signature Version 4.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SigV4 {
    /// The id of the key.
    pub access_key: Text,
    /// The key.
    pub secret_key: Text,
    /// The token of temporary credentials.
    pub session_token: Option<Text>,
    /// The region.
    pub region: Text,
    /// The service.
    pub service: Text,
}

/// Where a token comes from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OAuth2 {
    /// The token endpoint.
    pub token_url: Text,
    /// The client.
    pub client_id: Text,
    /// The client's secret.
    pub client_secret: Option<Text>,
    /// The user and the password of the password grant; none for client credentials.
    pub login: Option<(Text, Text)>,
    /// The scopes.
    pub scope: Option<Text>,
    /// For whom the token is meant.
    pub audience: Option<Text>,
    /// Where the client's credentials are sent; in a header when not given.
    pub credentials_in: Option<Field<CredentialsIn>>,
}

/// What a JSON web token is made of.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Jwt {
    /// Where it begins.
    pub place: Place,
    /// How it is signed.
    pub algorithm: Field<JwtAlgorithm>,
    /// The private key, or the file that holds it.
    pub key: Option<Text>,
    /// The secret of HS256.
    pub secret: Option<Text>,
    /// The claims, an object; strings in it may hold templates.
    pub claims: Option<JsonTemplate>,
    /// For how long it is valid; 5 minutes when not given.
    pub expires_in: Option<Field<Lifetime>>,
    /// The header that it is sent in; `authorization`, as bearer token, when not given.
    pub header_name: Option<Text>,
    /// The id of the key.
    pub key_id: Option<Text>,
}

/// Credentials.
pub(crate) const AUTH: Table = Table::new(
    "`auth`",
    &[&[
        FieldSpec::new("basic", Shape::Table(&BASIC), "basic authentication"),
        FieldSpec::new("bearer", Shape::Text, "a bearer token"),
        FieldSpec::new("digest", Shape::Table(&DIGEST), "digest authentication"),
        FieldSpec::new("ntlm", Shape::Table(&NTLM), "NTLM, over HTTP/1.1"),
        FieldSpec::new("sigv4", Shape::Table(&SIGV4), "AWS signature version 4"),
        FieldSpec::new("oauth2_client", Shape::Table(&OAUTH2_CLIENT), "OAuth 2 with client credentials"),
        FieldSpec::new("oauth2_password", Shape::Table(&OAUTH2_PASSWORD), "OAuth 2 with a password"),
        FieldSpec::new("jwt", Shape::Table(&JWT), "a JSON web token, signed for each request"),
    ]],
)
.one_of(&["basic", "bearer", "digest", "ntlm", "sigv4", "oauth2_client", "oauth2_password", "jwt"]);

const LOGIN: &[FieldSpec] = &[
    FieldSpec::new("username", Shape::Text, "the user").required(),
    FieldSpec::new("password", Shape::Text, "the password").required(),
];

pub(crate) const BASIC: Table = Table::new("`basic`", &[LOGIN]);
const DIGEST: Table = Table::new("`digest`", &[LOGIN]);
const NTLM: Table = Table::new(
    "`ntlm`",
    &[
        LOGIN,
        &[
            FieldSpec::new("domain", Shape::Text, "the domain (that of DOMAIN\\user)"),
            FieldSpec::new("workstation", Shape::Text, "the name of this machine"),
            FieldSpec::new("version", Shape::Words(NtlmVersion::WORDS), "the version of the response (2)"),
        ],
    ],
);
const SIGV4: Table = Table::new(
    "`sigv4`",
    &[&[
        FieldSpec::new("access_key", Shape::Text, "the id of the key").required(),
        FieldSpec::new("secret_key", Shape::Text, "the key").required(),
        FieldSpec::new("session_token", Shape::Text, "the token of temporary credentials"),
        FieldSpec::new("region", Shape::Text, "the region, such as eu-central-1").required(),
        FieldSpec::new("service", Shape::Text, "the service, such as execute-api").required(),
    ]],
);
const CLIENT: &[FieldSpec] = &[
    FieldSpec::new("token_url", Shape::Text, "the token endpoint").required(),
    FieldSpec::new("scope", Shape::Text, "the scopes, with spaces between them"),
    FieldSpec::new("audience", Shape::Text, "for whom the token is meant"),
    FieldSpec::new(
        "credentials_in",
        Shape::Words(CredentialsIn::WORDS),
        "where the client's credentials are sent (header)",
    ),
    FieldSpec::new("client_id", Shape::Text, "the client").required(),
];
const OAUTH2_CLIENT: Table = Table::new(
    "`oauth2_client`",
    &[CLIENT, &[FieldSpec::new("client_secret", Shape::Text, "the client's secret").required()]],
);
const OAUTH2_PASSWORD: Table = Table::new(
    "`oauth2_password`",
    &[CLIENT, &[FieldSpec::new("client_secret", Shape::Text, "the client's secret, if it has one")], LOGIN],
);
const JWT: Table = Table::new(
    "`jwt`",
    &[&[
        FieldSpec::new("algorithm", Shape::Words(JwtAlgorithm::WORDS), "how it is signed").required(),
        FieldSpec::new("key", Shape::Text, "the private key of RS256 and ES256 as PEM, or its file"),
        FieldSpec::new("secret", Shape::Text, "the secret of HS256"),
        FieldSpec::new("claims", Shape::Json, "the claims; `iat` and `exp` are added"),
        FieldSpec::new("expires_in", Shape::Duration, "for how long it is valid (5m)"),
        FieldSpec::new(
            "header_name",
            Shape::Text,
            "the header it is sent in (authorization, as bearer token)",
        ),
        FieldSpec::new("key_id", Shape::Text, "the id of the key (`kid`)"),
    ]],
)
.one_of(&["key", "secret"]);

impl Auth {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &AUTH)?;
        // All are read, so that every mistake in them is told, though only one is allowed.
        let bearer = fields.text(reader, "bearer").map(Self::Bearer);
        let basic = fields.read(reader, "basic", |reader, node| {
            let (username, password) = open_login(reader, node, &BASIC)?;
            Some(Self::Basic { username, password })
        });
        let digest = fields.read(reader, "digest", |reader, node| {
            let (username, password) = open_login(reader, node, &DIGEST)?;
            Some(Self::Digest { username, password })
        });
        let ntlm = fields.read(reader, "ntlm", Ntlm::read);
        let sigv4 = fields.read(reader, "sigv4", SigV4::read);
        let client = fields.read(reader, "oauth2_client", |reader, node| {
            let fields = Fields::open(reader, node, &OAUTH2_CLIENT)?;
            OAuth2::read(reader, &fields, false)
        });
        let password = fields.read(reader, "oauth2_password", |reader, node| {
            let fields = Fields::open(reader, node, &OAUTH2_PASSWORD)?;
            OAuth2::read(reader, &fields, true)
        });
        let jwt = fields.read(reader, "jwt", Jwt::read);
        basic
            .or(bearer)
            .or(digest)
            .or_else(|| ntlm.map(|ntlm| Self::Ntlm(Box::new(ntlm))))
            .or_else(|| sigv4.map(|sigv4| Self::SigV4(Box::new(sigv4))))
            .or_else(|| client.or(password).map(|oauth2| Self::OAuth2(Box::new(oauth2))))
            .or_else(|| jwt.map(|jwt| Self::Jwt(Box::new(jwt))))
    }
}

fn open_login(reader: &mut Reader<'_>, node: &Node, table: &'static Table) -> Option<(Text, Text)> {
    let fields = Fields::open(reader, node, table)?;
    login(reader, &fields)
}

fn login(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<(Text, Text)> {
    let (username, password) = (fields.text(reader, "username"), fields.text(reader, "password"));
    Some((username?, password?))
}

impl Ntlm {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &NTLM)?;
        let domain = fields.text(reader, "domain");
        let workstation = fields.text(reader, "workstation");
        let version = fields.field(reader, "version");
        let (username, password) = login(reader, &fields)?;
        Some(Self { username, password, domain, workstation, version })
    }
}

impl SigV4 {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &SIGV4)?;
        let [access_key, secret_key, session_token, region, service] =
            ["access_key", "secret_key", "session_token", "region", "service"]
                .map(|name| fields.text(reader, name));
        Some(Self {
            access_key: access_key?,
            secret_key: secret_key?,
            session_token,
            region: region?,
            service: service?,
        })
    }
}

impl OAuth2 {
    fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, by_password: bool) -> Option<Self> {
        let login = if by_password { Some(login(reader, fields)) } else { None };
        let client_secret = fields.text(reader, "client_secret");
        let scope = fields.text(reader, "scope");
        let audience = fields.text(reader, "audience");
        let credentials_in = fields.field(reader, "credentials_in");
        let (token_url, client_id) = (fields.text(reader, "token_url"), fields.text(reader, "client_id"));
        let login = match login {
            Some(login) => Some(login?),
            None => None,
        };
        if !by_password && client_secret.is_none() {
            return None;
        }
        Some(Self {
            token_url: token_url?,
            client_id: client_id?,
            client_secret,
            login,
            scope,
            audience,
            credentials_in,
        })
    }
}

impl Jwt {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &JWT)?;
        let algorithm: Option<Field<JwtAlgorithm>> = fields.field(reader, "algorithm");
        let (key, secret) = (fields.text(reader, "key"), fields.text(reader, "secret"));
        let claims = fields.read(reader, "claims", |reader, node| {
            let claims = JsonTemplate::read(reader, node)?;
            if !matches!(claims, JsonTemplate::Object(_)) {
                reader.unexpected(node, "a mapping of claims");
                return None;
            }
            Some(claims)
        });
        let expires_in = fields.field(reader, "expires_in");
        let header_name = fields.text(reader, "header_name");
        let key_id = fields.text(reader, "key_id");
        Self::check_key(reader, &fields, algorithm.as_ref());
        let place = fields.place;
        Some(Self { place, algorithm: algorithm?, key, secret, claims, expires_in, header_name, key_id })
    }

    /// HS256 has a secret, the others have a key.
    fn check_key(reader: &mut Reader<'_>, fields: &Fields<'_>, algorithm: Option<&Field<JwtAlgorithm>>) {
        let Some(algorithm) = algorithm.and_then(Field::literal) else { return };
        let (wanted, other) = match algorithm {
            JwtAlgorithm::Hs256 => ("secret", "key"),
            _ => ("key", "secret"),
        };
        if let (Some(place), false) = (fields.key_place(other), fields.has(wanted)) {
            let message = format!("{algorithm} signs with a `{wanted}`, not with a `{other}`");
            let diagnostic = reader.error(place, message).with_label(format!("give `{wanted}`"));
            reader.within(other, |reader| reader.report(diagnostic));
        }
    }
}
