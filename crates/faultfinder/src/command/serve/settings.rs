//! The settings of a service, from four layers: defaults, the configuration file, variables, options. Later layers override
//! earlier ones, and all mistakes in any of them are reported at once.

use super::config_file::{self, ConfigFile, bytes_of, is_public};
use super::options::Options;
use super::setting::{self, PREFIX, Setting};
use super::value::{self, Bad};
use crate::exit::Failure;
use crate::paint::Paint;
use faultfinder_net::DeniedNetworks;
use faultfinder_service::{Config, Notifier, Rates, SecretKey, StatusPage, TlsFiles, TokenHash, store};
use faultfinder_spec::{Diagnostic, Place, Source, read_notifiers, read_status_pages};
use faultfinder_taxonomy::word::nearest;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The variable that names the configuration file.
pub(crate) const CONFIG: &str = "FAULTFINDER_CONFIG";
/// The variable that holds the admin token: not an option, which every user of the host could read.
const ADMIN_TOKEN: &str = "FAULTFINDER_ADMIN_TOKEN";
/// Most bytes of a file with a token.
const TOKEN_BYTES_MAX: usize = 1_024;

/// The settings of a service.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) database: String,
    pub(crate) concurrency: usize,
    pub(super) log: String,
    pub(super) log_format: &'static str,
    pub(super) config: Config,
    /// Every setting with what it is and who says so.
    pub(super) shown: Vec<Shown>,
    /// What is probably not meant.
    pub(crate) warnings: Vec<String>,
}

/// A setting for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) field: &'static str,
    pub(super) value: String,
    pub(super) from: String,
}

/// The variables of this process that may be about a service.
pub(crate) fn variables() -> BTreeMap<String, OsString> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

impl Settings {
    /// The key for secrets, if a file with it is named.
    pub(crate) fn secret_key(&self) -> Option<SecretKey> {
        self.config.secret_key.clone()
    }

    /// What is said by a configuration file, variables and options. What is wrong is shown on standard error.
    pub(crate) fn read(
        config: Option<&Path>,
        variables: &BTreeMap<String, OsString>,
        options: &Options,
    ) -> Result<Self, Failure> {
        let file = config_file::path(config, variables.get(CONFIG)).map(|path| ConfigFile::read(&path));
        let file = file.transpose().map_err(Failure::usage)?;
        Self::of(&Layers { file, variables, options }).map_err(|wrong| {
            for text in &wrong {
                crate::output::note(&format!("{text}\n"));
            }
            Failure::Invalid
        })
    }

    /// What the layers say, or all that is wrong, each as it is shown.
    pub(super) fn of(layers: &Layers<'_>) -> Result<Self, Vec<String>> {
        let mut reader = Reader::new(layers);
        let settings = reader.all();
        match settings {
            Some(settings) if reader.wrong.is_empty() => Ok(settings),
            _ => Err(reader.wrong),
        }
    }
}

/// Where values come from; each hides those of the one before.
#[derive(Debug)]
pub(super) struct Layers<'l> {
    pub(super) file: Option<ConfigFile>,
    pub(super) variables: &'l BTreeMap<String, OsString>,
    pub(super) options: &'l Options,
}

/// What one layer says of a setting.
struct Given {
    /// Who says it, as people know it: `default`, a path, a variable, an option.
    from: String,
    /// Each with its place, if it is from the file.
    values: Vec<(OsString, Option<Place>)>,
}

impl Layers<'_> {
    /// All that is said of a setting; the last one counts.
    fn of(&self, setting: &Setting) -> Vec<Given> {
        let mut all = Vec::new();
        let default = setting.default.map(|default| setting.split(default.as_ref()));
        let lists_nothing = setting.is_list().then(Vec::new);
        all.extend(default.or(lists_nothing).map(|values| given("default".to_owned(), values)));
        if let Some((file, written)) = self.file.as_ref().and_then(|file| Some((file, file.of(setting)?))) {
            let values = written.iter().map(|one| (one.text.clone(), Some(one.place))).collect();
            all.push(Given { from: file.source.name().to_owned(), values });
        }
        let variable = setting.variable();
        if let Some(text) = self.variables.get(&variable) {
            all.push(given(variable, setting.split(text)));
        }
        let option = self.options.of(setting);
        all.extend(option.map(|values| given(format!("--{}", setting.option()), values)));
        all
    }
}

