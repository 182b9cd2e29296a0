//! Templates as written.

use super::hole::closed;
use super::{Part, RunId, Template};
use crate::text::quoted;
use crate::{DIAGNOSTICS_MAX, generator};
use faultfinder_taxonomy::word::nearest;

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TemplateError {
    /// Which `{{` of the text it is about, from 0.
    pub(crate) index: usize,
    pub(crate) message: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
}

/// Takes a text apart. What is wrong is left in it as text.
pub(crate) fn parse(text: &str) -> (Template, Vec<TemplateError>) {
    let mut builder = Builder::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        builder.literal(before);
        rest = builder.hole(after);
    }
    builder.literal(rest);
    // Nearly always one part; thousands of texts are kept.
    builder.parts.shrink_to_fit();
    (Template { parts: builder.parts }, builder.errors)
}

#[derive(Default)]
struct Builder {
    parts: Vec<Part>,
    errors: Vec<TemplateError>,
    /// How many `{{` came before.
    opened: usize,
}

impl Builder {
    fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Literal(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Literal(text.to_owned()));
        }
    }

    /// Reads what comes after `{{`; returns what comes after `}}`.
    fn hole<'t>(&mut self, after: &'t str) -> &'t str {
        let index = self.opened;
        self.opened += 1;
        if let Some((literal, rest)) = escaped(after) {
            self.opened += literal.matches("{{").count();
            self.literal(literal);
            return rest;
        }
        let Some((inside, rest)) = closed(after) else {
            self.literal("{{");
            self.error(TemplateError {
                index,
                message: "`{{` is never closed by `}}`".to_owned(),
                label: None,
                help: Some(ESCAPE_HELP.to_owned()),
            });
            return after;
        };
        match part(inside.trim(), index) {
            Ok(part) => self.parts.push(part),
            Err(error) => {
                self.literal("{{");
                self.literal(inside);
                self.literal("}}");
                self.error(error);
            }
        }
        rest
    }

    fn error(&mut self, error: TemplateError) {
        // One more than are reported, so that the reader says that there are more.
        if self.errors.len() <= DIAGNOSTICS_MAX {
            self.errors.push(error);
        }
    }
}

const ESCAPE_HELP: &str = "for two literal braces write {{ \"{{\" }}";

/// `"text" }}`: text in quotes that stands for itself.
fn escaped(after: &str) -> Option<(&str, &str)> {
    let trimmed = after.trim_start();
    let quote = trimmed.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (literal, rest) = trimmed.strip_prefix(quote)?.split_once(quote)?;
    Some((literal, rest.trim_start().strip_prefix("}}")?))
}

fn part(inside: &str, index: usize) -> Result<Part, TemplateError> {
    let error = |message: String| TemplateError { index, message, label: None, help: None };
    let (name, arguments) = match inside.split_once('(') {
        None => (inside, None),
        Some((name, arguments)) => match arguments.strip_suffix(')') {
            Some(arguments) => (name.trim_end(), Some(arguments)),
            None => return Err(error(format!("expected `)` at the end of {}", quoted(inside)))),
        },
    };
    if let Some(generator) = generator::parse(name, arguments) {
        return generator.map(Part::Generator).map_err(error);
    }
    if let Some(id) = RunId::of(name) {
        return match arguments.map(str::trim).filter(|arguments| !arguments.is_empty()) {
            None => Ok(Part::Id(id)),
            Some(found) => Err(error(format!("`{name}` takes no arguments, found {}", quoted(found)))),
        };
    }
    if arguments.is_some() {
        return Err(TemplateError {
            label: of_others(name)
                .or_else(|| nearest(name, generator::NAMES.iter().copied()))
                .map(|name| format!("did you mean `{name}`?")),
            help: Some(format!("generators are {}", generator::NAMES.join(", "))),
            ..error(format!("unknown generator {}", quoted(name)))
        });
    }
    if !is_name(name) {
        let found = if name.is_empty() { "nothing".to_owned() } else { quoted(name) };
        return Err(TemplateError {
            label: nearest(name, RunId::NAMES).map(|name| format!("did you mean `{name}`?")),
            help: Some(meant(name)),
            ..error(format!(
                "expected the name of a variable or a generator between the braces, found {found}"
            ))
        });
    }
    Ok(Part::Variable { name: name.to_owned(), index })
}

