//! Credentials from options.

use super::options::{Fields, Pair, Secrets, credentials, json_text, literal};
use clap::Args;
use serde_json::{Value, json};

/// Who asks, and how that is proven.
#[derive(Debug, Args)]
#[command(next_help_heading = "Credentials")]
pub(super) struct Credentials {
    /// Basic authentication; with --aws-sigv4 the id of the key and the key
    #[arg(long, short = 'u', visible_alias = "user", value_name = "USER:PASSWORD", value_parser = credentials, group = "credentials")]
    basic: Option<Pair>,

    /// A bearer token
    #[arg(long, value_name = "TOKEN", group = "credentials")]
    bearer: Option<String>,

    /// Digest authentication
    #[arg(long, value_name = "USER:PASSWORD", value_parser = credentials, group = "credentials")]
    digest: Option<Pair>,

    /// NTLM; the domain may stand before the user: DOMAIN\USER:PASSWORD
    #[arg(long, value_name = "USER:PASSWORD", value_parser = credentials, group = "credentials")]
    ntlm: Option<Pair>,

    /// The version of NTLM: 1, which is broken, or 2 [default: 2]
    #[arg(long, value_name = "VERSION", requires = "ntlm")]
    ntlm_version: Option<String>,

    /// Sign as AWS wants it, with the keys of --user
    #[arg(long, value_name = "aws:amz:REGION:SERVICE", value_parser = region_and_service, requires = "basic")]
    aws_sigv4: Option<Pair>,

    /// The token of temporary AWS credentials
    #[arg(long, value_name = "TOKEN", requires = "aws_sigv4")]
    aws_session_token: Option<String>,

    /// Fetch an OAuth 2 token here first
    #[arg(long, value_name = "URL", group = "credentials", requires = "oauth2_client")]
    oauth2_token_url: Option<String>,

    /// The OAuth 2 client, with its secret if it has one
    #[arg(long, value_name = "ID:SECRET", value_parser = client, requires = "oauth2_token_url")]
    oauth2_client: Option<Pair>,

    /// The user whose password earns the token; without it the client's own credentials do
    #[arg(long, value_name = "USER:PASSWORD", value_parser = credentials, requires = "oauth2_token_url")]
    oauth2_user: Option<Pair>,

    /// The scopes of the token, with spaces between them
    #[arg(long, value_name = "SCOPES", requires = "oauth2_token_url")]
    oauth2_scope: Option<String>,

    /// For whom the token is meant
    #[arg(long, value_name = "AUDIENCE", requires = "oauth2_token_url")]
    oauth2_audience: Option<String>,

    /// Where the client's credentials are sent: header or body [default: header]
    #[arg(long, value_name = "PLACE", requires = "oauth2_token_url")]
    oauth2_credentials_in: Option<String>,

    /// Sign a JSON web token with this secret
    #[arg(long, value_name = "SECRET", group = "credentials")]
    jwt_secret: Option<String>,

    /// Sign a JSON web token with the private key of this PEM file
    #[arg(long, value_name = "FILE", group = "credentials")]
    jwt_key: Option<String>,

    /// How it is signed: HS256, RS256 or ES256 [default: HS256 with a secret, RS256 with a key]
    #[arg(long, value_name = "ALGORITHM")]
    jwt_algorithm: Option<String>,

    /// The claims of the token; iat and exp are added
    #[arg(long, value_name = "JSON", value_parser = json_text)]
    jwt_claims: Option<Value>,

    /// For how long the token is valid [default: 5m]
    #[arg(long, value_name = "DURATION")]
    jwt_expires_in: Option<String>,

    /// The header that the token is sent in [default: authorization, as bearer token]
    #[arg(long, value_name = "NAME")]
    jwt_header: Option<String>,

    /// The id of the token's key
    #[arg(long, value_name = "ID")]
    jwt_key_id: Option<String>,
}

/// `aws:amz:REGION:SERVICE`, as curl has it.
fn region_and_service(text: &str) -> Result<Pair, String> {
    let rest = text.strip_prefix("aws:amz:").and_then(|rest| rest.split_once(':'));
    match rest {
        Some((region, service)) if !region.is_empty() && !service.is_empty() => {
            Ok(Pair { name: region.to_owned(), value: service.to_owned() })
        }
        _ => Err("must be aws:amz:REGION:SERVICE".to_owned()),
    }
}

