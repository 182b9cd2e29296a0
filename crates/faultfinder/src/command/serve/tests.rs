//! Settings by their layers, and everything that can be wrong with them.

use super::config_file::{CONFIG_BYTES_MAX, ConfigFile};
use super::options::Options;
use super::setting::{ALL, DATABASE};
use super::settings::{Layers, Settings};
use faultfinder_service::{Config, Scope};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

const FILE: &str = "/etc/ff/ff.toml";

/// The settings of a file's text, variables and options, or what is wrong with them.
fn settings(file: &str, variables: &[(&str, &str)], options: &[&str]) -> Result<Settings, String> {
    let file = ConfigFile::parse(FILE, Path::new("/etc/ff"), file.as_bytes());
    read(Some(file), variables, options)
}

fn read(file: Option<ConfigFile>, variables: &[(&str, &str)], options: &[&str]) -> Result<Settings, String> {
    let variables: BTreeMap<String, OsString> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), value.into())).collect();
    Settings::of(&Layers { file, variables: &variables, options: &parsed(options) })
        .map_err(|wrong| wrong.join("\n\n"))
}

fn parsed(arguments: &[&str]) -> Options {
    use clap::{Args as _, FromArgMatches as _};
    let command = Options::augment_args(clap::Command::new("serve"));
    let matches = command.try_get_matches_from([&["serve"], arguments].concat()).unwrap();
    Options::from_arg_matches(&matches).unwrap()
}

/// What is shown of a setting, and who says so.
fn shown(settings: &Settings, field: &str) -> (String, String) {
    let shown = settings.shown.iter().find(|shown| shown.field == field).unwrap();
    (shown.value.clone(), shown.from.clone())
}

#[test]
fn without_a_word_it_is_the_default() {
    let settings = read(None, &[], &[]).unwrap();
    assert_eq!(format!("{:?}", settings.config), format!("{:?}", Config::default()));
    assert_eq!(settings.database, "sqlite://faultfinder.db");
    assert_eq!((settings.log_format, settings.log.as_str()), ("pretty", "info"));
    assert!(settings.shown.iter().all(|shown| shown.from == "default"), "{:?}", settings.shown);
    assert_eq!(settings.warnings, [""; 0]);
}

