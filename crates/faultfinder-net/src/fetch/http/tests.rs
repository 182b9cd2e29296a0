//! Fetches from small servers on loopback.

use super::*;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server that sends each connection the response of its path, and closes it.
async fn serve(answers: &'static [(&'static str, &'static str)]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = vec![0; 4096];
            let length = stream.read(&mut buffer).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default();
            let answer = answers.iter().find(|(known, _)| *known == path).map_or("", |(_, answer)| *answer);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

const ANY: Wanted<'_> = Wanted { accept: "*/*", bytes_max: 5, post: None };

#[tokio::test]
async fn redirects_are_followed_three_times_and_only_to_http() {
    let address = serve(&[
        ("/0", "HTTP/1.1 301 Moved\r\nlocation: /1\r\n\r\n"),
        ("/1", "HTTP/1.1 302 Found\r\nlocation: 2\r\n\r\n"),
        ("/2", "HTTP/1.1 307 Again\r\nlocation: /3?q\r\n\r\n"),
        ("/3?q", "HTTP/1.1 200 OK\r\n\r\nhello"),
        ("/loop", "HTTP/1.1 308 Again\r\nlocation: /loop\r\n\r\n"),
        ("/tls", "HTTP/1.1 302 Found\r\nlocation: https://a.test/\r\n\r\n"),
        ("/large", "HTTP/1.1 200 OK\r\n\r\nhello!"),
    ])
    .await;
    let vantage = Vantage::system();
    let mut spent = 0;
    let mut fetcher = Fetcher::new(&vantage, &ClientOptions::default(), &mut spent);
    for (path, expected) in [
        ("/0", Ok(b"hello".to_vec())),
        ("/loop", Err(FetchError::Redirects(3))),
        ("/tls", Err(FetchError::Scheme("https".to_owned()))),
        ("/large", Err(FetchError::TooLarge(5))),
        ("/none", Err(FetchError::NotHttp("the connection was closed without a response".to_owned()))),
    ] {
        assert_eq!(fetcher.fetch(&format!("http://{address}{path}"), ANY).await, expected, "{path}");
    }
    assert_eq!(spent, 11);
    for _ in 11..FETCHES_MAX {
        let mut fetcher = Fetcher::new(&vantage, &ClientOptions::default(), &mut spent);
        assert!(fetcher.fetch(&format!("http://{address}/3?q"), ANY).await.is_ok());
    }
    let mut fetcher = Fetcher::new(&vantage, &ClientOptions::default(), &mut spent);
    let over = fetcher.fetch(&format!("http://{address}/3?q"), ANY).await;
    assert_eq!(over, Err(FetchError::TooMany(FETCHES_MAX)));
}

#[tokio::test]
async fn overrides_of_the_test_count_and_what_cannot_be_reached_says_why() {
    let address = serve(&[("/", "HTTP/1.1 200 OK\r\n\r\nok")]).await;
    let vantage = Vantage::system();
    let way = ClientOptions {
        resolve: vec![("ca.test".to_owned(), address.ip())],
        ip: IpVersion::V6,
        ..ClientOptions::default()
    };
    let mut spent = 0;
    let mut fetcher = Fetcher::new(&vantage, &way, &mut spent);
    let url = format!("http://ca.test:{}", address.port());
    assert_eq!(fetcher.fetch(&url, ANY).await, Ok(b"ok".to_vec()));
    // Bound but not listening: nothing else can answer there.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let closed = format!("http://{}", socket.local_addr().unwrap());
    for (url, part) in [
        (closed.as_str(), "refused"),
        ("ldap://ca.test/cn=x", "only http is fetched, not ldap"),
        ("http://a..b/", "has an empty label"),
        ("http://", "\"http://\" is not a URL"),
    ] {
        let error = fetcher.fetch(url, ANY).await.unwrap_err().to_string();
        assert!(error.contains(part), "{url}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up() {
    // It accepts, by the kernel's hand, and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (vantage, mut spent) = (Vantage::system(), 0);
    let began = tokio::time::Instant::now();
    let silent = Fetcher::new(&vantage, &ClientOptions::default(), &mut spent).fetch(&url, ANY).await;
    assert_eq!(silent, Err(FetchError::TimedOut(FETCH_TIME_MAX)));
    assert_eq!(began.elapsed().as_secs(), FETCH_TIME_MAX.as_secs());
}

#[tokio::test]
async fn nothing_is_fetched_from_a_denied_network_or_behind_a_redirect_into_one() {
    let hidden = std::net::TcpListener::bind("127.0.0.2:0").unwrap();
    hidden.set_nonblocking(true).unwrap();
    let inside = hidden.local_addr().unwrap();
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: http://{inside}/a.crl\r\n\r\n");
    let answers: Vec<(&str, &str)> = vec![("/", answer.leak())];
    let address = serve(answers.leak()).await;
    let vantage = Vantage::system().denying(crate::DeniedNetworks::parse(["127.0.0.2"]).unwrap());
    let (way, mut spent) = (ClientOptions::default(), 0);
    let mut fetcher = Fetcher::new(&vantage, &way, &mut spent);
    for url in [format!("http://{inside}/a.crl"), format!("http://{address}/")] {
        let error = fetcher.fetch(&url, ANY).await.unwrap_err().to_string();
        assert!(error.starts_with("127.0.0.2 is in 127.0.0.2/32, a network"), "{url}: {error}");
    }
    assert!(hidden.accept().is_err(), "it was asked");
}