/// What to write instead of something that is not a name, as other tools have it.
fn meant(found: &str) -> String {
    let of_environment = ["env.", "process.env.", "$env:", "$env.", "environment."];
    if let Some(name) =
        of_environment.iter().find_map(|prefix| found.strip_prefix(prefix)).filter(|name| is_name(name))
    {
        return format!(
            "a variable takes its value from the environment: `variables: {{ {name}: {{ env: {name} }} }}`, and then {{{{ {name} }}}}"
        );
    }
    if found.contains('|') {
        return "templates have no filters: a script sets what is made of a value (`variables_javascript`)"
            .to_owned();
    }
    match found.strip_prefix('$').and_then(of_others) {
        Some(generator) => format!("write {{{{ {generator} }}}}"),
        _ => "a name has letters, digits and underscores, and does not begin with a digit".to_owned(),
    }
}

/// The generator that other tools call so.
pub(crate) fn of_others(name: &str) -> Option<&'static str> {
    Some(match name {
        "guid" | "randomUUID" | "randomUuid" | "uuid" | "uuid4" | "uuidv4" | "uuid_v4" => "uuid",
        "timestamp" | "isoTimestamp" | "now" | "unix_timestamp" | "epoch" => "timestamp",
        "today" => "date",
        "randomInt" | "random" | "randint" | "random_int" => "numeric",
        "randomAlphaNumeric" | "randomString" | "random_string" => "alphanumeric",
        _ => return None,
    })
}

/// Whether a text can name a variable: `[A-Za-z_][A-Za-z0-9_]*`.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let (template, errors) = parse(text);
        assert!(errors.is_empty(), "{errors:?}");
        template
            .render(|part| {
                Ok::<_, ()>(match part {
                    Part::Variable { name, .. } => format!("<{name}>"),
                    other => format!("<{other:?}>"),
                })
            })
            .unwrap()
    }

    #[test]
    fn variables_and_generators_are_found_and_the_rest_is_text() {
        assert_eq!(shown("a{{B}}c{{ D_1 }}"), "a<B>c<D_1>");
        assert_eq!(shown("{{ uuid }}"), "<Generator(Uuid)>");
        assert_eq!(shown("{{numeric(3)}}"), "<Generator(Numeric(3))>");
        assert_eq!(shown("{{public-id}}/{{ result-id() }}"), "<Id(Test)>/<Id(Result)>");
        assert_eq!(shown("{ } }} {\"a\":{\"b\":1}}"), "{ } }} {\"a\":{\"b\":1}}");
        assert_eq!(shown(r#"{{ "{{" }} and {{'}}'}}"#), "{{ and }}");
        assert_eq!(parse("").0.literal(), Some(""));
        assert_eq!(parse("{{ X }}").0.literal(), None);
    }

    #[test]
    fn mistakes_are_told_with_their_number() {
        for (text, index, message) in [
            ("{{ A }} {{ B", 1, "`{{` is never closed by `}}`"),
            ("{{ A {{ B }}", 0, "`{{` is never closed by `}}`"),
            ("{{ }}", 0, "expected the name of a variable or a generator between the braces, found nothing"),
            (
                "{{ a b }}",
                0,
                "expected the name of a variable or a generator between the braces, found `a b`",
            ),
            ("{{ numric(3) }}", 0, "unknown generator `numric`"),
            ("{{ result-id(1) }}", 0, "`result-id` takes no arguments, found `1`"),
            ("{{ numeric(3 }}", 0, "expected `)` at the end of `numeric(3`"),
        ] {
            let (_, errors) = parse(text);
            assert_eq!(errors.len(), 1, "{text}: {errors:?}");
            assert_eq!((errors[0].index, errors[0].message.as_str()), (index, message), "{text}");
        }
    }
}