#[test]
fn settings_that_change_nothing_are_warned_of() {
    let token = ("FAULTFINDER_ADMIN_TOKEN", "0123456789abcdef0123456789abcdef");
    let rows = [
        (&["--allowed-hosts", "a.test"][..], Some("allowed_hosts"), true),
        (&["--denied-networks", "10.0.0.0/8"], Some("denied_networks"), false),
        (&["--tests-per-token", "5"], Some("tests_per_token"), false),
        (&["--concurrency", "5"], None, true),
    ];
    for (options, field, with_token) in rows {
        for has_token in [true, false] {
            let variables = if has_token { &[token][..] } else { &[] };
            let warnings = read(None, variables, options).unwrap().warnings;
            let expected = field.filter(|_| has_token == with_token);
            assert_eq!(warnings.len(), usize::from(expected.is_some()), "{options:?}: {warnings:?}");
            let begins = |field: &str| {
                warnings.iter().all(|warning| warning.starts_with(&format!("{field} changes nothing")))
            };
            assert!(expected.is_none_or(begins), "{warnings:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_key_beside_a_database_is_its_owners_alone_and_of_one_that_is_not_is_warned() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("a.db").display());
    assert!(super::key::beside(&database).unwrap().is_some());
    let path = folder.path().join("a.db-key");
    let made = std::fs::read(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(super::key::beside(&database).unwrap().is_some());
    assert_eq!(std::fs::read(&path).unwrap(), made, "it is made once");
    let path_text = path.to_str().unwrap();
    for (mode, count) in [(0o600, 0), (0o640, 0), (0o644, 1)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let settings = read(None, &[], &["--secret-key-file", path_text]).unwrap();
        let warnings =
            settings.warnings.iter().filter(|warning| warning.contains("with the secret key")).count();
        assert_eq!(warnings, count, "{mode:o}: {:?}", settings.warnings);
    }
}

const STATUS_PAGES: &str =
    "status_pages: [{ path: shop, title: Shop, components: [{ name: Website, tests: [home page] }] }]";

#[test]
fn what_is_wrong_with_status_pages_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pages.yaml");
    for (text, expected) in [
        (STATUS_PAGES.replace("path: shop", "path: Shop"), "a path has lower-case letters, digits and `-`"),
        (STATUS_PAGES.replace("tests: [home page]", "description: a"), "a component needs `tests` or `tags`"),
        (STATUS_PAGES.replace("title: Shop", "title: ' '"), "expected 1 to 500 characters"),
        (
            STATUS_PAGES.replace("title: Shop", "title: Shop, url: shop.test"),
            "begins with https:// or http://",
        ),
        (STATUS_PAGES.replace("title: Shop", "title: Shop, logo_file: logo.png"), "logo.png: cannot be read"),
        (STATUS_PAGES.replace("title", "titel"), "did you mean `title`?"),
        (
            STATUS_PAGES.replace(
                "[{ path",
                "[{ path: shop, title: A, components: [{ name: A, tags: [a] }] }, { path",
            ),
            "there are two status pages with the path `shop`",
        ),
        (STATUS_PAGES.to_owned(), ""),
    ] {
        std::fs::write(&path, &text).unwrap();
        let file = format!("status_pages = {:?}", path.to_string_lossy());
        match settings(&file, &[], &[]) {
            Ok(_) => assert_eq!(expected, "", "{text}"),
            Err(wrong) => assert!(!expected.is_empty() && wrong.contains(expected), "{text}: {wrong}"),
        }
    }
}

#[test]
fn options_win_over_variables_and_variables_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let token = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "0123456789abcdef\n").unwrap();
        path.to_string_lossy().into_owned()
    };
    let (one, two, three) = (token("one"), token("two"), token("three"));
    let key = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "0123456789abcdef".repeat(2)).unwrap();
        path.to_string_lossy().into_owned()
    };
    let (one_key, two_key, three_key) = (key("one-key"), key("two-key"), key("three-key"));
    let list = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "notifiers: [{ name: ops, type: webhook, url: http://a.test }]").unwrap();
        path.to_string_lossy().into_owned()
    };
    let (one_list, two_list, three_list) = (list("one-list"), list("two-list"), list("three-list"));
    let pages = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, STATUS_PAGES).unwrap();
        path.to_string_lossy().into_owned()
    };
    let (one_pages, two_pages, three_pages) = (pages("one-pages"), pages("two-pages"), pages("three-pages"));
    // What must be set beside a setting.
    let beside = |field: &str| match field {
        "tls_cert" => "tls_key = \"/k\"\n",
        "tls_key" => "tls_cert = \"/c\"\n",
        _ => "",
    };
    let quoted = |text: &str| format!("{text:?}");
    // The field, what the file says and how that is shown, what a variable says, what an option says.
    let rows = [
        ("listen", quoted("127.0.0.1:1"), "127.0.0.1:1", "[::1]:2", "127.0.0.1:3"),
        ("tls_cert", quoted("/a.pem"), "/a.pem", "/b.pem", "/c.pem"),
        ("tls_key", quoted("/a.key"), "/a.key", "/b.key", "/c.key"),
        ("database", quoted("sqlite:///a.db"), "sqlite:///a.db", "sqlite://b.db", "sqlite://c.db"),
        ("definitions", "[\"/a\", \"/b\"]".to_owned(), "/a, /b", "/c", "/d"),
        ("modules", quoted("/a.yml"), "/a.yml", "/b.yml", "/c.yml"),
        ("location", quoted("a"), "a", "b", "c"),
        ("concurrency", "1".to_owned(), "1", "2", "3"),
        ("keep_results", quoted("1h"), "1h", "2 days", "3w"),
        ("keep_summaries", quoted("1d"), "1d", "2d", "3d"),
        ("admin_token_file", quoted(&one), one.as_str(), two.as_str(), three.as_str()),
        ("secret_key_file", quoted(&one_key), one_key.as_str(), two_key.as_str(), three_key.as_str()),
        ("notifiers", quoted(&one_list), one_list.as_str(), two_list.as_str(), three_list.as_str()),
        ("status_pages", quoted(&one_pages), one_pages.as_str(), two_pages.as_str(), three_pages.as_str()),
        ("allowed_hosts", "[\"a.test\", \"b.test\"]".to_owned(), "a.test, b.test", "c.test", "[::2]"),
        (
            "allowed_origins",
            "[\"https://a.test\"]".to_owned(),
            "https://a.test",
            "http://b.test",
            "http://c.test:1",
        ),
        ("trusted_proxies", "[\"127.0.0.1\"]".to_owned(), "127.0.0.1", "10.0.0.0/8", "fd00::/8"),
        ("denied_networks", "[\"10.0.0.0/8\"]".to_owned(), "10.0.0.0/8", "none", "fd00::/8"),
        ("rate_per_second", "1".to_owned(), "1", "2", "3"),
        ("rate_burst", "1_0".to_owned(), "10", "2", "3"),
        ("connections_per_address", "1".to_owned(), "1", "2", "4096"),
        ("tests_per_token", "1".to_owned(), "1", "2", "1000000"),
        ("shutdown_timeout", quoted("1s"), "1s", "1m", "1h"),
        ("log_format", quoted("json"), "json", "pretty", "json"),
        ("log", quoted("warn"), "warn", "debug", "faultfinder_service=trace"),
    ];
    assert_eq!(rows.len(), ALL.len());
    for (row, setting) in rows.iter().zip(ALL) {
        let (field, in_file, of_file, of_variable, of_option) = row;
        assert_eq!(*field, setting.field);
        let file = format!("{field} = {in_file}\n{}", beside(field));
        let name = setting.variable();
        let variable = [(name.as_str(), *of_variable)];
        let flag = format!("--{}", setting.option());
        let option = [flag.as_str(), of_option];
        let check = |variables: &[(&str, &str)], options: &[&str], value: &str, from: &str| {
            let settings = settings(&file, variables, options).unwrap_or_else(|wrong| panic!("{wrong}"));
            assert_eq!(shown(&settings, field), (value.to_owned(), from.to_owned()));
        };
        check(&[], &[], of_file, FILE);
        check(&variable, &[], of_variable, &name);
        check(&[], &option, of_option, &flag);
        check(&variable, &option, of_option, &flag);
    }
}

