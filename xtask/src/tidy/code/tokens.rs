//! Paths in tokens that are not parsed: the arguments of macros and attributes, and examples.

use super::attributes::plain;
use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};

/// A path in tokens.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its names; the first is empty if it begins with `::`.
    pub(super) path: Vec<String>,
    /// Whether it is the name of a field, an argument or a variable of a macro rather than a path.
    pub(super) is_label: bool,
    /// Whether a `!` follows.
    pub(super) is_macro: bool,
}

/// All paths in tokens, also within groups.
pub(super) fn paths(tokens: TokenStream) -> Vec<Found> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

/// All names in tokens that are imported by a `use` in them: the first name of each path.
pub(super) fn imported(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_use = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "use" => is_use = true,
            TokenTree::Ident(ident) if is_use => {
                found.push(plain(&ident));
                is_use = false;
            }
            TokenTree::Group(group) => {
                let inner = imported(group.stream());
                found.extend(inner);
                is_use = false;
            }
            // `use ::name`.
            TokenTree::Punct(_) => {}
            _ => is_use = false,
        }
    }
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<Found>) {
    let mut tokens = tokens.into_iter().peekable();
    // The signs right before the current token.
    let mut signs = String::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) => {
                signs.push(punct.as_char());
                continue;
            }
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Literal(_) => {}
            TokenTree::Ident(ident) => {
                let mut path = names_from(&ident, &mut tokens);
                let next = tokens.peek();
                let is_label =
                    belongs_to_another(&signs, &path) || (path.len() == 1 && next.is_some_and(makes_a_field));
                if signs.ends_with("::") {
                    path.insert(0, String::new());
                }
                let is_macro = matches!(next, Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                found.push(Found { path, is_label, is_macro });
            }
        }
        signs.clear();
    }
}

/// Whether the signs before a name make it a field, a method, an associated item or a variable of a macro.
fn belongs_to_another(signs: &str, path: &[String]) -> bool {
    let is_field = signs.ends_with('.') && !signs.ends_with("..");
    let is_variable = signs.ends_with('$') && path.first().is_none_or(|first| first != "crate");
    is_field || is_variable || signs.ends_with(">::")
}

type Tokens = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

/// The names of a path, from its first one on.
fn names_from(first: &Ident, tokens: &mut Tokens) -> Vec<String> {
    let mut path = vec![plain(first)];
    loop {
        let mut ahead = tokens.clone();
        let is_colon = |token: Option<TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        if !is_colon(ahead.next()) || !is_colon(ahead.next()) {
            return path;
        }
        let Some(TokenTree::Ident(next)) = ahead.next() else { return path };
        path.push(plain(&next));
        *tokens = ahead;
    }
}

/// Whether what follows a name makes it the name of a field or an argument: `name: value` or `name = value`.
fn makes_a_field(next: &TokenTree) -> bool {
    matches!(next, TokenTree::Punct(punct)
        if matches!(punct.as_char(), ':' | '=') && punct.spacing() == Spacing::Alone)
}
