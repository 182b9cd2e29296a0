//! What is known of a request and its answer at load.

use crate::compiled::{Compiled, Expectations, PlannedExtraction};
use crate::expectation::{Expectation, compile};
use crate::objections::Objections;
use crate::observables;
use crate::protocol::{self, Probe};
use crate::redact::{Redactor, Secrets};
use crate::render::{Awaited, Moment, Renderer, Values};
use crate::scope::Scope;
use crate::script::PlannedScript;
use crate::section::Section;
use crate::settings::Settings;
use faultfinder_assert::Assertion;
use faultfinder_spec::{AssertionSource, Exchange, Place, Request, Source, Text};
use faultfinder_taxonomy::{Fault, Protocol};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Where a request is in its file: a test, or a step of one.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: Option<Box<Text>>,
    pub(crate) place: Place,
    /// What it is in the file: `tests[0]`, `tests[0].steps[1]`; nothing when the file is this one test.
    pub(crate) path: Option<Box<str>>,
}

/// A request as its file has it, and what is made of it.
enum Asked {
    /// It is made for each run, which gives it other values.
    Dynamic(Arc<Exchange>),
    /// It is made, and is the same in every run.
    Fixed { prepared: Box<Prepared>, written: Written },
}

/// What is written of a request that is made.
enum Written {
    /// All of it: something is wrong with it.
    Whole(Arc<Exchange>),
    /// Where its fields are, which faults name. A service keeps a hundred thousand tests.
    Places(Protocol, Box<[(&'static str, Place)]>),
}

/// A request that is ready to be sent, and what is made of its answer.
pub(crate) struct PlannedExchange {
    pub(crate) entry: Entry,
    asked: Asked,
    pub(crate) source: Arc<Source>,
    scope: Arc<Scope>,
    /// What must hold of the answer.
    expectations: Expectations,
    /// Those of them that the request is repeated for.
    until: Range<usize>,
    extractions: Arc<[PlannedExtraction]>,
    script: Option<Arc<PlannedScript>>,
    /// The variables that scripts on the answer read, if any does.
    read: Option<Arc<[String]>>,
    /// What is wrong with it, as far as it shows at load.
    pub(crate) objections: Vec<Fault>,
    /// The first thing that is wrong with its TLS settings, which are checked at load only.
    tls_objection: Option<Box<Fault>>,
}

/// Everything that is needed to send a request, and to judge its answer.
#[derive(Clone)]
pub(crate) struct Prepared {
    /// The name of the test or step, if it has one.
    pub(crate) name: Option<String>,
    /// The request. It must not be sent when there is an objection.
    pub(crate) built: Arc<dyn Probe>,
    /// What is wrong with the request.
    pub(crate) objection: Option<Box<Fault>>,
    pub(crate) assertions: Arc<[Assertion]>,
    /// Those of them that the request is repeated for.
    pub(crate) until: Range<usize>,
    pub(crate) extractions: Arc<[PlannedExtraction]>,
    /// A script that makes variables of the answer.
    pub(crate) script: Option<Arc<PlannedScript>>,
    /// What scripts on the answer read, if any does.
    pub(crate) variables: Option<Arc<BTreeMap<String, String>>>,
    pub(crate) redactor: Redactor,
    pub(crate) warnings: Vec<String>,
    /// Fields that the probe calls by another name: its own, and that of the definition.
    aliases: Vec<(String, String)>,
}

/// What was made for a run, and what it says of the next one.
struct Made {
    prepared: Prepared,
    objections: Objections,
    /// Whether it will differ in the next run.
    is_dynamic: bool,
}

impl Prepared {
    /// The names of the variables that get values from the answer.
    pub(crate) fn extracted(&self) -> impl Iterator<Item = &String> {
        extracted(&self.extractions, self.script.as_deref())
    }
}

fn extracted<'p>(
    extractions: &'p [PlannedExtraction],
    script: Option<&'p PlannedScript>,
) -> impl Iterator<Item = &'p String> {
    let of_script = script.into_iter().flat_map(|script| &script.sets);
    extractions.iter().map(|extraction| &extraction.name).chain(of_script)
}

impl PlannedExchange {
    /// Plans a request: it is made and checked, and kept when it does not differ from run to run. `awaited` are the variables
    /// that steps before it extract.
    pub(crate) fn new(
        entry: Entry,
        written: Exchange,
        compiled: Compiled,
        (source, scope): (&Arc<Source>, &Arc<Scope>),
        awaited: Awaited<'_>,
        settings: &mut Settings,
    ) -> Self {
        let Compiled { expectations, until, extractions, script, read } = compiled;
        let written = Arc::new(written);
        let mut planned = Self {
            entry,
            asked: Asked::Dynamic(Arc::clone(&written)),
            source: Arc::clone(source),
            scope: Arc::clone(scope),
            expectations,
            until,
            extractions,
            script,
            read,
            objections: Vec::new(),
            tls_objection: None,
        };
        let mut nothing = || 0;
        let moment = Moment { now_ms: 0, ids: None, random: &mut nothing };
        let Made { mut prepared, mut objections, is_dynamic } =
            planned.make(&written, moment, &mut Values::default(), awaited);
        planned.tls_objection = objections.add_tls(prepared.built.as_ref(), settings).map(Box::new);
        planned.objections = objections.into_faults();
        prepared.objection = planned.objections.first().cloned().map(Box::new);
        if !is_dynamic {
            if let Some(built) = Arc::get_mut(&mut prepared.built) {
                settings.share(built);
            }
            planned.asked = Asked::Fixed { prepared: Box::new(prepared), written: Written::Whole(written) };
        }
        planned
    }

