use super::*;

fn open(file: Option<&Path>) -> Result<Queues, QueueError> {
    Queues::open(file, Writers::Threads)
}

fn publication(id: &str, to: &[(&str, Option<&str>)]) -> Publication {
    Publication {
        event_id: id.to_owned(),
        tenant: "north".to_owned(),
        published_at: 100,
        body: format!("{{\"id\":\"{id}\"}}").into(),
        to: to.iter().map(|(name, key)| ((*name).to_owned(), key.map(str::to_owned))).collect(),
    }
}

#[tokio::test]
async fn a_message_is_handed_out_once_until_it_is_given_back() {
    let queues = open(None).unwrap();
    queues.publish(vec![publication("e1", &[("audit", None)])]).await.unwrap();
    let message = queues.receive("audit", 100).expect("due");
    assert!(queues.receive("audit", 1_000).is_none(), "in flight");
    queues.retry(&message, 500).await.unwrap();
    assert!(queues.receive("audit", 499).is_none(), "waits for its time");
    let again = queues.receive("audit", 500).expect("due again");
    assert_eq!(again.attempts, 1);
    queues.done(&again, 0).await.unwrap();
    assert_eq!(queues.depth(), 0);
}

#[tokio::test]
async fn publishing_twice_makes_one_message_and_one_archive_entry() {
    let queues = open(None).unwrap();
    for _ in 0..2 {
        queues.publish(vec![publication("e1", &[("audit", None), ("mail", None)])]).await.unwrap();
    }
    assert_eq!(queues.depth(), 2);
    assert_eq!(queues.archive("north", 0, 10).await.unwrap().len(), 1);
    assert!(queues.archive("south", 0, 10).await.unwrap().is_empty(), "another tenant sees nothing");
}

#[tokio::test]
async fn an_ordered_queue_hands_out_one_message_per_key_in_order() {
    let queues = open(None).unwrap();
    let ordered = |id, key| publication(id, &[("audit", Some(key))]);
    queues.publish(vec![ordered("a1", "a"), ordered("a2", "a"), ordered("b1", "b")]).await.unwrap();
    let first = queues.receive("audit", 100).unwrap();
    let other = queues.receive("audit", 100).unwrap();
    assert_eq!((first.event_id.as_str(), other.event_id.as_str()), ("a1", "b1"));
    assert!(queues.receive("audit", 100).is_none(), "a2 waits behind a1");
    queues.retry(&first, 200).await.unwrap();
    assert!(queues.receive("audit", 150).is_none(), "a2 doesn't overtake a1 while it waits");
    let first = queues.receive("audit", 200).unwrap();
    assert_eq!(first.event_id, "a1");
    queues.done(&first, 0).await.unwrap();
    assert_eq!(queues.receive("audit", 200).unwrap().event_id, "a2");
}

#[tokio::test]
async fn what_was_not_finished_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.db");
    {
        let queues = open(Some(&file)).unwrap();
        let to = [("audit", Some("a"))];
        queues.publish(vec![publication("e1", &to), publication("e2", &to)]).await.unwrap();
        let first = queues.receive("audit", 100).unwrap();
        queues.retry(&first, 700).await.unwrap();
        queues.receive("audit", 700).expect("in flight when the process ends");
    }
    let queues = open(Some(&file)).unwrap();
    let first = queues.receive("audit", 700).expect("visible again");
    assert_eq!((first.event_id.as_str(), first.attempts), ("e1", 1));
    assert!(queues.receive("audit", 700).is_none(), "order holds across the restart");
}

#[tokio::test]
async fn a_dead_letter_keeps_its_payload_and_comes_back_once() {
    let queues = open(None).unwrap();
    queues
        .publish(vec![publication("e1", &[("audit", Some("a"))]), publication("e2", &[("audit", Some("a"))])])
        .await
        .unwrap();
    let message = queues.receive("audit", 100).unwrap();
    queues.park(&message, "audit-dead", "no such book", None, 300).await.unwrap();
    let letters = queues.dead_letters().await.unwrap();
    assert_eq!((letters[0].queue.as_str(), letters[0].reason.as_str()), ("audit-dead", "no such book"));
    assert_eq!(letters[0].message.body, message.body);
    let next = queues.receive("audit", 300).expect("the key goes on behind a parked message");
    assert_eq!(queues.parked_before(&next).as_deref(), Some("e1"), "for who minds the gap");
    queues.done(&next, 0).await.unwrap();
    assert!(queues.redrive("audit", "e1", 400).await.unwrap());
    assert!(!queues.redrive("audit", "e1", 400).await.unwrap(), "a second redrive has no effect");
    let revived = queues.receive("audit", 400).unwrap();
    assert_eq!((revived.event_id.as_str(), revived.attempts), ("e1", 0));
}