fn given(from: String, values: Vec<OsString>) -> Given {
    Given { from, values: values.into_iter().map(|value| (value, None)).collect() }
}

/// Reads settings, and notes what is wrong.
struct Reader<'l> {
    layers: &'l Layers<'l>,
    shown: Vec<Shown>,
    wrong: Vec<String>,
    warnings: Vec<String>,
    paint: Paint,
}

impl<'l> Reader<'l> {
    fn new(layers: &'l Layers<'l>) -> Self {
        let paint = Paint::for_stderr();
        let mut wrong = Vec::new();
        let mut warnings = Vec::new();
        if let Some(file) = &layers.file {
            wrong.extend(file.wrong.iter().map(|diagnostic| diagnostic.render(&file.source, paint.is_on())));
            warnings.extend(file.warnings.iter().cloned());
        }
        warnings.extend(layers.variables.keys().filter_map(|name| misspelt(name)));
        Self { layers, shown: Vec::new(), wrong, warnings, paint }
    }

    fn all(&mut self) -> Option<Settings> {
        let listen: Option<SocketAddr> = self.one(&setting::LISTEN, value::address);
        let tls = self.tls();
        let database = self.one(&setting::DATABASE, value::database);
        let definitions: Option<Vec<PathBuf>> =
            self.many(&setting::DEFINITIONS, value::path, |paths| Ok(paths.to_vec()));
        let modules = self.one(&setting::MODULES, value::path);
        let location = self.one(&setting::LOCATION, value::location);
        let concurrency = self.number(&setting::CONCURRENCY);
        let keep_results = self.time(&setting::KEEP_RESULTS);
        let keep_summaries = self.time(&setting::KEEP_SUMMARIES);
        let admin_token = self.admin_token();
        let secret_key = self.secret_key();
        let notifiers = self.of_file(&setting::NOTIFIERS, notifiers_of);
        let status_pages = self.of_file(&setting::STATUS_PAGES, status_pages_of);
        let allowed_hosts = self.many(&setting::ALLOWED_HOSTS, value::host, value::list);
        let allowed_origins = self.many(&setting::ALLOWED_ORIGINS, value::origin, value::list);
        let trusted_proxies = self.many(&setting::TRUSTED_PROXIES, value::network, value::list);
        let denied: Option<DeniedNetworks> =
            self.many(&setting::DENIED_NETWORKS, value::networks, value::all_networks);
        let (per_second, burst) = (self.rate(&setting::RATE_PER_SECOND), self.rate(&setting::RATE_BURST));
        let connections_per_address = self.number(&setting::CONNECTIONS_PER_ADDRESS);
        let tests_per_token = self.number(&setting::TESTS_PER_TOKEN);
        let shut_down_bound = self.time(&setting::SHUTDOWN_TIMEOUT);
        let log_format = self.one(&setting::LOG_FORMAT, |given| value::one_of(&setting::LOG_FORMAT, given));
        let log = self.one(&setting::LOG, value::filter);
        self.note_without_effect(admin_token.is_some());
        let config = Config {
            listen: listen?,
            tls,
            admin_token,
            secret_key,
            allowed_hosts: allowed_hosts?,
            allowed_origins: allowed_origins?,
            trusted_proxies: trusted_proxies?,
            definitions: definitions?,
            modules,
            location: location?,
            in_flight_max: concurrency?,
            keep_results: keep_results?,
            keep_summaries: keep_summaries?,
            denied: denied?,
            rates: Rates { per_second: per_second?, burst: burst? },
            connections_per_address: u32::try_from(connections_per_address?).ok()?,
            tests_per_token: tests_per_token?,
            notifiers,
            status_pages,
            shut_down_bound: shut_down_bound?,
        };
        Some(Settings {
            database: database?,
            concurrency: concurrency?,
            log: log?,
            log_format: log_format?,
            config,
            shown: std::mem::take(&mut self.shown),
            warnings: std::mem::take(&mut self.warnings),
        })
    }

