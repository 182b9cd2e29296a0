//! Variables from other files, from files, and one-time passwords.

use super::*;
use std::path::Path;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn source(folder: &Path, text: &str) -> Source {
    Source::new(folder.join("t.yaml").to_str().unwrap(), text)
}

/// What is sent of these variables, with variables of `--vars` before them.
async fn sent(
    folder: &Path,
    head: &str,
    body: &str,
    before: &[faultfinder_spec::Variable],
) -> (String, TestResult) {
    let heads = Arc::new(std::sync::Mutex::new(String::new()));
    let kept = Arc::clone(&heads);
    let (address, _) = server(move |_, request| {
        *kept.lock().unwrap() = request.to_owned();
        answer(200, "", "ok")
    })
    .await;
    let text = format!(
        "{head}\ntests: [ {{ name: a, http: {{ url: 'http://{address}/', headers: {{ x-sent: '{body}' }} }} }} ]\n"
    );
    let suite = Suite::load_with(&[source(folder, &text)], before, &[], |_| None).unwrap();
    assert_eq!(suite.warnings(), []);
    let result = run(&Vantage::system(), &suite.tests()[0], &RunOptions::default()).await;
    assert_eq!(result.status, Status::Passed, "{result:?}");
    let head = heads.lock().unwrap().clone();
    let sent = head.lines().find_map(|line| line.strip_prefix("x-sent: ")).unwrap();
    (sent.to_owned(), result)
}

fn errors(folder: &Path, head: &str) -> Vec<String> {
    let text = format!("{head}\ntests: [ {{ name: a, http: {{ url: 'http://127.0.0.1/{{{{ A }}}}' }} }} ]\n");
    let found = Suite::load(&[source(folder, &text)], &[], |_| None).map(drop).unwrap_err();
    let root = folder.to_str().unwrap();
    found.iter().map(|one| format!("{}:{}", one.place, one.message.replace(root, ""))).collect()
}

#[tokio::test]
async fn variables_of_other_files_are_included_and_hidden_by_own_ones() {
    let folder = folder(&[
        ("one.yaml", "A: one\nB: one\nC: one\n"),
        (
            "deep/two.yaml",
            "include: [ three.yaml ]\nvariables: { B: two, C: two, F: { file: secret.txt, secret: true }, D: 'd{{ E }}' }\n",
        ),
        ("deep/three.yaml", "{ E: three, C: three }"),
        ("deep/secret.txt", "of the file\r\n"),
    ]);
    let head = "include: [ one.yaml, deep/two.yaml ]\nvariables: { C: own }";
    let (body, result) = sent(folder.path(), head, "{{A}} {{B}} {{C}} {{D}} {{E}} {{F}}", &[]).await;
    assert_eq!(body, "one two own dthree three of the file");
    assert!(!format!("{result:?}").contains("of the file"), "{result:?}");
}

#[tokio::test]
async fn variables_of_the_caller_come_first() {
    let folder = folder(&[("prod.yaml", "A: prod\nB: { value: prod, secret: true }\n")]);
    let before = crate::variables_of(&folder.path().join("prod.yaml")).unwrap();
    let (body, _) = sent(folder.path(), "variables: { A: own, C: own }", "{{A}} {{B}} {{C}}", &before).await;
    assert_eq!(body, "prod prod own");
}

#[tokio::test]
async fn one_time_passwords_are_made_when_the_test_runs_and_never_shown() {
    let folder = folder(&[]);
    let head = "variables: { KEY: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ, OTP: { totp: '{{ KEY }}', digits: 8 } }";
    let (body, result) = sent(folder.path(), head, "{{OTP}}", &[]).await;
    assert!(body.len() == 8 && body.bytes().all(|byte| byte.is_ascii_digit()), "{body}");
    assert!(!format!("{result:?}").contains(&body), "{result:?}");
}

#[test]
fn what_is_wrong_with_other_files_is_said_where_they_are_named() {
    let mut files = vec![
        ("ring.yaml".to_owned(), "include: ring.yaml\nvariables: { A: a }".to_owned()),
        ("bad.yaml".to_owned(), "A: [ a ]".to_owned()),
        ("env.yaml".to_owned(), "\n\n\nA: { env: NO_SUCH_ONE }".to_owned()),
        ("lost.yaml".to_owned(), "\n\n\nA: { file: lost.txt }".to_owned()),
        ("bomb0.yaml".to_owned(), "A: a".to_owned()),
    ];
    for n in 1..6 {
        let named = vec![format!("bomb{}.yaml", n - 1); 10].join(", ");
        files.push((format!("bomb{n}.yaml"), format!("include: [ {named} ]\n")));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    for (head, message) in [
        ("include: none.yaml", "1:10:/none.yaml cannot be read: No such file or directory (os error 2)"),
        ("include: [ ring.yaml ]", "1:12:files include each other: /ring.yaml -> /ring.yaml"),
        ("include: bad.yaml", "1:10:this file has mistakes: /bad.yaml:1:4: expected text, found a list"),
        ("# here\ninclude: env.yaml", "2:10:the environment has no variable `NO_SUCH_ONE`"),
        (
            "# here\ninclude: lost.yaml",
            "2:10:/lost.txt cannot be read: No such file or directory (os error 2)",
        ),
        (
            "include: bomb5.yaml",
            "1:10:more than 100 files are included, each counted as often as it is named",
        ),
        (
            "variables: { A: { file: none } }",
            "1:25:/none cannot be read: No such file or directory (os error 2)",
        ),
        (
            "variables: { A: { totp: 'abc1' } }",
            "1:25:expected a secret in base32, which has only letters and the digits 2 to 7",
        ),
        ("variables: { A: { value: a, digits: 6 } }", "1:29:`digits` needs `totp`"),
    ] {
        let found = errors(folder.path(), head);
        assert!(found.iter().any(|found| found == message), "{head}: {found:?}");
    }
    // Somebody else has no files here.
    for head in ["include: bomb0.yaml", "variables: { A: { file: bad.yaml } }"] {
        let text =
            format!("{head}\ntests: [ {{ name: a, http: {{ url: 'http://127.0.0.1/{{{{ A }}}}' }} }} ]\n");
        let found = Suite::load_foreign(&source(folder.path(), &text)).map(drop).unwrap_err();
        let refused = |message: &str| message.contains("this definition may not read files");
        assert!(found.iter().any(|one| refused(&one.message)), "{found:?}");
    }
}