#[test]
fn what_is_set_reaches_the_service() {
    let file = r#"
        listen = "127.0.0.1:9"
        location = "site a"
        definitions = ["tests", "/srv/tests"]
        concurrency = 0x10
        keep_results = "1w 1d"
        keep_summaries = "100d"
        denied_networks = ["internal", "203.0.113.7"]
        tls_cert = "cert.pem"
        tls_key = "/srv/key.pem"
        allowed_hosts = ["Faultfinder.test"]
        allowed_origins = ["https://faultfinder.test:443"]
        trusted_proxies = ["10.0.0.0/8"]
        connections_per_address = 7
        tests_per_token = 8
        rate_per_second = 5
        rate_burst = 6
        shutdown_timeout = "1m 30s"
    "#;
    let settings = settings(file, &[("FAULTFINDER_ADMIN_TOKEN", "0123456789abcdef")], &[]).unwrap();
    let Config { listen, location, definitions, in_flight_max, denied, rates, .. } = &settings.config;
    assert_eq!((listen.port(), location.as_str(), *in_flight_max), (9, "site a", 16));
    assert_eq!(definitions, &[Path::new("/etc/ff/tests"), Path::new("/srv/tests")]);
    assert_eq!((rates.per_second.get(), rates.burst.get()), (5, 6));
    let Config { tls, allowed_hosts, allowed_origins, trusted_proxies, .. } = &settings.config;
    let tls = tls.as_ref().unwrap();
    assert_eq!(
        (tls.cert.as_path(), tls.key.as_path()),
        (Path::new("/etc/ff/cert.pem"), Path::new("/srv/key.pem"))
    );
    assert_eq!(allowed_hosts, &["faultfinder.test".parse().unwrap()]);
    assert_eq!(allowed_origins, &["https://faultfinder.test".parse().unwrap()]);
    assert_eq!(trusted_proxies, &["10.0.0.0/8".parse().unwrap()]);
    assert_eq!(settings.config.connections_per_address, 7);
    assert_eq!(settings.config.tests_per_token, 8);
    for (address, is_denied) in [("127.0.0.1", true), ("203.0.113.7", true), ("203.0.113.8", false)] {
        assert_eq!(denied.denying(address.parse().unwrap()).is_some(), is_denied, "{address}");
    }
    let seconds =
        [settings.config.keep_results, settings.config.keep_summaries, settings.config.shut_down_bound];
    assert_eq!(seconds.map(|time| time.as_secs()), [8 * 86_400, 100 * 86_400, 90]);
    let token = settings.config.admin_token.unwrap();
    assert!(token.is_same(&faultfinder_service::TokenHash::of("0123456789abcdef")));
    assert!(Scope::from_name("admin").is_some(), "the scope that the meaning of denied_networks names");
}