    /// Warns of settings that mean nothing with an admin token, or without one.
    fn note_without_effect(&mut self, has_admin_token: bool) {
        let rows: [(&Setting, bool, &str); 3] = [
            (
                &setting::ALLOWED_HOSTS,
                true,
                "with an admin token, requests may name this service as they like",
            ),
            (
                &setting::DENIED_NETWORKS,
                false,
                "without an admin token, every caller may reach every network",
            ),
            (&setting::TESTS_PER_TOKEN, false, "without an admin token, there are no tokens"),
        ];
        for (setting, with_token, why) in rows {
            let is_given = self.layers.of(setting).last().is_some_and(|given| given.from != "default");
            if has_admin_token == with_token && is_given {
                self.warnings.push(format!("{} changes nothing: {why}", setting.field));
            }
        }
    }

    fn number(&mut self, setting: &'static Setting) -> Option<usize> {
        self.one(setting, |given| value::number(setting, given))
    }

    fn rate(&mut self, setting: &'static Setting) -> Option<NonZeroU32> {
        let number = self.number(setting)?;
        u32::try_from(number).ok().and_then(NonZeroU32::new)
    }

    fn time(&mut self, setting: &'static Setting) -> Option<Duration> {
        self.one(setting, |given| value::time(setting, given))
    }

    /// A setting of one value.
    fn one<T>(&mut self, setting: &'static Setting, read: impl Fn(&OsStr) -> Result<T, Bad>) -> Option<T> {
        let mut last = None;
        for given in self.layers.of(setting) {
            // What was said twice in one layer: the file and the command line refuse that themselves.
            for (value, place) in &given.values {
                match read(value) {
                    Ok(good) => last = Some((good, value.clone(), given.from.clone())),
                    Err(bad) => self.tell(setting, &given.from, *place, bad),
                }
            }
        }
        let (value, text, from) = last?;
        self.show(setting, &text.to_string_lossy(), from);
        Some(value)
    }

    /// A setting of any number of values, and what they are together.
    fn many<T, A>(
        &mut self,
        setting: &'static Setting,
        read: impl Fn(&OsStr) -> Result<T, Bad>,
        together: impl Fn(&[T]) -> Result<A, Bad>,
    ) -> Option<A> {
        let mut last = None;
        for given in self.layers.of(setting) {
            let mut list = Vec::new();
            for (value, place) in &given.values {
                match read(value) {
                    Ok(good) => list.push(good),
                    Err(bad) => self.tell(setting, &given.from, *place, bad),
                }
            }
            match together(&list) {
                Ok(all) => last = Some((all, given)),
                Err(bad) => self.tell(setting, &given.from, given.values.first().and_then(|one| one.1), bad),
            }
        }
        let (all, given) = last?;
        let texts: Vec<_> = given.values.iter().map(|(text, _)| text.to_string_lossy()).collect();
        self.show(setting, &texts.join(", "), given.from);
        Some(all)
    }

    fn show(&mut self, setting: &Setting, value: &str, from: String) {
        let value = match setting.field {
            // Without its password.
            "database" => store::shown(value).unwrap_or_default(),
            _ => value.to_owned(),
        };
        self.shown.push(Shown { field: setting.field, value, from });
    }

    /// Notes what is wrong with a value.
    fn tell(&mut self, setting: &Setting, from: &str, place: Option<Place>, bad: Bad) {
        let message = bad.message;
        let text = match (place, &self.layers.file) {
            (Some(place), Some(file)) => {
                let message = format!("`{}`: {message}", setting.field);
                let mut diagnostic = Diagnostic::error(&file.source, place, message);
                diagnostic.help = bad.help;
                diagnostic.render(&file.source, self.paint.is_on())
            }
            _ => {
                let help = bad.help.map(|help| format!("\n{}: {help}", self.paint.good("help")));
                format!("{}: {from}: {message}{}", self.paint.bad("error"), help.unwrap_or_default())
            }
        };
        self.wrong.push(text);
    }

