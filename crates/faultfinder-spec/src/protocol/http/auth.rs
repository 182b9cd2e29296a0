//! Credentials.

use crate::fields::{FieldSpec, Shape, Table};
use crate::reader::Reader;
use crate::value::{Lifetime, parse_word};
use crate::written::Fields;
use faultfinder_taxonomy::word::{CredentialsIn, JwtAlgorithm, NtlmVersion};

/// Credentials.
pub(crate) const AUTH: Table = Table::new(
    "`auth`",
    &[&[
        FieldSpec::new("basic", Shape::Table(&BASIC), "basic authentication"),
        FieldSpec::new("bearer", Shape::Text, "a bearer token").secret(),
        FieldSpec::new("digest", Shape::Table(&DIGEST), "digest authentication"),
        FieldSpec::new("ntlm", Shape::Table(&NTLM), "NTLM, over HTTP/1.1"),
        FieldSpec::new("sigv4", Shape::Table(&SIGV4), "AWS signature version 4"),
        FieldSpec::new("oauth2_client", Shape::Table(&OAUTH2_CLIENT), "OAuth 2 with client credentials"),
        FieldSpec::new("oauth2_password", Shape::Table(&OAUTH2_PASSWORD), "OAuth 2 with a password"),
        FieldSpec::new(
            "oauth2_refresh_token",
            Shape::Table(&OAUTH2_REFRESH_TOKEN),
            "OAuth 2 with a refresh token",
        ),
        FieldSpec::new(
            "oauth2_jwt_bearer",
            Shape::Table(&OAUTH2_JWT_BEARER),
            "OAuth 2 with a JSON web token that says who asks",
        ),
        FieldSpec::new("jwt", Shape::Table(&JWT), "a JSON web token, signed for each request"),
    ]],
)
.one_of(&[
    "basic",
    "bearer",
    "digest",
    "ntlm",
    "sigv4",
    "oauth2_client",
    "oauth2_password",
    "oauth2_refresh_token",
    "oauth2_jwt_bearer",
    "jwt",
]);

const LOGIN: &[FieldSpec] = &[
    FieldSpec::new("username", Shape::Text, "the user").required(),
    FieldSpec::new("password", Shape::Text, "the password").required().secret(),
];

const BASIC: Table = Table::new("`basic`", &[LOGIN]);
const DIGEST: Table = Table::new("`digest`", &[LOGIN]);
const NTLM: Table = Table::new(
    "`ntlm`",
    &[
        LOGIN,
        &[
            FieldSpec::new("domain", Shape::Text, "the domain (that of DOMAIN\\user)"),
            FieldSpec::new("workstation", Shape::Text, "the name of this machine"),
            FieldSpec::new("version", Shape::word::<NtlmVersion>(), "the version of the response (2)"),
        ],
    ],
);
const SIGV4: Table = Table::new(
    "`sigv4`",
    &[&[
        FieldSpec::new("access_key", Shape::Text, "the id of the key").required(),
        FieldSpec::new("secret_key", Shape::Text, "the key").required().secret(),
        FieldSpec::new("session_token", Shape::Text, "the token of temporary credentials").secret(),
        FieldSpec::new("region", Shape::Text, "the region, such as eu-central-1").required(),
        FieldSpec::new("service", Shape::Text, "the service, such as execute-api").required(),
    ]],
);
const TOKEN: &[FieldSpec] = &[
    FieldSpec::new("token_url", Shape::Text, "the token endpoint").required(),
    FieldSpec::new("scope", Shape::Text, "the scopes, with spaces between them"),
    FieldSpec::new("audience", Shape::Text, "for whom the token is meant"),
    FieldSpec::new("resource", Shape::Text, "the URI of what the token gives access to (RFC 8707)"),
    FieldSpec::new(
        "credentials_in",
        Shape::word::<CredentialsIn>(),
        "where the client's credentials are sent (header)",
    ),
];
const CLIENT_ID: &[FieldSpec] = &[FieldSpec::new("client_id", Shape::Text, "the client").required()];
const CLIENT_SECRET: &[FieldSpec] =
    &[FieldSpec::new("client_secret", Shape::Text, "the client's secret, if it has one").secret()];