    /// Drops what is not needed any more once a file has been read: it can be read again. `name` is its source without the
    /// text. Nothing is dropped of a request with which something is wrong.
    pub(crate) fn lighten(&mut self, name: &Arc<Source>) {
        if !self.objections.is_empty() {
            return;
        }
        self.source = Arc::clone(name);
        self.entry.path = None;
        if let Asked::Fixed { written, .. } = &mut self.asked
            && let Written::Whole(exchange) = &written
        {
            let Request { protocol, fields } = &exchange.request;
            if let Some(places) = fields.flat_places() {
                *written = Written::Places(*protocol, places);
            }
        }
    }

    /// The names of the variables that get values from the answer.
    pub(crate) fn extracted(&self) -> impl Iterator<Item = &String> {
        extracted(&self.extractions, self.script.as_deref())
    }

    pub(crate) fn protocol(&self) -> Protocol {
        match &self.asked {
            Asked::Dynamic(exchange) | Asked::Fixed { written: Written::Whole(exchange), .. } => {
                exchange.request.protocol
            }
            Asked::Fixed { written: Written::Places(protocol, _), .. } => *protocol,
        }
    }

    /// Where a field of the request is, as precisely as that is known.
    pub(crate) fn place_of_field(&self, path: &str) -> Place {
        match &self.asked {
            Asked::Dynamic(exchange) | Asked::Fixed { written: Written::Whole(exchange), .. } => {
                exchange.request.fields.place_of(path)
            }
            Asked::Fixed { written: Written::Places(_, places), .. } => {
                let name = path.split(['.', '[']).next().unwrap_or_default();
                let found = places.iter().find(|(known, _)| *known == name);
                found.map_or(self.entry.place, |(_, place)| *place)
            }
        }
    }

    /// Where the name of a header is, as long as that is kept.
    pub(crate) fn place_of_field_name(&self, path: &str) -> Option<Place> {
        match &self.asked {
            Asked::Dynamic(exchange) | Asked::Fixed { written: Written::Whole(exchange), .. } => {
                exchange.request.fields.place_of_name(path)
            }
            Asked::Fixed { written: Written::Places(..), .. } => None,
        }
    }

    /// The assertions as written, if something is wrong with the request or it is made for each run.
    pub(crate) fn written_assertions(&self) -> &[AssertionSource] {
        match &self.asked {
            Asked::Dynamic(exchange) | Asked::Fixed { written: Written::Whole(exchange), .. } => {
                &exchange.assertions
            }
            Asked::Fixed { written: Written::Places(..), .. } => &[],
        }
    }

    /// What is the same in every run, when all of it is.
    const fn fixed(&self) -> Option<&Prepared> {
        match &self.asked {
            Asked::Fixed { prepared, .. } => Some(prepared),
            Asked::Dynamic(_) => None,
        }
    }

    /// The host and the port that it is about, as far as they are the same in every run and known.
    pub(crate) fn target(&self) -> Option<String> {
        let probe = &self.fixed()?.built;
        let host = probe.host()?.to_text();
        Some(match probe.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        })
    }

    /// Whether it begins with TLS, or may do so.
    pub(crate) fn may_begin_with_tls(&self) -> bool {
        self.fixed().is_none_or(|fixed| fixed.built.begins_with_tls())
    }