    /// The files of TLS, of which there are two or none.
    fn tls(&mut self) -> Option<TlsFiles> {
        let cert = self.one(&setting::TLS_CERT, value::path);
        let key = self.one(&setting::TLS_KEY, value::path);
        let (alone, missing) = match (cert, key) {
            (Some(cert), Some(key)) => return Some(TlsFiles { cert, key }),
            (Some(_), None) => (&setting::TLS_CERT, &setting::TLS_KEY),
            (None, Some(_)) => (&setting::TLS_KEY, &setting::TLS_CERT),
            (None, None) => return None,
        };
        if let Some(Given { from, values }) = self.layers.of(alone).pop() {
            let bad = Bad::new(format!("`{}` is not set", missing.field)).help("set both, or neither");
            self.tell(alone, &from, values.first().and_then(|one| one.1), bad);
        }
        None
    }

    /// The key for secrets.
    fn secret_key(&mut self) -> Option<SecretKey> {
        let setting = &setting::SECRET_KEY_FILE;
        let path: PathBuf = self.one(setting, value::path)?;
        if is_public(&path) {
            let shown = path.display();
            self.warnings.push(format!(
                "every user of this host can read {shown}, the file with the secret key: chmod o= {shown}"
            ));
        }
        let Given { from, values } = self.layers.of(setting).pop()?;
        let key = secret_key_of(&path);
        let help = "create one: openssl rand -hex 32";
        key.map_err(|why| {
            self.tell(setting, &from, values.first().and_then(|one| one.1), Bad::new(why).help(help))
        })
        .ok()
    }

    /// What a file says that a setting names.
    fn of_file<T>(&mut self, setting: &'static Setting, read: ReadFile<T>) -> Vec<T> {
        let Some(path) = self.one(setting, value::path) else { return Vec::new() };
        let Some(Given { from, values }) = self.layers.of(setting).pop() else { return Vec::new() };
        let place = values.first().and_then(|one| one.1);
        match read(&path, self.paint) {
            Ok(found) => found,
            Err(wrong) => {
                wrong.into_iter().for_each(|why| self.tell(setting, &from, place, Bad::new(why)));
                Vec::new()
            }
        }
    }

    /// The admin token: what is nearest to the command line counts, whether it is the token or a file with it.
    fn admin_token(&mut self) -> Option<TokenHash> {
        let setting = &setting::ADMIN_TOKEN_FILE;
        let given = self.layers.of(setting).pop();
        let by_option = given.as_ref().is_some_and(|given| given.from.starts_with("--"));
        let by_variable = given.as_ref().is_some_and(|given| given.from.starts_with(PREFIX));
        let literal = self.layers.variables.get(ADMIN_TOKEN).filter(|_| !by_option);
        if let Some(literal) = literal {
            if by_variable {
                let message = format!("{ADMIN_TOKEN} is also set");
                self.tell(setting, &setting.variable(), None, Bad::new(message).help("unset one of them"));
                return None;
            }
            let token = value::text(literal).map_err(|_| Bad::new("is not UTF-8")).and_then(checked);
            let token = token.map_err(|bad| self.tell(setting, ADMIN_TOKEN, None, bad)).ok()?;
            self.show(setting, "the token itself", ADMIN_TOKEN.to_owned());
            return Some(token);
        }
        let Given { from, values } = given?;
        let (path, place) = values.into_iter().next()?;
        let path = PathBuf::from(path);
        let token = token_of(&path).map_err(|bad| self.tell(setting, &from, place, bad)).ok()?;
        if is_public(&path) {
            let shown = path.display();
            self.warnings.push(format!(
                "every user of this host can read {shown}, the file with the admin token: chmod o= {shown}"
            ));
        }
        self.show(setting, &path.to_string_lossy(), from);
        Some(token)
    }
}

