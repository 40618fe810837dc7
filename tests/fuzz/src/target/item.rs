//! Items as they are stored, in the table of one machine and in one of an account.

use std::sync::{Arc, Mutex, PoisonError};

use library_store::stream::Row;
use library_store::{TABLE, entity};
use library_tests::samples;
use serde_json::{Value, json};
use stipule_aws::table::DynamoTable;
use stipule_aws::{Aws, Environment};
use stipule_fuzz::Check;
use stipule_fuzz::corpus::Input;
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::store::{Action, Get};
use stipule_runtime::stream::Own;
use stipule_runtime::{Attr, Item, PrimaryKey, Store, Transaction};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::world;
use crate::stored;

/// Whose items they are.
const TENANT: &str = "north";

/// Digits that DynamoDB keeps of a number. Source: "Naming rules and data types" of its developer guide.
const DIGITS: usize = 38;

/// An item of every entity, and rows of the platform.
pub(super) fn items() -> Vec<Input> {
    let (id, isbn) = ("00000000-0000-0000-0000-000000000001", "9780000000001");
    let (ulid, at) = ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "2027-01-15T08:00:00.123456789Z");
    let text = |value: &str| json!({ "S": value });
    let number = |value: &str| json!({ "N": value });
    let by_hand = [
        json!({"_t": text("Fine"), "memberId": text(id), "number": number("-7"), "cents": number("100"), "reason": text("late")}),
        json!({
            "_t": text("Hold"), "holdId": text(ulid), "isbn": text(isbn), "memberId": text(id), "urgency": text("SOON"),
            "offer": text("12.50"), "distance": number("0.5"), "student": {"BOOL": true}, "placedAt": text(at),
        }),
        json!({"_t": text("Branch"), "code": text("AB"), "name": text("Main"), "floors": number("3")}),
        json!({
            "_t": text("Reservation"), "isbn": text(isbn), "memberId": text(id), "state": text("WAITING"), "until": text(at),
            "place": number("1"), "note": text("#"),
        }),
        json!({"_t": text("Seat"), "_v": number("2"), "seatId": text(id), "room": text("A"), "label": text("$"), "lamps": number("1")}),
        json!({"_t": text("Session"), "sessionId": text(id), "memberId": text(id), "startedAt": text(at), "screen": {"NULL": true}}),
        json!({
            "_t": text("Visits"), "isbn": text(isbn), "count": number("1e2"), "since": text(at), "lastAt": text(at), "remark": text("r"),
        }),
    ];
    let mut member = samples::member(1, "ada@example.org");
    member.deposit = "12345678901234567890.50".parse().ok();
    member.discount = 0.1_f64.try_into().ok();
    member.birthday = "1815-12-10".parse().ok();
    let made = [
        entity::member::item(TENANT, &member, 3),
        entity::loan::item(TENANT, &samples::loan(1, 2, 3, 4), 5),
        entity::book::item(TENANT, &samples::book(1, "shelf#", "title$", 7)),
        super::message::returned(1, false).to_item(&TABLE, &samples::at(0)),
    ];
    let key = |mut item: Value| {
        item["pk"] = json!({ "S": "north#a#" });
        item["sk"] = json!({ "S": "b#" });
        item
    };
    let by_hand = by_hand.into_iter().map(key);
    let all = made.iter().map(stored::written).chain(by_hand);
    all.map(|item| Input::new("item", &item.to_string())).collect()
}

/// The item that a row is written as; none for what isn't understood, and for marks that hold nothing.
fn rewritten(row: &Row) -> Option<Item> {
    Some(match row {
        Row::Member(it) => entity::member::item(TENANT, &it.value, it.version),
        Row::Loan(it) => entity::loan::item(TENANT, &it.value, it.version),
        Row::Seat(it) => entity::seat::item(TENANT, &it.value, it.version),
        Row::Fine(it) => entity::fine::item(TENANT, it),
        Row::Book(it) => entity::book::item(TENANT, it),
        Row::Hold(it) => entity::hold::item(TENANT, it),
        Row::Branch(it) => entity::branch::item(TENANT, it),
        Row::Reservation(it) => entity::reservation::item(TENANT, it),
        Row::Session(it) => entity::session::item(TENANT, it),
        Row::Visits(it) => entity::visits::item(TENANT, it),
        Row::Own(Own::Outbox(it)) => it.to_item(&TABLE, &it.time),
        Row::Own(_) | Row::Unknown(_) => return None,
    })
}

/// Whose item a key is of; none where no entity has such a key.
fn tenant_of(row: &Row, key: &PrimaryKey) -> Option<String> {
    match row {
        Row::Member(_) => entity::member::parse_key(key).map(|it| it.tenant),
        Row::Loan(_) => entity::loan::parse_key(key).map(|it| it.tenant),
        Row::Seat(_) => entity::seat::parse_key(key).map(|it| it.tenant),
        Row::Fine(_) => entity::fine::parse_key(key).map(|it| it.tenant),
        Row::Book(_) => entity::book::parse_key(key).map(|it| it.tenant),
        Row::Hold(_) => entity::hold::parse_key(key).map(|it| it.tenant),
        Row::Branch(_) => entity::branch::parse_key(key).map(|it| it.tenant),
        Row::Reservation(_) => entity::reservation::parse_key(key).map(|it| it.tenant),
        Row::Session(_) => entity::session::parse_key(key).map(|it| it.tenant),
        Row::Visits(_) => entity::visits::parse_key(key).map(|it| it.tenant),
        Row::Own(_) | Row::Unknown(_) => Some(TENANT.to_owned()),
    }
}

