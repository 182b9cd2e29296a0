//! What to do about a mistake in a definition: what its field takes. The message says what is wrong with the value.

/// What the field takes, by the name of the detail and the path of the field; nothing where the message says all there is to say.
pub(crate) fn hint(name: &str, field: &str) -> Option<&'static str> {
    Some(match name {
        "ERR_INVALID_URL" => address(field),
        "ERR_UNSUPPORTED_PROTOCOL" => schemes(field),
        "EBADNAME" => "a name has labels of 1 to 63 characters with dots between them, 253 characters in all",
        "ERR_INVALID_CHAR" => {
            "the value may have no line break and no control character: look for a line break at the end of a variable"
        }
        "ERR_INVALID_HTTP_TOKEN" => token(field),
        "SyntaxError" if last(field) == "url" => {
            "give a URL that begins with ws:// or wss://, without a fragment"
        }
        "invalid_assertion" => "docs/assertions.md lists the subjects with their operators and values",
        "unobservable" => "remove the assertion, or write one about what this test has: the message lists it",
        "ERR_SOCKET_BAD_PORT" => "give a port from 1 to 65535",
        "unknown_service" => "give the name of a service of the schema with its package: `shop.v1.Orders`",
        "unknown_method" => "give the name of a method of that service: `GetOrder`",
        "invalid_message" => "give the message as JSON with the fields of its type: `{ \"id\": 7 }`",
        "invalid_proto" => "fix the .proto file, and give the folders of its imports in `proto_path`",
        "invalid_descriptor_set" => {
            "write the file with its imports: protoc --include_imports --descriptor_set_out=FILE"
        }
        "reserved_metadata" => "leave this name out: gRPC sets it itself; a deadline is `timeout`",
        "invalid_base64" => "give the value of a name that ends in `-bin` as base64 (RFC 4648)",
        "no_schema" => "give one of `proto`, `descriptor_set` and `reflection: true`",
        "unknown_group" => "name a group of that pattern: `${1}`, or `${name}` for `(?P<name>..)`",
        "invalid_pattern" => {
            "give a regular expression, and put a backslash before characters that mean themselves: `\\(`"
        }
        "ERR_OSSL_X509_KEY_VALUES_MISMATCH" => {
            "give the key that belongs to the first certificate of `client_cert`"
        }
        "ERR_OSSL_UNSUPPORTED" => "give an RSA or ECDSA key that is not encrypted",
        "ERR_OSSL_PEM_NO_START_LINE" | "ERR_OSSL_PEM_BAD_BASE64_DECODE" | "ERR_OSSL_ASN1_WRONG_TAG" => {
            "give a file with the blocks that the field takes, as `openssl` writes them: -----BEGIN ..."
        }
        "missing_certificate" => "give `client_cert` with the key's certificate",
        "missing_key" => "give `client_key` with the certificate's key",
        "EADDRNOTAVAIL" => "give an address of this host (`ip address` lists them), of the target's family",
        "EBADANCHOR" => "give a file with DS or DNSKEY records, or such a record itself",
        "ERR_INVALID_ALPN" => "give names of 1 to 255 bytes, such as `h2` and `http/1.1`",
        "ERR_TLS_PROTOCOL_VERSION_CONFLICT" => "give a `max_version` of 1.2 or 1.3, or leave it out",
        "ERR_SSL_NO_PROTOCOLS_AVAILABLE" => "leave `max_version` out, or give a newer one",
        "ERR_RESERVED_HEADER" => "leave this header out: the opening handshake sets it itself",
        "unreadable_file" => {
            "check the path, which is relative to the folder of the definition, and who may read the file"
        }
        "undefined_variable" => "define it under `variables`, or give it with `--var NAME=VALUE`",
        "missing_variable" => "check the step that extracts it: its result says why there is no value",
        "invalid_secret" => "give the secret as base32, as it is shown next to the QR code",
        "script_failed" => "fix the script; the message has its line and column",
        "no_system_roots" => "install the package ca-certificates, or give the roots of the target in `ca`",
        "not_a_socket" => {
            "give the path of the socket that the service makes for connections (`ss -xl` lists them)"
        }
        "group_address" => "give the address of one host",
        "invalid_ttl" => "give a number of hops from 1 to 255",
        _ => return None,
    })
}

/// The last name in the path of a field.
fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}

/// What a field takes that holds a URL, or a host.
fn address(field: &str) -> &'static str {
    match last(field) {
        "url" | "token_url" if is_of_proxy(field) => {
            "give the URL of the proxy: http://proxy.example:3128, https://, socks5:// or socks5h://"
        }
        "server" if field == "dns.server" => {
            "give a name or an address; a port follows a `#`: 192.0.2.1#5353; DNS over HTTPS has a URL: https://dns.example/dns-query"
        }
        "url" | "token_url" => {
            "give a whole URL: https://example.com:8443/path; an IPv6 address is in brackets: https://[::1]:8443/"
        }
        _ => {
            "give a host name or an IP address, without scheme and port: example.com, 192.0.2.1, 2001:db8::1"
        }
    }
}

/// The characters that a name takes.
fn token(field: &str) -> &'static str {
    match last(field) {
        "method" => "a method may have letters, digits and !#$%&'*+-.^_`|~, and no space: `PROPFIND`",
        _ if field.starts_with("grpc.") => {
            "the name may have letters, digits, `_`, `-` and `.`: `x-request-id`"
        }
        _ => "the name may have letters, digits and !#$%&'*+-.^_`|~, and no space: `x-request-id`",
    }
}

/// The schemes that a field takes.
fn schemes(field: &str) -> &'static str {
    match last(field) {
        _ if is_of_proxy(field) => {
            "begin the URL of the proxy with http://, https://, socks5:// or socks5h://"
        }
        "server" => "give an https URL for DNS over HTTPS, and a name or an address for the other transports",
        _ if field.starts_with("ws.") => "give a URL that begins with ws:// or wss://",
        _ if field.starts_with("grpc.") => {
            "give a URL that begins with grpc:// or grpcs://, or `host` and `port` instead"
        }
        _ => "give a URL that begins with http:// or https://; other protocols have tests of their own",
    }
}

fn is_of_proxy(field: &str) -> bool {
    field.rsplit_once('.').is_some_and(|(around, _)| last(around) == "proxy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_says_what_the_field_takes() {
        for (name, field, part) in [
            ("ERR_INVALID_URL", "http.url", "a whole URL"),
            ("ERR_INVALID_URL", "http.auth.oauth2_client.token_url", "a whole URL"),
            ("ERR_INVALID_URL", "ws.proxy.url", "http://proxy.example:3128"),
            ("ERR_INVALID_URL", "tls.server_name", "a host name or an IP address"),
            ("ERR_UNSUPPORTED_PROTOCOL", "http.url", "http:// or https://"),
            ("ERR_UNSUPPORTED_PROTOCOL", "ws.url", "ws:// or wss://"),
            ("ERR_UNSUPPORTED_PROTOCOL", "ws.proxy.url", "socks5"),
            ("ERR_UNSUPPORTED_PROTOCOL", "dns.server", "DNS over HTTPS"),
            ("ERR_SOCKET_BAD_PORT", "tcp.port", "65535"),
        ] {
            let found = hint(name, field).unwrap();
            assert!(found.contains(part), "{name} {field}: {found}");
        }
        assert_eq!(hint("too_long", "http.body"), None);
    }
}