/// The key for secrets in a file.
pub(crate) fn secret_key_of(path: &Path) -> Result<SecretKey, String> {
    let bytes = bytes_of(path, TOKEN_BYTES_MAX)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{}: is not UTF-8", path.display()))?;
    SecretKey::from_text(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The token in a file.
fn token_of(path: &Path) -> Result<TokenHash, Bad> {
    let bytes = bytes_of(path, TOKEN_BYTES_MAX).map_err(Bad::new)?;
    let text = String::from_utf8(bytes).map_err(|_| Bad::new(format!("{}: is not UTF-8", path.display())))?;
    // Editors and `echo` end the last line.
    let token = text.strip_suffix('\n').unwrap_or(&text);
    let token = token.strip_suffix('\r').unwrap_or(token);
    checked(token).map_err(|bad| Bad { message: format!("{}: {}", path.display(), bad.message), ..bad })
}

fn checked(token: &str) -> Result<TokenHash, Bad> {
    let (least, most) = (TokenHash::ADMIN_BYTES_MIN, TokenHash::BYTES_MAX);
    if (least..=most).contains(&token.len()) && token.chars().all(|letter| letter.is_ascii_graphic()) {
        return Ok(TokenHash::of(token));
    }
    let message = format!("expected a token of {least} to {most} ASCII characters without spaces");
    Err(Bad::new(message).help("create one: openssl rand -hex 32"))
}

/// The warning for a variable that looks like a misspelled setting.
fn misspelt(name: &str) -> Option<String> {
    let all: Vec<String> = setting::ALL.iter().map(|setting| setting.variable()).collect();
    let known = || all.iter().map(String::as_str).chain([CONFIG, ADMIN_TOKEN]);
    if known().any(|known| known == name) {
        return None;
    }
    let suffix = |name: &'_ str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let suffixes: Vec<String> = known().map(suffix).collect();
    let near = nearest(&suffix(name), suffixes.iter().map(String::as_str))?;
    Some(format!("{name} is not a variable of this program: did you mean {PREFIX}{near}?"))
}

/// Reads a file that a setting names: what it has, or all that is wrong with it.
type ReadFile<T> = fn(&Path, Paint) -> Result<Vec<T>, Vec<String>>;

/// What a file has, or all that is wrong with it: `read` reads its text, and `resolve` one of what it has, from the folder of
/// the file.
fn read_file<S, T>(
    path: &Path,
    paint: Paint,
    read: fn(&Source) -> Result<Vec<S>, Vec<Diagnostic>>,
    resolve: impl Fn(&S, &Path) -> Result<T, String>,
) -> Result<Vec<T>, Vec<String>> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| vec![format!("{shown}: cannot be read: {error}")])?;
    let source = Source::new(&shown.to_string(), &text);
    let written = read(&source).map_err(|found| {
        let rendered = found.iter().map(|diagnostic| diagnostic.render(&source, paint.is_on()));
        // The setting is named in front of it.
        rendered.map(|text| text.trim_start_matches("error: ").to_owned()).collect::<Vec<_>>()
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let (resolved, wrong): (Vec<_>, Vec<_>) =
        written.iter().map(|one| resolve(one, folder)).partition(Result::is_ok);
    match wrong.is_empty() {
        true => Ok(resolved.into_iter().flatten().collect()),
        false => Err(wrong.into_iter().filter_map(Result::err).collect()),
    }
}

/// The notifiers of a file, or all that is wrong with them.
fn notifiers_of(path: &Path, paint: Paint) -> Result<Vec<Notifier>, Vec<String>> {
    let shown = path.display();
    read_file(path, paint, read_notifiers, |notifier, folder| {
        let environment = |name: &str| std::env::var(name).ok();
        Notifier::resolve(notifier, folder, &environment)
            .map_err(|error| format!("{shown}:{}: notifier `{}`: {error}", error.place, notifier.name))
    })
}

/// The status pages of a file, or all that is wrong with them.
fn status_pages_of(path: &Path, paint: Paint) -> Result<Vec<StatusPage>, Vec<String>> {
    let shown = path.display();
    read_file(path, paint, read_status_pages, |page, folder| {
        StatusPage::resolve(page, folder)
            .map_err(|why| format!("{shown}:{}: status page `{}`: {why}", page.place.line, page.path))
    })
}