/// An endpoint of DynamoDB that answers every call with one text.
#[derive(Clone, Default)]
struct Endpoint(Arc<Mutex<Vec<u8>>>);

impl Endpoint {
    async fn open(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let own = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().serve(stream));
            }
        });
        format!("http://{address}")
    }

    /// A call fits into what is read at once or twice; its body is looked for by its length alone.
    async fn serve(self, mut stream: TcpStream) {
        let mut read = Vec::new();
        while stream.read_buf(&mut read).await.is_ok_and(|more| more > 0) {
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut request = httparse::Request::new(&mut headers);
            let Ok(httparse::Status::Complete(head)) = request.parse(&read) else { continue };
            let length = request.headers.iter().find(|it| it.name.eq_ignore_ascii_case("content-length"));
            let length = length.and_then(|it| std::str::from_utf8(it.value).ok()?.parse().ok()).unwrap_or(0);
            if read.len() < head + length {
                continue;
            }
            read.drain(..head + length);
            let body = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            if stream.write_all(&[head.into_bytes(), body].concat()).await.is_err() {
                return;
            }
        }
    }
}

/// Both tables.
struct Tables {
    here: LocalTable,
    there: DynamoTable,
    endpoint: Endpoint,
}

impl Tables {
    async fn open() -> Self {
        let endpoint = Endpoint::default();
        let address = endpoint.open().await;
        let there = DynamoTable::new(Aws::new(Environment::stand_in(address)).dynamodb(), &TABLE);
        let here = LocalTable::open(&Place::Memory, &TABLE).expect("a table in memory");
        Self { here, there, endpoint }
    }

    async fn check(&mut self, input: &Input) {
        let Ok(json) = serde_json::from_slice::<Value>(&input.bytes) else { return };
        let item = stored::read(&json);
        // Where a name stands twice, readers differ in which of them counts.
        let text = if item.is_some() { json.to_string().into_bytes() } else { input.bytes.clone() };
        self.answered(&text, item.as_ref()).await;
        let Some(item) = item else { return };
        self.kept(&item).await;
        let row = Row::of(item);
        let Some(again) = rewritten(&row) else { return };
        assert!(Row::of(again.clone()) == row, "written and read again it differs: {row:?}");
        let key = PrimaryKey::of(&again, &TABLE).expect("an item has a key");
        assert_eq!(tenant_of(&row, &key).as_deref(), Some(TENANT), "its key can't be read: {row:?}");
        assert!(rewritten(&row).is_some_and(|other| other == again), "it is written in two ways: {row:?}");
        if let Some(found) = self.kept(&again).await {
            assert!(Row::of(found) == row, "stored and read again it differs: {row:?}");
        }
    }

    /// What an account's table answers is the item that stands there.
    async fn answered(&self, text: &[u8], item: Option<&Item>) {
        let answer = [b"{\"Item\":", text, b"}"].concat();
        *self.endpoint.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        let key = PrimaryKey::new("a", "b");
        let found = self.there.get(Get { key, consistent: true }).await;
        match (found, item) {
            (Ok(Some(found)), Some(item)) => assert!(found == *item, "the SDK reads another item"),
            (Ok(found), Some(item)) => assert!(found.is_some() || item.is_empty(), "the SDK sees no item"),
            (Err(error), Some(_)) => panic!("the SDK can't read the item: {error}"),
            (_, None) => {}
        }
    }

    /// What the table of one machine gives back. None where it refuses the item.
    async fn kept(&self, item: &Item) -> Option<Item> {
        let key = PrimaryKey::of(item, &TABLE)?;
        let put = Action::Put { item: item.clone(), condition: None };
        let written = self.here.transact(Transaction { actions: vec![put] }).await;
        written.ok()?;
        let found = self.here.get(Get { key, consistent: true }).await.expect("the table answers");
        let found = found.expect("what was written is there");
        assert!(same(&Attr::M(found.clone()), &Attr::M(item.clone())), "the table gives another item");
        Some(found)
    }
}

/// Whether two values are the same to DynamoDB, which writes numbers in a way of its own.
fn same(one: &Attr, two: &Attr) -> bool {
    match (one, two) {
        (Attr::N(one), Attr::N(two)) => {
            one.parse::<f64>().ok() == two.parse::<f64>().ok() || two.len() > DIGITS
        }
        (Attr::L(one), Attr::L(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Attr::M(one), Attr::M(two)) => {
            let each = |(name, value): (&str, &Attr)| two.get(name).is_some_and(|other| same(value, other));
            one.len() == two.len() && one.iter().all(each)
        }
        (one, two) => one == two,
    }
}

pub(super) fn check() -> Check {
    world(Tables::open, async |tables: &mut Tables, input| tables.check(input).await)
}