/// `ID:SECRET`, or `ID` alone.
fn client(text: &str) -> Result<Pair, String> {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    Ok(Pair { name: name.to_owned(), value: value.to_owned() })
}

/// A user and a password, as the methods that use them have it.
fn login(pair: &Pair, secrets: &mut Secrets) -> Value {
    json!({"username": literal(&pair.name), "password": secrets.keep("PASSWORD", &pair.value)})
}

/// The field `auth` with basic authentication.
pub(super) fn basic(pair: &Pair, secrets: &mut Secrets) -> Value {
    json!({ "basic": login(pair, secrets) })
}

/// The field `auth` with a bearer token.
pub(super) fn bearer(token: &str, secrets: &mut Secrets) -> Value {
    json!({ "bearer": secrets.keep("TOKEN", token) })
}

impl Credentials {
    /// The field `auth` of the definition.
    pub(super) fn field(&self, secrets: &mut Secrets) -> Option<Value> {
        if let Some(place) = &self.aws_sigv4 {
            return Some(json!({ "sigv4": self.sigv4(place, secrets) }));
        }
        if let Some(pair) = &self.basic {
            return Some(basic(pair, secrets));
        }
        if let Some(token) = &self.bearer {
            return Some(bearer(token, secrets));
        }
        if let Some(pair) = &self.digest {
            return Some(json!({ "digest": login(pair, secrets) }));
        }
        if let Some(pair) = &self.ntlm {
            let mut ntlm = login(pair, secrets);
            if let (Some(ntlm), Some(version)) = (ntlm.as_object_mut(), &self.ntlm_version) {
                ntlm.insert("version".to_owned(), version.as_str().into());
            }
            return Some(json!({ "ntlm": ntlm }));
        }
        if let Some(url) = &self.oauth2_token_url {
            let method = if self.oauth2_user.is_some() { "oauth2_password" } else { "oauth2_client" };
            return Some(json!({ method: self.oauth2(url, secrets) }));
        }
        self.jwt(secrets).map(|jwt| json!({ "jwt": jwt }))
    }

    fn sigv4(&self, place: &Pair, secrets: &mut Secrets) -> Value {
        let mut fields = Fields::default();
        if let Some(Pair { name, value }) = &self.basic {
            fields.set("access_key", Some(name));
            fields.set("secret_key", Some(secrets.keep("SECRET_KEY", value)));
        }
        let token = self.aws_session_token.as_ref().map(|token| secrets.keep("SESSION_TOKEN", token));
        fields.set("session_token", token);
        fields.set("region", Some(&place.name));
        fields.set("service", Some(&place.value));
        fields.into_value()
    }

    fn oauth2(&self, url: &str, secrets: &mut Secrets) -> Value {
        let mut fields = Fields::default();
        fields.set("token_url", Some(url));
        if let Some(Pair { name, value }) = &self.oauth2_client {
            fields.set("client_id", Some(name));
            let secret = (!value.is_empty()).then(|| secrets.keep("CLIENT_SECRET", value));
            fields.set("client_secret", secret);
        }
        if let Some(Pair { name, value }) = &self.oauth2_user {
            fields.set("username", Some(name));
            fields.set("password", Some(secrets.keep("PASSWORD", value)));
        }
        fields.set("scope", self.oauth2_scope.as_deref());
        fields.set("audience", self.oauth2_audience.as_deref());
        fields.set("credentials_in", self.oauth2_credentials_in.as_deref());
        fields.into_value()
    }

    fn jwt(&self, secrets: &mut Secrets) -> Option<Value> {
        let mut fields = Fields::default();
        let algorithm = match (&self.jwt_secret, &self.jwt_key) {
            (Some(secret), _) => {
                fields.set("secret", Some(secrets.keep("JWT_SECRET", secret)));
                "HS256"
            }
            (None, Some(key)) => {
                fields.set("key", Some(key));
                "RS256"
            }
            (None, None) => return None,
        };
        fields.set("algorithm", Some(self.jwt_algorithm.as_deref().unwrap_or(algorithm)));
        fields.set("claims", self.jwt_claims.as_ref());
        fields.set("expires_in", self.jwt_expires_in.as_deref());
        fields.set("header_name", self.jwt_header.as_deref());
        fields.set("key_id", self.jwt_key_id.as_deref());
        Some(fields.into_value())
    }
}