#[tokio::test]
async fn what_was_parked_behind_a_dead_letter_comes_back_with_it_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.db");
    {
        let queues = open(Some(&file)).unwrap();
        let keys = [("e1", "a"), ("e2", "a"), ("f1", "b"), ("e3", "a"), ("e4", "a")];
        queues
            .publish(keys.map(|(id, key)| publication(id, &[("audit", Some(key))])).to_vec())
            .await
            .unwrap();
        let first = queues.receive("audit", 100).unwrap();
        queues.park(&first, "dead", "broken", None, 100).await.unwrap();
        // e3 fails on its own account, the others only stand behind.
        for (id, behind) in [("e2", Some("e1")), ("e3", None), ("e4", Some("e1"))] {
            let mut message = queues.receive("audit", 100).unwrap();
            if message.event_id == "f1" {
                assert_eq!(queues.parked_before(&message), None, "another key goes on");
                queues.done(&message, 100).await.unwrap();
                message = queues.receive("audit", 100).unwrap();
            }
            assert_eq!(
                (message.event_id.as_str(), queues.parked_before(&message).as_deref()),
                (id, Some("e1"))
            );
            queues.park(&message, "dead", "behind", behind.map(str::to_owned), 100).await.unwrap();
        }
    }
    let queues = open(Some(&file)).unwrap();
    queues.publish(vec![publication("e5", &[("audit", Some("a"))])]).await.unwrap();
    let waiting = queues.receive("audit", 100).unwrap();
    assert_eq!(queues.parked_before(&waiting).as_deref(), Some("e1"), "remembered across a restart");
    assert!(queues.redrive("audit", "e1", 500).await.unwrap());
    queues.done(&waiting, 500).await.unwrap();
    for (id, parked) in [("e1", None), ("e2", None), ("e4", Some("e3"))] {
        let message = queues.receive("audit", 500).unwrap();
        assert_eq!((message.event_id.as_str(), queues.parked_before(&message).as_deref()), (id, parked));
        queues.done(&message, 500).await.unwrap();
    }
    let letters = queues.dead_letters().await.unwrap();
    assert_eq!(letters.iter().map(|it| it.message.event_id.as_str()).collect::<Vec<_>>(), ["e3"]);
}

#[tokio::test]
async fn a_file_of_the_first_layout_is_taken_to_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.db");
    {
        let old = rusqlite::Connection::open(&file).unwrap();
        let create = schema::CREATE.replace("arrival      INTEGER,", "").replace("behind       TEXT,", "");
        old.execute_batch(&create).unwrap();
        old.execute_batch(
            "INSERT INTO dead_letter (queue, subscription, event_id, ordering_key, body, attempts, reason, parked_at)
             VALUES ('dead', 'audit', 'e1', 'a', '{}', 5, 'broken', 7);
             PRAGMA user_version = 1;",
        )
        .unwrap();
    }
    let queues = open(Some(&file)).unwrap();
    queues.publish(vec![publication("e2", &[("audit", Some("a"))])]).await.unwrap();
    let next = queues.receive("audit", 100).unwrap();
    assert_eq!(queues.parked_before(&next), None, "an old letter has no place in the order");
    queues.done(&next, 100).await.unwrap();
    assert!(queues.redrive("audit", "e1", 100).await.unwrap());
    assert_eq!(queues.receive("audit", 100).unwrap().event_id, "e1");
}

#[tokio::test]
async fn many_writers_share_commits_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.db");
    {
        let queues = open(Some(&file)).unwrap();
        let writers = (0..200).map(|number| {
            let queues = queues.clone();
            tokio::spawn(async move {
                queues.publish(vec![publication(&format!("e{number}"), &[("audit", None)])]).await
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap().unwrap();
        }
    }
    let queues = open(Some(&file)).unwrap();
    assert_eq!(queues.depth(), 200);
}

#[test]
fn a_file_of_a_newer_release_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.db");
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(open(Some(&file)), Err(QueueError::Newer { found: 99, .. })));
}