    /// Fields that the probe calls by another name, when they are the same in every run.
    pub(crate) fn aliases(&self) -> &[(String, String)] {
        self.fixed().map_or(&[], |fixed| &fixed.aliases)
    }

    /// What this run needs: made at load, or made now.
    pub(crate) fn prepared(
        &self,
        moment: Moment<'_>,
        values: &mut Values,
        awaited: Awaited<'_>,
    ) -> Cow<'_, Prepared> {
        let written = match &self.asked {
            Asked::Fixed { prepared, .. } => return Cow::Borrowed(prepared),
            Asked::Dynamic(written) => written,
        };
        let Made { mut prepared, objections, .. } = self.make(written, moment, values, awaited);
        let first = objections.into_faults().into_iter().next().map(Box::new);
        prepared.objection = first.or_else(|| self.tls_objection.clone());
        Cow::Owned(prepared)
    }

    /// Makes what a run needs.
    fn make(
        &self,
        written: &Exchange,
        moment: Moment<'_>,
        values: &mut Values,
        awaited: Awaited<'_>,
    ) -> Made {
        let Exchange { request, .. } = written;
        let mut renderer = Renderer::new(&self.scope, moment, values, awaited);
        let named = self.entry.name.as_ref();
        let name =
            named.map(|name| renderer.text("name", name).unwrap_or_else(|| name.as_written().to_owned()));
        let hide_name = named.is_some_and(|name| renderer.is_secret(name));
        let (assertions, until) = self.assertions(request, &mut renderer);
        let protocol = request.protocol;
        let path = protocol.as_str().to_owned();
        let mut section = Section::new(&mut renderer, &request.fields, path);
        let built = protocol::build(protocol, &mut section, &assertions);
        let variables = self.read.as_ref().map(|read| Arc::new(renderer.values_of(read)));
        let Renderer { dynamic, secrets, faults, warnings, aliases, unknown, .. } = renderer;
        let objections = Objections::new(faults, unknown, &aliases, built.as_ref(), protocol);
        let redactor = secrets.into_redactor();
        let name = name.map(|name| if hide_name { redactor.hidden(&name).into_owned() } else { name });
        let prepared = Prepared {
            name,
            built,
            objection: None,
            assertions,
            until,
            extractions: Arc::clone(&self.extractions),
            script: self.script.clone(),
            variables,
            redactor,
            warnings,
            aliases,
        };
        Made { prepared, objections, is_dynamic: dynamic }
    }

    /// The assertions of a run, and those of them that the request is repeated for.
    fn assertions(&self, request: &Request, renderer: &mut Renderer<'_>) -> (Arc<[Assertion]>, Range<usize>) {
        let expectations = match &self.expectations {
            Expectations::Ready(assertions) => return (Arc::clone(assertions), self.until.clone()),
            Expectations::Mixed(expectations) => expectations,
        };
        let observables = observables::of(request);
        let mut assertions = Vec::with_capacity(expectations.len());
        let mut until = None;
        for (index, expectation) in expectations.iter().enumerate() {
            // One that cannot be made is an objection, and nothing is sent then.
            if index == self.until.start {
                until = Some(assertions.len());
            }
            match expectation {
                Expectation::Ready(assertion) => assertions.push(assertion.as_ref().clone()),
                Expectation::Templated(written) => {
                    let path = match index.checked_sub(self.until.start) {
                        Some(index) if !self.until.is_empty() => format!("repeat.until[{index}]"),
                        _ => format!("assert[{index}]"),
                    };
                    let compiled = compile(written, &path, &observables, renderer);
                    let Place { line, column, .. } = written.place();
                    let file = self.source.shared_name();
                    assertions.extend(compiled.map(|assertion| assertion.at(file, line, column)));
                }
            }
        }
        let until = until.filter(|_| !self.until.is_empty()).unwrap_or(assertions.len())..assertions.len();
        (assertions.into(), until)
    }
}

/// The name of a test, and what must not be shown of it.
pub(crate) fn rendered_name(
    scope: &Scope,
    name: &Text,
    moment: Moment<'_>,
    values: &mut Values,
) -> (String, Secrets) {
    let mut renderer = Renderer::new(scope, moment, values, Awaited::Nothing);
    let text = renderer.text("name", name).unwrap_or_else(|| name.as_written().to_owned());
    let is_secret = renderer.is_secret(name);
    let Renderer { secrets, .. } = renderer;
    let text = if is_secret { secrets.clone().into_redactor().hidden(&text).into_owned() } else { text };
    (text, secrets)
}
