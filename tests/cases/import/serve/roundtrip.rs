//! The example of the README, called by the client of the same document.

include!("../examples/serve.rs");

use pets::client::{Error, pets::GetPetError as Refused};

/// The address of the example, on a port of its own.
async fn running() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(serve(app(Shelter), listener, |_headers| Caller::Anonymous));
    address
}

fn named(name: &str) -> pets::wire::Text<0, 20> {
    name.to_owned().try_into().expect("a short name")
}

#[tokio::test]
async fn who_is_there_is_found_and_who_isn_t_is_said() {
    let client = pets::Client::builder(running().await).build().expect("a client");
    let rex = client.pets().get(named("Rex")).send().await.expect("he lives there");
    assert_eq!(rex, Pet::new("Rex".to_owned(), PetMood::Calm));
    match client.pets().get(named("Tom & Jerry")).send().await {
        Err(Error::Api(Refused::NotFound(words))) => assert_eq!(words.0, "Tom & Jerry doesn't live here."),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_document_forbids_never_reaches_the_handler() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = running().await;
    let mut socket = tokio::net::TcpStream::connect(&address["http://".len()..]).await.expect("it listens");
    let request = format!("GET /pets/{} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "x".repeat(21));
    socket.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("/pets/"), "{answer}");
}
