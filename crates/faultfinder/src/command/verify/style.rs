//! One dash or two: OpenSSL's options have one, this program's two.

use std::ffi::OsString;

/// Gives the options of `verify` their second dash, including unknown ones, so that error messages are better.
pub(crate) fn openssl_style(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let Some(after) = after_verify(&arguments) else {
        return arguments;
    };
    for word in arguments.iter_mut().skip(after).take_while(|word| *word != "--") {
        let text = word.to_string_lossy();
        let name = text.strip_prefix('-').unwrap_or_default();
        // One letter is a short option, such as `-h`; a number is a value, such as that of -attime.
        let long =
            name.chars().nth(1).is_some() && name.starts_with(|first: char| first.is_ascii_alphabetic());
        if long {
            *word = OsString::from(format!("-{text}"));
        }
    }
    arguments
}

/// Where the options of `verify` begin, if that is the command.
fn after_verify(arguments: &[OsString]) -> Option<usize> {
    let mut words = arguments.iter().enumerate().skip(1);
    while let Some((place, word)) = words.next() {
        match word.to_string_lossy().as_ref() {
            "verify" => return Some(place.saturating_add(1)),
            // The only option with a value that may precede the command.
            "--color" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(openssl_style(words(line).into_iter()), words(expected));
    }

    #[test]
    fn options_of_verify_get_their_second_dash() {
        check(
            "faultfinder verify -CAfile root.pem --untrusted a.pem -attime=0 -x509_strict -attime -5 - -h leaf.pem",
            "faultfinder verify --CAfile root.pem --untrusted a.pem --attime=0 --x509_strict --attime -5 - -h leaf.pem",
        );
        check("faultfinder --color always verify -CAfil a", "faultfinder --color always verify --CAfil a");
        check("faultfinder verify -json -- -odd-name.pem", "faultfinder verify --json -- -odd-name.pem");
    }

    #[test]
    fn other_commands_are_left_alone() {
        check("faultfinder run -purpose verify", "faultfinder run -purpose verify");
        check("faultfinder --color verify run -abc", "faultfinder --color verify run -abc");
    }
}