#[test]
fn no_network_is_denied_when_it_is_said_so() {
    for (file, options) in [("denied_networks = []", &[][..]), ("", &["--denied-networks", "none"])] {
        assert!(settings(file, &[], options).unwrap().config.denied.is_empty());
    }
    let options = ["--denied-networks", "10.0.0.0/8,fd00::/8", "--denied-networks", "192.0.2.1"];
    assert_eq!(settings("", &[], &options).unwrap().config.denied.iter().count(), 3);
}

#[test]
fn relative_paths_of_the_file_are_meant_from_its_folder() {
    for (written, meant) in [
        ("sqlite://data/a.db", "sqlite:///etc/ff/data/a.db"),
        ("sqlite:a.db", "sqlite:///etc/ff/a.db"),
        ("sqlite:///var/a.db", "sqlite:///var/a.db"),
        ("postgres://db.example/ff", "postgres://db.example/ff"),
    ] {
        assert_eq!(settings(&format!("database = {written:?}"), &[], &[]).unwrap().database, meant);
    }
    let settings = settings("", &[("FAULTFINDER_DATABASE", "sqlite://a.db")], &["--definitions", "tests"]);
    let settings = settings.unwrap();
    assert_eq!(settings.database, "sqlite://a.db");
    assert_eq!(settings.config.definitions, [Path::new("tests")]);
}

