use faultfinder_net::{tls::*, *};
use serde_json::Value;
use std::time::Duration;
use faultfinder_taxonomy::*;
fn dur(v: &Value) -> Duration { let s = v.as_str().unwrap(); if let Some(m) = s.strip_suffix("ms") { Duration::from_millis(m.trim().parse().unwrap()) } else { Duration::from_secs_f64(s.trim_end_matches('s').trim().parse().unwrap()) } }
fn pem(v: &Value) -> Pem { Pem::from_text(v.as_str().unwrap()) }
fn tls(v: &Value) -> TlsOptions {
    let mut o = TlsOptions::default();
    if v["roots"] == "none" { o.roots = Roots::None }
    for c in v["ca"].as_array().into_iter().flatten() { o.ca.push(pem(c)) }
    if v["insecure"] == true { o.insecure = true } if v["accept_self_signed"] == true { o.accept_self_signed = true }
    if let Some(s) = v["server_name"].as_str() { o.server_name = Some(s.into()) }
    if v["client_cert"].is_string() { o.client_cert = Some(pem(&v["client_cert"])) }
    if v["client_key"].is_string() { o.client_key = Some(pem(&v["client_key"])) }
    let ver = |v: &Value| match v.to_string().trim_matches('"') { "1.2" | "TLSv1.2" => Some(TlsVersion::V12), "1.3" | "TLSv1.3" => Some(TlsVersion::V13), _ => None };
    o.min_version = ver(&v["min_version"]); o.max_version = ver(&v["max_version"]);
    for a in v["alpn"].as_array().into_iter().flatten() { o.alpn.push(a.as_str().unwrap().into()) }
    if let Some(d) = v["verify_depth"].as_u64() { o.verify_depth = Some(d as u32) }
    if let Some(d) = v["auth_level"].as_u64() { o.auth_level = d as u8 }
    o
}
fn client(v: &Value) -> ClientOptions {
    let mut o = ClientOptions::default();
    if v["timeout"].is_string() { o.timeout = dur(&v["timeout"]) }
    if v["overall_timeout"].is_string() { o.overall_timeout = dur(&v["overall_timeout"]) }
    for (k, a) in v["resolve"].as_object().into_iter().flatten() { for a in a.as_array().cloned().unwrap_or(vec![a.clone()]) { o.resolve.push((k.clone(), a.as_str().unwrap().parse().unwrap())) } }
    if v["resolver"].is_object() { let mut r = ResolverOptions::new(v["resolver"]["server"].as_str().unwrap().parse().unwrap()); r.port = v["resolver"]["port"].as_u64().unwrap() as u16; o.resolver = Some(r) }
    o
}
fn pairs(v: &Value) -> Vec<(String, String)> {
    let t = |v: &Value| v.as_str().map(str::to_owned).unwrap_or_else(|| v.to_string());
    match v { Value::Object(m) => m.iter().flat_map(|(k, v)| match v { Value::Array(a) => a.iter().map(|v| (k.clone(), t(v))).collect::<Vec<_>>(), v => vec![(k.clone(), t(v))] }).collect(), Value::Array(a) => a.iter().flat_map(|e| if e["name"].is_string() { vec![(t(&e["name"]), t(&e["value"]))] } else { pairs(e) }).collect(), _ => vec![] }
}
async fn run(v: &Vantage, d: &Value) -> (Option<Fault>, Timings, String) {
    fn fin<T: std::fmt::Debug>(r: Report<T>) -> (Option<Fault>, Timings, String) { let s = format!("{:?}", r.outcome.as_ref().ok()); (r.outcome.err(), r.timings, s.chars().take(300).collect()) }
    if d["http"].is_object() {
        let h = &d["http"]; use faultfinder_http::*;
        let mut r = Request::new(h["url"].as_str().unwrap());
        if let Some(m) = h["method"].as_str() { r.method = m.into() }
        r.headers = pairs(&h["headers"]); r.query = pairs(&h["query"]); r.cookies = pairs(&h["cookies"]);
        if let Some(b) = h["body"].as_str() { r.body = Body::Text(b.into()) } if !h["json"].is_null() { r.body = Body::Json(h["json"].to_string()) } if !h["form"].is_null() { r.body = Body::Form(pairs(&h["form"])) }
        if h["auth"]["basic"].is_object() { r.auth = Some(Auth::Basic { username: h["auth"]["basic"]["username"].as_str().unwrap().into(), password: h["auth"]["basic"]["password"].as_str().unwrap().into() }) }
        if let Some(t) = h["auth"]["bearer"].as_str() { r.auth = Some(Auth::Bearer(t.into())) }
        r.follow_redirects = h["follow_redirects"] == true; r.persist_cookies = h["persist_cookies"] == true; if let Some(m) = h["max_redirects"].as_u64() { r.max_redirects = m as u32 }
        r.version = match h["version"].to_string().trim_matches('"') { "1.1" => Version::Http11, "2" => Version::Http2, "h2c" => Version::H2c, _ => Version::Auto };
        if h["proxy"].is_object() { r.proxy = Some(Proxy { url: match h["proxy"]["url"].as_str().unwrap().parse() { Ok(u) => u, Err(e) => { println!("bad proxy {e}"); return (None, Timings::default(), String::new()) } }, headers: pairs(&h["proxy"]["headers"]) }) }
        r.tls = tls(if h["tls"].is_object() { &h["tls"] } else { &Value::Null }); r.client = client(h);
        return fin(probe(v, &r).await);
    }
    if d["ssl"].is_object() { let s = &d["ssl"]; use faultfinder_ssl::*; let mut r = Request::new(s["host"].as_str().unwrap()); r.port = s["port"].as_u64().unwrap_or(443) as u16; r.tls = tls(s); r.client = client(s); return fin(probe(v, &r).await) }
    if d["dns"].is_object() { let s = &d["dns"]; use faultfinder_dns::*; let mut r = Request::new(s["name"].as_str().unwrap()); if let Some(p) = s["port"].as_u64() { r.port = p as u16 } if let Some(x) = s["server"].as_str() { r.server = Some(x.into()) } if let Some(x) = s["type"].as_str() { r.record_type = x.into() } if s["transport"] == "tcp" { r.transport = ResolverTransport::Tcp } r.client = client(s); return fin(probe(v, &r).await) }
    (None, Timings::default(), "skipped".into())
}
fn agrees(e: &faultfinder_lab::Expect, f: &Option<Fault>) -> bool {
    let Some(code) = e.code else { return f.is_none() };
    let Some(f) = f else { return code == Code::IncorrectAssertion };
    if f.code != code || Some(f.phase) != e.phase { return false }
    let have = serde_json::to_value(&f.detail).unwrap();
    e.detail.iter().flat_map(|d| d.as_object()).flatten().all(|(k, v)| have[k] == *v)
}
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lab = faultfinder_lab::Lab::new(std::time::SystemTime::now()).unwrap();
    let only = std::env::args().nth(1);
    let verbose = std::env::args().nth(2).is_some();
    let ex = lab.start(&faultfinder_lab::scenarios(), only.as_deref()).unwrap();
    let v = Vantage::system();
    use futures_util::StreamExt;
    let rs: Vec<_> = futures_util::stream::iter(&ex).map(|e| { let v = &v; async move { (e, run(v, &e.definition).await) } }).buffer_unordered(16).collect().await;
    let mut bad = 0;
    for (e, (f, t, r)) in &rs { let ok = agrees(&e.expect, f); if !ok { bad += 1 } if !ok || verbose {
        println!("{} {}\n   expect {:?} {:?} {}\n   found  {}\n   {} {}", if ok { "ok " } else { "BAD" }, e.id, e.expect.code, e.expect.phase, e.expect.detail.clone().unwrap_or_default(), f.as_ref().map(|f| format!("{f} {}", serde_json::to_string(&f.detail).unwrap())).unwrap_or("pass".into()), serde_json::to_string(t).unwrap(), r); if verbose { if let Some(f) = f { println!("   {}", serde_json::to_string(&f.evidence).unwrap()) } } } }
    println!("{} scenarios, {bad} differ", rs.len());
}
