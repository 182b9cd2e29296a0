//! What a query can cost.

use crate::error::{Piece, Span};
use crate::pattern::Pattern;
use faultfinder_taxonomy::BODY_BYTES_MAX;
use jsonpath_rust::parser::model::{
    Comparable, Filter, FilterAtom, FnArg, JpQuery, Literal, Segment, Selector, SingularQuery, Test,
    TestFunction,
};

/// How often a query may ask for the same things (`[*,*]` asks twice).
const FACTOR_MAX: u64 = 16;

/// What a query can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    /// How many `..` it has, those inside filters included.
    pub(super) descents: u32,
    /// How often it can yield the same node.
    pub(super) factor: u64,
    /// Whether it leads to one place at the most.
    pub(super) singular: bool,
    /// Steps to compile its patterns, which the library does for every element.
    pub(super) compiling: u64,
    /// Steps to look for its patterns, a byte of text.
    pub(super) searching: u64,
}

impl Weight {
    /// Weighs a query; says why it may not be used, whatever the document.
    pub(super) fn of(query: &JpQuery) -> Result<Self, String> {
        let mut weight = Self {
            descents: 0,
            factor: 1,
            singular: is_singular(&query.segments),
            compiling: 0,
            searching: 0,
        };
        weight.segments(&query.segments)?;
        if weight.factor > FACTOR_MAX {
            return Err(format!("the JSONPath selects the same values more than {FACTOR_MAX} times"));
        }
        Ok(weight)
    }

    fn segments(&mut self, segments: &[Segment]) -> Result<(), String> {
        segments.iter().try_for_each(|segment| self.segment(segment))
    }

    fn segment(&mut self, segment: &Segment) -> Result<(), String> {
        match segment {
            Segment::Descendant(inner) => {
                self.descents = self.descents.saturating_add(1);
                self.segment(inner)
            }
            Segment::Selector(selector) => self.selector(selector),
            Segment::Selectors(selectors) => {
                // Names and indexes that differ yield different nodes.
                let several = selectors.iter().filter(|selector| !is_one_place(selector)).count();
                self.factor = self.factor.saturating_mul(u64::try_from(several.max(1)).unwrap_or(u64::MAX));
                selectors.iter().try_for_each(|selector| self.selector(selector))
            }
        }
    }

    fn selector(&mut self, selector: &Selector) -> Result<(), String> {
        match selector {
            Selector::Filter(filter) => self.filter(filter),
            Selector::Name(_) | Selector::Wildcard | Selector::Index(_) | Selector::Slice(..) => Ok(()),
        }
    }

    fn filter(&mut self, filter: &Filter) -> Result<(), String> {
        match filter {
            Filter::Or(filters) | Filter::And(filters) => {
                filters.iter().try_for_each(|filter| self.filter(filter))
            }
            Filter::Atom(FilterAtom::Filter { expr, .. }) => self.filter(expr),
            Filter::Atom(FilterAtom::Test { expr, .. }) => self.test(expr),
            Filter::Atom(FilterAtom::Comparison(comparison)) => {
                let (left, right) = comparison.vals();
                self.comparable(left)?;
                self.comparable(right)
            }
        }
    }

    fn comparable(&mut self, comparable: &Comparable) -> Result<(), String> {
        match comparable {
            Comparable::Function(function) => self.function(function),
            Comparable::Literal(_)
            | Comparable::SingularQuery(SingularQuery::Current(_) | SingularQuery::Root(_)) => Ok(()),
        }
    }

    fn test(&mut self, test: &Test) -> Result<(), String> {
        match test {
            Test::RelQuery(segments) => self.segments(segments),
            // It would be asked again for every element that the filter looks at.
            Test::AbsQuery(query) if !is_singular(&query.segments) => {
                Err("a query from `$` inside a filter must lead to one place: names and indexes only"
                    .to_owned())
            }
            Test::AbsQuery(_) => Ok(()),
            Test::Function(function) => self.function(function),
        }
    }

    fn function(&mut self, function: &TestFunction) -> Result<(), String> {
        match function {
            TestFunction::Custom(_, arguments) => {
                arguments.iter().try_for_each(|argument| self.argument(argument))
            }
            TestFunction::Length(argument) => self.argument(argument),
            TestFunction::Value(argument) | TestFunction::Count(argument) => self.argument(argument),
            TestFunction::Search(text, pattern) | TestFunction::Match(text, pattern) => {
                self.argument(text)?;
                // The library compiles it for every element, so a document must not be able to choose it.
                let FnArg::Literal(Literal::String(pattern)) = pattern else {
                    return Err("the pattern of `match` and `search` must be a text in quotes".to_owned());
                };
                let pattern = pattern.trim_matches(['\'', '"']);
                let span = Span::whole(Piece::Line, pattern);
                let pattern = Pattern::compile(pattern, span, false, BODY_BYTES_MAX);
                let pattern = pattern.map_err(|error| error.message)?;
                let Some(compiling) = pattern.compiling() else {
                    return Err(
                        "the pattern of `match` and `search` cannot look around or refer back".to_owned()
                    );
                };
                self.compiling = self.compiling.saturating_add(compiling);
                self.searching = self.searching.saturating_add(pattern.places());
                Ok(())
            }
        }
    }

    fn argument(&mut self, argument: &FnArg) -> Result<(), String> {
        match argument {
            FnArg::Literal(_) => Ok(()),
            FnArg::Test(test) => self.test(test),
            FnArg::Filter(filter) => self.filter(filter),
        }
    }
}

fn is_singular(segments: &[Segment]) -> bool {
    segments.iter().all(|segment| matches!(segment, Segment::Selector(selector) if is_one_place(selector)))
}

const fn is_one_place(selector: &Selector) -> bool {
    matches!(selector, Selector::Name(_) | Selector::Index(_))
}