#[test]
fn whatever_is_wrong_with_the_file_is_placed_and_told() {
    for (file, place, says) in [
        ("listen = \"localhost:80\"", "1:10", "`listen`: expected IP:PORT, found `localhost:80`"),
        ("listen = 8620", "1:10", "`listen`: expected text in quotes, found a number"),
        ("\nlisten = \"127.0.0.1\"", "2:10", "help: an address, not a name"),
        ("database = \"mysql://h/d\"", "1:12", "expected sqlite://PATH or postgres://"),
        ("database = \"sqlite::memory:\"", "1:12", "in memory, where nothing is stored"),
        (
            "definitions = \"tests\"",
            "1:15",
            "expected a list of paths: [\"tests\", \"more.yaml\"], found text",
        ),
        ("definitions = [\"a\", 5]", "1:21", "expected a list of paths"),
        ("definitions = [\"\"]", "1:16", "expected a path, found empty text"),
        ("location = \"\"", "1:12", "expected a name of 1 to 100 characters"),
        ("location = \" a\"", "1:12", "without space around it, found ` a`"),
        ("concurrency = 0", "1:15", "`concurrency`: expected a number from 1 to 10000, found `0`"),
        ("concurrency = -1", "1:15", "expected a number from 1 to 10000, found `-1`"),
        ("concurrency = 10001", "1:15", "expected a number from 1 to 10000"),
        ("concurrency = \"512\"", "1:15", "expected a number from 1 to 10000, found text"),
        ("concurrency = 1.5", "1:15", "found a number with a fraction"),
        ("concurrency = 99999999999999999999999999999999999999999", "1:15", "a number from 1 to 10000"),
        ("keep_results = 30", "1:16", "expected a duration in quotes: \"30d\", found a number"),
        ("keep_results = \"30\"", "1:16", "a unit is missing"),
        ("keep_results = \"30 parsecs\"", "1:16", "`parsecs` is not a unit of time"),
        ("keep_results = \"59m\"", "1:16", "expected a duration from 1h to 3650d, found `59m`"),
        ("keep_summaries = \"3651d\"", "1:18", "expected a duration from 1d to 3650d"),
        ("shutdown_timeout = \"0s\"", "1:20", "expected a duration from 1s to 1h"),
        (
            "denied_networks = [\"internal\", \"10.0.0.0/33\"]",
            "1:32",
            "the prefix must be a number from 0 to 32",
        ),
        ("denied_networks = [\"10.0.0.1/8\"]", "1:20", "10.0.0.0/8 is the network of this address"),
        ("denied_networks = [\"none\", \"internal\"]", "1:20", "`none` cannot be combined with networks"),
        ("denied_networks = \"internal\"", "1:19", "expected a list of networks"),
        ("tls_cert = \"a.pem\"", "1:12", "`tls_cert`: `tls_key` is not set"),
        ("\ntls_key = \"a.key\"", "2:11", "`tls_key`: `tls_cert` is not set"),
        ("allowed_hosts = [\"a.test:80\"]", "1:18", "without a port"),
        (
            "allowed_hosts = \"a.test\"",
            "1:17",
            "expected a list of texts: [\"faultfinder.example\"], found text",
        ),
        ("allowed_origins = [\"a.test\"]", "1:20", "origins are written https://faultfinder.example"),
        ("allowed_origins = [\"https://a.test/\"]", "1:20", "without a path"),
        ("trusted_proxies = [\"internal\"]", "1:20", "is not an address"),
        ("trusted_proxies = [\"10.0.0.1/8\"]", "1:20", "10.0.0.0/8 is the network of this address"),
        ("connections_per_address = 0", "1:27", "expected a number from 1 to 4096"),
        ("rate_burst = 0", "1:14", "expected a number from 1 to 1000000"),
        ("log_format = \"xml\"", "1:14", "`log_format`: expected pretty or json, found `xml`"),
        ("log = \"info,=,\"", "1:7", "is not a log filter"),
        ("log = true", "1:7", "expected text in quotes, found true or false"),
        ("log = 2026-11-22", "1:7", "found a date"),
        ("admin_token_file = \"none\"", "1:20", "/etc/ff/none: there is no such file"),
        ("listn = \"127.0.0.1:1\"", "1:1", "did you mean `listen`?"),
        ("[listen]\nport = 8620", "1:1", "found a table"),
        ("[server]\nlisten = \"127.0.0.1:1\"", "1:2", "unknown field `server`"),
        ("hue = 1", "1:1", "there are: listen, tls_cert"),
        ("listen = ", "1:10", "string values must be quoted"),
        ("log = \"info\"\nlog = \"warn\"", "2:1", "duplicate key"),
        ("{", "1:1", FILE),
        ("admin_token = \"0123456789abcdef\"", "1:1", "`admin_token_file`, or set FAULTFINDER_ADMIN_TOKEN"),
    ] {
        let wrong = settings(file, &[], &[]).unwrap_err();
        assert!(wrong.contains(says), "{file}\n{wrong}");
        assert!(wrong.contains(&format!("{FILE}:{place}")), "{file}\n{wrong}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let file = "listn = \"127.0.0.1:1\"\nconcurrency = 0\nlog = 1\n";
    let wrong = settings(file, &[("FAULTFINDER_KEEP_RESULTS", "soon")], &["--location", ""]).unwrap_err();
    for said in [
        "did you mean `listen`?",
        "`concurrency`: expected",
        "`log`: expected",
        "error: FAULTFINDER_KEEP_RESULTS: expected a duration",
        "error: --location: expected a name",
    ] {
        assert!(wrong.contains(said), "{said}\n{wrong}");
    }
    // What an option hides is wrong all the same.
    assert!(settings("listen = \"x\"", &[], &["--listen", "127.0.0.1:1"]).is_err());
}

#[test]
fn bytes_that_are_not_text_are_placed() {
    let file = ConfigFile::parse(FILE, Path::new(""), b"\xef\xbb\xbflog = \"info\"\nlocation = \"\xe4\"");
    let wrong = read(Some(file), &[], &[]).unwrap_err();
    assert!(wrong.contains("not UTF-8: the byte 0xe4") && wrong.contains(":2:13"), "{wrong}");
    let file =
        ConfigFile::parse(FILE, Path::new(""), b"\xef\xbb\xbflog = \"warn\"\r\nlocation = \"\xc3\xa4\"\r\n");
    assert_eq!(read(Some(file), &[], &[]).unwrap().config.location, "ä");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.toml");
    std::fs::write(&large, "#".repeat(CONFIG_BYTES_MAX + 1)).unwrap();
    for (path, says) in [
        (folder.path().join("none.toml"), "there is no such file"),
        (folder.path().to_owned(), "is a folder"),
        (large.clone(), "has more than 1000000 bytes"),
    ] {
        let wrong = ConfigFile::read(&path).unwrap_err();
        assert_eq!(wrong, format!("{}: {says}", path.display()));
    }
    std::fs::write(&large, "#".repeat(CONFIG_BYTES_MAX)).unwrap();
    assert!(ConfigFile::read(&large).is_ok());
}

#[test]
fn what_is_wrong_with_a_notifier_is_placed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notifiers.yaml");
    let (path, shown) = (path.to_str().unwrap(), path.display());
    for (url, to, expected) in [
        ("smtp://ff:hush@a.test", "c@d.test", "4:10: notifier `mail`: the URL cannot have a user"),
        (
            "smtp://a.test",
            "[c@d.test, d.test]",
            "6:20: notifier `mail`: \"d.test\" is not an address: it needs an @",
        ),
    ] {
        let fields = format!("    type: email\n    url: {url}\n    from: a@b.test\n    to: {to}\n");
        std::fs::write(path, format!("notifiers:\n  - name: mail\n{fields}")).unwrap();
        let wrong = settings("", &[], &["--notifiers", path]).unwrap_err();
        assert!(wrong.contains(&format!("{shown}:{expected}")) && !wrong.contains("hush"), "{wrong}");
    }
}

#[test]
fn secrets_are_shown_nowhere() {
    for file in [
        "admin_token = \"hunter2-hunter2-hunter2\"",
        "admin_token = hunter2-hunter2-hunter2",
        "\"admin_token\"=\"hunter2\nlog = 5",
        "admintoken = 'hunter2'",
        "database = \"mysql://root:hunter2@h/d\"",
        "database = \"postgres://root:hunter2@h/d\" log",
        "database = \"postgres://root@h/d?password=hunter2&x=y\"",
        "db_password = 'hunter2'",
    ] {
        let wrong = settings(file, &[], &[]).unwrap_err();
        assert!(!wrong.contains("hunter2"), "{wrong}");
        assert!(wrong.contains(FILE), "{wrong}");
    }
    let url = "postgres://root:hunter2@h/d";
    let good = settings(&format!("database = {url:?}"), &[], &[]).unwrap();
    assert_eq!(shown(&good, DATABASE.field).0, "postgres://root@h:5432/d");
    assert_eq!(good.database, url);
    let token = [("FAULTFINDER_ADMIN_TOKEN", "hunter2 hunter2 hunter2")];
    assert!(!settings("", &token, &[]).unwrap_err().contains("hunter2"));
}

#[test]
fn the_admin_token_that_is_nearest_to_the_command_line_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let token = |letter: &str| letter.repeat(32);
    for letter in ["a", "b", "c"] {
        std::fs::write(path(letter), format!("{}\r\n", token(letter))).unwrap();
    }
    let (a, b, c) = (path("a"), path("b"), path("c"));
    let (file, literal) = (format!("admin_token_file = {a:?}"), token("d"));
    let literal = ("FAULTFINDER_ADMIN_TOKEN", literal.as_str());
    let named = ("FAULTFINDER_ADMIN_TOKEN_FILE", b.as_str());
    let rows: [(&[_], &[&str], &str); 4] = [
        (&[], &[], "a"),
        (&[named], &[], "b"),
        (&[literal], &[], "d"),
        (&[literal], &["--admin-token-file", &c], "c"),
    ];
    for (variables, options, letter) in rows {
        let found = settings(&file, variables, options).unwrap().config.admin_token.unwrap();
        assert!(found.is_same(&faultfinder_service::TokenHash::of(&token(letter))), "{letter}");
    }
    let wrong = settings(&file, &[literal, named], &[]).unwrap_err();
    assert!(wrong.contains("FAULTFINDER_ADMIN_TOKEN is also set"), "{wrong}");
}

