//! The transport against real sockets that misbehave.

use std::time::Duration;

use stipule_client::{Client, Error, Retry};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::script::{Number, Refusal, read, ring};

/// A server that says the same to everybody and then hangs up. Gives its address.
async fn server(says: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut asked = [0; 1024];
            let _ = socket.read(&mut asked).await;
            let _ = socket.write_all(says).await;
        }
    });
    address
}

fn client(address: &str) -> Client {
    let retry = Retry { attempts: 2, first_wait: Duration::from_millis(1), ..Retry::default() };
    Client::builder(address).retry(retry).max_answer_bytes(1000).build().unwrap()
}

async fn ask(says: &'static [u8]) -> Result<i64, Error<Refusal>> {
    read(&client(&server(says).await)).send::<Number>().await
}

#[tokio::test]
async fn a_whole_answer_is_read() {
    let says = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n7";
    assert_eq!(ask(says).await.unwrap(), 7);
}

#[tokio::test]
async fn half_an_answer_is_no_answer() {
    let says: [&'static [u8]; 4] = [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n7",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n7\r\n",
    ];
    for says in says {
        let error = ask(says).await.unwrap_err();
        assert!(matches!(error, Error::Failed(_)), "{error}");
    }
}

/// Half a body, and then nothing, for ever.
#[tokio::test]
async fn a_body_that_never_ends_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut asked = [0; 1024];
            let _ = socket.read(&mut asked).await;
            let says = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n7";
            let _ = socket.write_all(says).await;
            kept.push(socket);
        }
    });
    let retry = Retry { attempts: 2, first_wait: Duration::from_millis(1), ..Retry::default() };
    let client: Client =
        Client::builder(address).retry(retry).attempt_timeout(Duration::from_millis(50)).build().unwrap();
    for call in [read(&client), ring(&client)] {
        let error = call.send::<Number>().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
    }
}

#[tokio::test]
async fn nonsense_is_no_answer() {
    let error = ask(b"SSH-2.0-OpenSSH_9.7\r\n").await.unwrap_err();
    assert!(matches!(error, Error::Failed(_)), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_cut_off() {
    static LONG: [u8; 5000] = [b'7'; 5000];
    let mut says = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    says.extend(LONG);
    let error = ask(Vec::leak(says)).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer is larger than the client takes");
}

#[tokio::test]
async fn nobody_at_the_address_is_a_failure_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = ring(&client(&address)).send::<Number>().await.unwrap_err();
    let Error::Failed(fault) = error else { panic!("an answer from nobody") };
    assert!(fault.transport().unwrap().is_connect(), "{fault}");
}
