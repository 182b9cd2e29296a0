//! Challenges of an answer (RFC 9110 section 11.6.1).

/// Most challenges of an answer that are read.
const CHALLENGES_MAX: usize = 32;
/// Most parameters of a challenge that are read.
const PARAMETERS_MAX: usize = 32;

/// One way to authenticate that an answer offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// The scheme as it was written.
    pub(crate) scheme: String,
    /// The data after the scheme, where it has no names (`token68`).
    pub(crate) token: Option<String>,
    /// Names in lower case, and values without their quotes.
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Whether it is of this scheme.
    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The parameter of that name (in lower case).
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// The challenges in the `www-authenticate` headers of a response, in order. Anything that is not a challenge is skipped.
pub(crate) fn read(headers: &[(String, Vec<u8>)]) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    for (_, value) in headers.iter().filter(|(name, _)| name == "www-authenticate") {
        parse(&String::from_utf8_lossy(value), &mut challenges);
    }
    challenges
}

/// What a challenge is read from: never goes back further than one word.
struct Text<'t> {
    rest: &'t str,
}

impl<'t> Text<'t> {
    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(skipped);
    }

    /// The characters that fit, which may be none.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|character| !fits(character)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// The value of a parameter: a token, or text in quotes.
    fn value(&mut self) -> String {
        let Some(quoted) = self.rest.strip_prefix('"') else { return self.take(is_token).to_owned() };
        let mut value = String::new();
        let mut characters = quoted.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = quoted.get(at + 1..).unwrap_or_default();
                    return value;
                }
                '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
                other => value.push(other),
            }
        }
        self.rest = "";
        value
    }

    /// Data without names, if that is what follows a scheme.
    fn token68(&mut self) -> Option<&'t str> {
        let before = self.rest;
        let body = self.take(|character| character.is_ascii_alphanumeric() || "-._~+/".contains(character));
        let padding = self.take(|character| character == '=');
        let whole = before.get(..body.len() + padding.len())?;
        let ends = self.rest.trim_start().is_empty() || self.rest.trim_start().starts_with(',');
        if ends && !body.is_empty() {
            return Some(whole);
        }
        self.rest = before;
        None
    }
}

fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
}

fn parse(value: &str, challenges: &mut Vec<Challenge>) {
    let mut text = Text { rest: value };
    while challenges.len() <= CHALLENGES_MAX {
        text.skip(|character| character.is_whitespace() || character == ',');
        if text.rest.is_empty() {
            return;
        }
        let word = text.take(is_token);
        if word.is_empty() {
            // A character that has no place here.
            text.rest =
                text.rest.get(text.rest.chars().next().map_or(1, char::len_utf8)..).unwrap_or_default();
            continue;
        }
        let spaced = text.rest.starts_with([' ', '\t']);
        text.skip(char::is_whitespace);
        if let Some(after) = text.rest.strip_prefix('=') {
            text.rest = after.trim_start();
            let value = text.value();
            if let Some(challenge) =
                challenges.last_mut().filter(|found| found.parameters.len() < PARAMETERS_MAX)
            {
                challenge.parameters.push((word.to_ascii_lowercase(), value));
            }
        } else {
            let token = if spaced { text.token68() } else { None };
            let (scheme, token) = (word.to_owned(), token.map(str::to_owned));
            challenges.push(Challenge { scheme, token, parameters: Vec::new() });
        }
    }
    challenges.truncate(CHALLENGES_MAX);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(value: &str) -> Vec<Challenge> {
        read(&[("www-authenticate".to_owned(), value.as_bytes().to_vec())])
    }

    #[test]
    fn several_challenges_in_one_header_are_told_apart() {
        let found = read_one(
            "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\",NTLM , Negotiate YII=, Digest qop = \"auth, auth-int\"",
        );
        let schemes: Vec<&str> = found.iter().map(|challenge| challenge.scheme.as_str()).collect();
        assert_eq!(schemes, ["Newauth", "Basic", "NTLM", "Negotiate", "Digest"]);
        assert_eq!(found[0].parameter("title"), Some("Login to \"apps\""));
        assert_eq!((found[0].parameter("type"), found[1].parameter("realm")), (Some("1"), Some("simple")));
        assert_eq!((found[2].token.as_deref(), found[3].token.as_deref()), (None, Some("YII=")));
        assert_eq!(found[4].parameter("qop"), Some("auth, auth-int"));
    }

    #[test]
    fn nonsense_is_skipped_and_bounded() {
        for value in
            ["", ",,,", "=", "\"", "\u{e9}\u{e9}=", "a=\"", "a b c", "Digest realm=\"\u{e9}\", nonce"]
        {
            let _ = read_one(value);
        }
        assert_eq!(read_one(&"a, ".repeat(100)).len(), CHALLENGES_MAX);
        assert_eq!(read_one("Digest realm=\"\u{e9}\", nonce=x")[0].parameter("nonce"), Some("x"));
        let found = read_one("@ Basic");
        assert_eq!(found.len(), 1);
    }
}
