//! Groups of regular expressions.

/// Whether the first group that takes something is inside of a negative look-around, and therefore never does: that looks for
/// what is not there.
pub(super) fn first_never_takes_part(pattern: &str) -> bool {
    // Whether each open parenthesis, or one around it, is that of a negative look-around.
    let mut open: Vec<bool> = Vec::new();
    let (mut rest, mut is_in_class) = (pattern.chars(), false);
    while let Some(sign) = rest.next() {
        let behind = rest.as_str();
        match sign {
            '\\' => {
                rest.next();
            }
            ']' => is_in_class = false,
            _ if is_in_class => {}
            '[' => is_in_class = true,
            ')' => {
                open.pop();
            }
            '(' => {
                let is_inside = open.last().copied().unwrap_or(false);
                if takes(behind) {
                    return is_inside;
                }
                open.push(is_inside || behind.starts_with("?!") || behind.starts_with("?<!"));
            }
            _ => {}
        }
    }
    false
}

/// Whether a parenthesis with this behind it takes what is found in it: one without a name, or with one.
fn takes(behind: &str) -> bool {
    match behind.strip_prefix('?') {
        None => true,
        Some(kind) => kind.starts_with('<') && !kind.starts_with("<=") && !kind.starts_with("<!"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_groups_in_negative_look_arounds_never_take_part() {
        for (pattern, expected) in [
            (r"(?:[^\\/](?!(\\|/)))+$", true),
            ("(?<!(a)b)c", true),
            ("(?!a(?:b(?<name>c)))", true),
            ("(?!(?=(a)))", true),
            ("a", false),
            ("a(b)?", false),
            ("(a)(?!(b))", false),
            ("(?!a)(b)", false),
            ("(?=(a))", false),
            ("(?<=(a))b", false),
            ("(?<name>a)", false),
            (r"(?!\()(b)", false),
            ("(?![()])(b)", false),
            (r"(?![\](])(b)", false),
            ("(?!", false),
            ("))(", false),
        ] {
            assert_eq!(first_never_takes_part(pattern), expected, "{pattern}");
        }
    }
}