const OAUTH2_CLIENT: Table = Table::new(
    "`oauth2_client`",
    &[
        TOKEN,
        CLIENT_ID,
        &[FieldSpec::new("client_secret", Shape::Text, "the client's secret").required().secret()],
    ],
);
const OAUTH2_PASSWORD: Table = Table::new("`oauth2_password`", &[TOKEN, CLIENT_ID, CLIENT_SECRET, LOGIN]);
const OAUTH2_REFRESH_TOKEN: Table = Table::new(
    "`oauth2_refresh_token`",
    &[
        TOKEN,
        CLIENT_ID,
        CLIENT_SECRET,
        &[FieldSpec::new(
            "refresh_token",
            Shape::Text,
            "the refresh token; one that the endpoint returns replaces it until the program ends",
        )
        .required()
        .secret()],
    ],
);
const OAUTH2_JWT_BEARER: Table = Table::new(
    "`oauth2_jwt_bearer`",
    &[
        TOKEN,
        &[
            FieldSpec::new("client_id", Shape::Text, "the client, if the endpoint asks for it"),
            FieldSpec::new("assertion", Shape::Table(&ASSERTION), "the token that says who asks").required(),
        ],
        CLIENT_SECRET,
    ],
);
const JWT: Table = Table::new(
    "`jwt`",
    &[
        SIGNED,
        &[
            FieldSpec::new("header_name", Shape::Text, "the header it is sent in (authorization)"),
            FieldSpec::new(
                "prefix",
                Shape::Text,
                "the word before the token (`Bearer`; nothing in other headers than authorization)",
            ),
        ],
    ],
)
.one_of(&["key", "secret"]);
const ASSERTION: Table =
    Table::new("`assertion` of `oauth2_jwt_bearer`", &[SIGNED]).one_of(&["key", "secret"]);

/// What a token is made of.
const SIGNED: &[FieldSpec] = &[
    FieldSpec::new("algorithm", Shape::word::<JwtAlgorithm>(), "how it is signed").required(),
    FieldSpec::new("key", Shape::Text, "the private key of RS256 and ES256 as PEM, or its file"),
    FieldSpec::new("secret", Shape::Text, "the secret of HS256").secret(),
    FieldSpec::new("claims", Shape::JsonObject, "the claims; `iat` and `exp` are added"),
    FieldSpec::new("expires_in", Shape::of::<Lifetime>(), "for how long it is valid (5m)"),
    FieldSpec::new("add_iat", Shape::of::<bool>(), "whether the time of issue is added to the claims (true)"),
    FieldSpec::new(
        "add_exp",
        Shape::of::<bool>(),
        "whether the time of expiry is added to the claims (true)",
    ),
    FieldSpec::new("key_id", Shape::Text, "the id of the key (`kid`)"),
    FieldSpec::new("header", Shape::JsonObject, "further parameters of the header of the token"),
];

/// HS256 has a secret, the others have a key.
pub(super) fn check_key(reader: &mut Reader<'_>, fields: &Fields) {
    let algorithm = fields.text("algorithm").and_then(|text| text.literal());
    let Some(Ok(algorithm)) = algorithm.map(parse_word::<JwtAlgorithm>) else { return };
    let (wanted, other) = match algorithm {
        JwtAlgorithm::Hs256 => ("secret", "key"),
        JwtAlgorithm::Rs256 | JwtAlgorithm::Es256 => ("key", "secret"),
    };
    if let (Some(place), false) = (fields.key_place(other), fields.has(wanted)) {
        let message = format!("{algorithm} signs with a `{wanted}`, not with a `{other}`");
        let diagnostic = reader.error(place, message).with_label(format!("give `{wanted}`"));
        reader.within(other, |reader| reader.report(diagnostic));
    }
}
