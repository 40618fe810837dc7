//! Unique values: a lock comes with the value, moves with it and goes with it.

use library_model::types::{Branch, BranchCode, Member};
use library_store::{
    AddBranch, AddBranchError, ChangeMember, ChangeMemberError, CloseBranchError, JoinError, Library,
    RenameBranch, RenameBranchError,
};
use stipule_runtime::Context;

use crate::desk::{join, member, member_id, ports, visit};

async fn readdress(cx: &Context, number: u64, email: &str) -> Result<(), ChangeMemberError> {
    let library = Library::of(cx);
    let read = library.member(&member_id(number)).await.expect("the table answers").expect("joined");
    let Member { name, nickname, address, contact, .. } = read.value.clone();
    let email = email.parse().expect("an address");
    library.change_member(&read, ChangeMember { email, name, nickname, address, contact }).commit().await
}

fn branch(code: &str, name: &str) -> Branch {
    Branch {
        code: BranchCode::new(code).expect("a code"),
        name: name.try_into().expect("a name"),
        floors: 1.try_into().expect("one floor at least"),
    }
}

#[tokio::test]
async fn no_two_members_share_an_address_whatever_its_letters() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let outcome = join(&visit(&ports, "north"), member(2, "Ada@Example.org")).await;
    assert_eq!(outcome, Err(JoinError::MemberEmailTaken));
    let cx = visit(&ports, "north");
    assert_eq!(Library::of(&cx).member(&member_id(2)).await, Ok(None));
}

#[tokio::test]
async fn a_changed_address_frees_the_old_one_and_takes_the_new_one() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    join(&visit(&ports, "north"), member(2, "grace@example.org")).await.expect("another address");
    let taken = readdress(&visit(&ports, "north"), 2, "ADA@example.org").await;
    assert_eq!(taken, Err(ChangeMemberError::MemberEmailTaken));
    readdress(&visit(&ports, "north"), 1, "countess@example.org").await.expect("nobody has it");
    readdress(&visit(&ports, "north"), 2, "ada@example.org").await.expect("it is free now");
    let outcome = join(&visit(&ports, "north"), member(3, "countess@example.org")).await;
    assert_eq!(outcome, Err(JoinError::MemberEmailTaken));
    join(&visit(&ports, "north"), member(3, "grace@example.org")).await.expect("it is free now");
}

#[tokio::test]
async fn an_address_that_stays_the_same_but_for_its_letters_needs_no_lock() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    readdress(&visit(&ports, "north"), 1, "Ada@example.org").await.expect("it is their own");
    let outcome = join(&visit(&ports, "north"), member(2, "ada@example.org")).await;
    assert_eq!(outcome, Err(JoinError::MemberEmailTaken));
}

#[tokio::test]
async fn who_leaves_leaves_the_address_behind() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let cx = visit(&ports, "north");
    let read = Library::of(&cx).member(&member_id(1)).await.expect("the table answers").expect("joined");
    Library::of(&cx).leave(&read).commit().await.expect("current");
    join(&visit(&ports, "north"), member(2, "ada@example.org")).await.expect("it is free now");
}

#[tokio::test]
async fn of_many_who_want_one_address_at_once_one_gets_it() {
    let ports = ports();
    let mut guests = tokio::task::JoinSet::new();
    for number in 0..24 {
        let ports = ports.clone();
        guests.spawn(async move { join(&visit(&ports, "north"), member(number, "ada@example.org")).await });
    }
    let outcomes = guests.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let denied = |outcome: &&Result<(), JoinError>| **outcome == Err(JoinError::MemberEmailTaken);
    assert_eq!(outcomes.iter().filter(denied).count(), 23);
}

#[tokio::test]
async fn without_a_version_the_value_that_was_read_stands_in_for_it() {
    let ports = ports();
    let add = |code, name| (visit(&ports, "north"), AddBranch { branch: branch(code, name) });
    let (cx, input) = add("NO", "Riverside");
    Library::of(&cx).add_branch(input).commit().await.expect("the first");
    let (cx, input) = add("SO", "Riverside");
    assert_eq!(Library::of(&cx).add_branch(input).commit().await, Err(AddBranchError::BranchNameTaken));

    let rename = |name: &str| RenameBranch { name: name.try_into().expect("a name") };
    let read = branch("NO", "Riverside");
    let cx = visit(&ports, "north");
    Library::of(&cx).rename_branch(&read, rename("Harbour")).commit().await.expect("as it was read");
    let cx = visit(&ports, "north");
    let outcome = Library::of(&cx).rename_branch(&read, rename("Market")).commit().await;
    assert_eq!(outcome, Err(RenameBranchError::Conflict), "it isn't called Riverside any more");
    let cx = visit(&ports, "north");
    assert_eq!(Library::of(&cx).close_branch(&read).commit().await, Err(CloseBranchError::Conflict));
    let cx = visit(&ports, "north");
    Library::of(&cx).close_branch(&branch("NO", "Harbour")).commit().await.expect("as it is");
    let (cx, input) = add("SO", "Harbour");
    Library::of(&cx).add_branch(input).commit().await.expect("the name is free again");
}
