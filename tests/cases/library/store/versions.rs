//! Versions: an update holds only if nobody wrote since the value was read.

use library_model::types::{Member, Standing};
use library_store::{
    ChangeMember, ChangeMemberError, LeaveError, Library, ReplaceMember, ReplaceMemberError, SuspendMember,
    SuspendMemberError,
};
use stipule_runtime::{Context, StoreFailure, Stored};

use crate::desk::{at, join, member, member_id, ports, visit};

async fn stored(cx: &Context) -> Stored<Member> {
    Library::of(cx).member(&member_id(1)).await.expect("the table answers").expect("the member joined")
}

fn change(member: &Member, name: &str) -> ChangeMember {
    ChangeMember {
        email: member.email.clone(),
        name: name.try_into().expect("a name"),
        nickname: member.nickname.clone(),
        address: member.address.clone(),
        contact: member.contact.clone(),
    }
}

#[tokio::test]
async fn of_two_updates_from_one_reading_the_second_is_refused() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let (one, other) = (visit(&ports, "north"), visit(&ports, "north"));
    let read = stored(&one).await;
    assert_eq!(read.version, 1);
    Library::of(&one).change_member(&read, change(&read, "Grace")).commit().await.expect("the first");
    let outcome = Library::of(&other).change_member(&read, change(&read, "Mary")).commit().await;
    assert_eq!(outcome, Err(ChangeMemberError::Conflict));
    let now = stored(&other).await;
    assert_eq!((now.version, now.name.as_str()), (2, "Grace"));
}

#[tokio::test]
async fn a_condition_beside_the_version_has_the_name_the_contract_gives() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let suspend = || SuspendMember { standing: Standing::Suspended };
    let cx = visit(&ports, "north");
    Library::of(&cx).suspend_member(&stored(&cx).await, suspend()).commit().await.expect("in good standing");
    let cx = visit(&ports, "north");
    let now = stored(&cx).await;
    let outcome = Library::of(&cx).suspend_member(&now, suspend()).commit().await;
    assert_eq!(outcome, Err(SuspendMemberError::NotInGoodStanding));
    let stale = Stored { version: 1, ..now };
    let cx = visit(&ports, "north");
    let outcome = Library::of(&cx).suspend_member(&stale, suspend()).commit().await;
    assert_eq!(outcome, Err(SuspendMemberError::Conflict), "nothing is known of what was read before");
}

#[tokio::test]
async fn a_replacement_raises_the_version_and_replaces_every_field() {
    let ports = ports();
    let mut first = member(1, "ada@example.org");
    first.nickname = Some("Countess".try_into().expect("a nickname"));
    join(&visit(&ports, "north"), first).await.expect("nobody is there yet");
    let cx = visit(&ports, "north");
    let read = stored(&cx).await;
    let next = member(1, "countess@example.org");
    Library::of(&cx)
        .replace_member(&read, ReplaceMember { member: next.clone() })
        .commit()
        .await
        .expect("current");
    let now = stored(&cx).await;
    assert_eq!((now.version, now.value), (2, next.clone()));
    let cx = visit(&ports, "north");
    let stale = Library::of(&cx).replace_member(&read, ReplaceMember { member: next }).commit().await;
    assert_eq!(stale, Err(ReplaceMemberError::Conflict));
}

#[tokio::test]
async fn a_replacement_changes_neither_the_key_nor_what_never_changes() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let mut later = member(1, "ada@example.org");
    later.joined_at = at(9);
    for other in [member(2, "ada@example.org"), later] {
        let cx = visit(&ports, "north");
        let outcome = Library::of(&cx)
            .replace_member(&stored(&cx).await, ReplaceMember { member: other })
            .commit()
            .await;
        assert!(matches!(outcome, Err(ReplaceMemberError::Failed(StoreFailure::Invalid(_)))), "{outcome:?}");
    }
}

#[tokio::test]
async fn what_changed_since_it_was_read_is_not_removed() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let cx = visit(&ports, "north");
    let read = stored(&cx).await;
    Library::of(&cx).change_member(&read, change(&read, "Grace")).commit().await.expect("current");
    let cx = visit(&ports, "north");
    assert_eq!(Library::of(&cx).leave(&read).commit().await, Err(LeaveError::Conflict));
    let now = stored(&cx).await;
    let cx = visit(&ports, "north");
    Library::of(&cx).leave(&now).commit().await.expect("current");
    assert_eq!(Library::of(&cx).member(&member_id(1)).await, Ok(None));
}

#[tokio::test]
async fn of_many_at_once_each_gets_through_once_it_has_the_current_value() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let mut clerks = tokio::task::JoinSet::new();
    for clerk in 0..16 {
        let ports = ports.clone();
        clerks.spawn(async move {
            let cx = visit(&ports, "north");
            loop {
                let read = stored(&cx).await;
                let input = change(&read, &format!("{} {clerk}", read.name.as_str()));
                match Library::of(&cx).change_member(&read, input).commit().await {
                    Ok(()) => return,
                    Err(ChangeMemberError::Conflict) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        });
    }
    clerks.join_all().await;
    let now = stored(&visit(&ports, "north")).await;
    assert_eq!(now.version, 17);
    for clerk in 0..16 {
        assert!(now.name.split(' ').any(|word| word == clerk.to_string()), "the change of {clerk} is lost");
    }
}