#[test]
fn tokens_that_can_be_guessed_or_are_no_tokens_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token").to_string_lossy().into_owned();
    for text in [
        &b""[..],
        b"\n",
        b"short",
        b"0123456789abcde",
        b"0123456789 abcdef",
        b"0123456789abcdef\n\n",
        b"\xff",
        &[b'x'; 257],
    ] {
        std::fs::write(&path, text).unwrap();
        let wrong = settings("", &[], &["--admin-token-file", &path]).unwrap_err();
        assert!(wrong.contains(&format!("--admin-token-file: {path}: ")), "{text:?}\n{wrong}");
    }
    // The longest that the service looks up.
    std::fs::write(&path, "x".repeat(256)).unwrap();
    assert!(settings("", &[], &["--admin-token-file", &path]).is_ok());
    let wrong = settings("", &[("FAULTFINDER_ADMIN_TOKEN", "x".repeat(257).as_str())], &[]).unwrap_err();
    assert!(wrong.contains("expected a token of 16 to 256 ASCII characters"), "{wrong}");
    std::fs::write(&path, "x".repeat(1_025)).unwrap();
    let wrong = settings("", &[], &["--admin-token-file", &path]).unwrap_err();
    assert!(wrong.contains("has more than 1024 bytes"), "{wrong}");
    let wrong = settings("", &[("FAULTFINDER_ADMIN_TOKEN", "")], &[]).unwrap_err();
    assert!(wrong.contains("openssl rand -hex 32"), "{wrong}");
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_are_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (token, file) = (folder.path().join("token"), folder.path().join("ff.toml"));
    std::fs::write(&token, "0123456789abcdef").unwrap();
    std::fs::write(&file, "database = \"postgres://u:hunter2@h/d\"\nadmin_token_file = \"token\"\n").unwrap();
    for (mode, warnings) in [(0o644, 2), (0o640, 0), (0o600, 0)] {
        for path in [&token, &file] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let found = read(Some(ConfigFile::read(&file).unwrap()), &[], &[]).unwrap().warnings;
        assert_eq!(found.len(), warnings, "{found:?}");
        assert!(found.iter().all(|warning| warning.contains("chmod o= ")), "{found:?}");
    }
}

#[test]
fn a_misspelt_variable_is_warned_of_and_others_are_not_ours() {
    let names =
        ["FAULTFINDER_LISTN", "FAULTFINDER_COLOUR_OF_THE_SKY", "FAULTFINDER_CONFIG", "FAULTFINDER_LOG"];
    let variables = names.map(|name| (name, "warn"));
    let found = read(None, &variables, &[]).unwrap().warnings;
    assert_eq!(
        found,
        ["FAULTFINDER_LISTN is not a variable of this program: did you mean FAULTFINDER_LISTEN?"]
    );
}

#[test]
fn the_file_to_begin_with_is_good_as_it_is_and_with_all_that_it_offers() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("admin-token"), "0123456789abcdef").unwrap();
    std::fs::write(folder.path().join("secret-key"), "0123456789abcdef".repeat(2)).unwrap();
    let notifiers = "notifiers: [{ name: ops, type: webhook, url: http://a.test }]";
    std::fs::write(folder.path().join("notifiers.yaml"), notifiers).unwrap();
    std::fs::write(folder.path().join("status-pages.yaml"), STATUS_PAGES).unwrap();
    let text = include_str!("../../../../../packaging/faultfinder.toml");
    // A field that is offered stands behind a `#` without a space.
    let offered = |line: &str| {
        line.strip_prefix('#').filter(|rest| rest.starts_with(char::is_alphabetic)).map(str::to_owned)
    };
    let all: Vec<String> =
        text.lines().map(|line| offered(line).unwrap_or_else(|| line.to_owned())).collect();
    for text in [text.to_owned(), all.join("\n")] {
        let file = ConfigFile::parse(FILE, folder.path(), text.as_bytes());
        let settings = read(Some(file), &[], &[]).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(settings.config.definitions, [folder.path().join("tests")]);
        settings.config.check().unwrap();
    }
    assert!(all.iter().filter(|line| line.contains(" = ")).count() >= 9, "{all:?}");
}
