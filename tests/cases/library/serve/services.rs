//! What a person writes: the business, and nothing else.

use library_model::lending::LoanPage;
use library_model::types::{ByMail, ByMailKind, Contact, Fine, Member, MemberId, Standing};
use library_model::{events, open};
use library_service::lending::{
    BookTopic, EverybodyTopic, Lending, LendingTopics, ListLoansOfBook, ListLoansOfBookError,
    ListLoansOfBookOk,
};
use library_service::members::{
    GetMember, GetMemberError, GetMemberOk, Join, JoinError, JoinOk, Members, MembersEvents,
};
use library_store::{ChargeFine, Library};
use stipule_runtime::{Context, Failed, Failure, PageRequest, Received};

/// Who may borrow.
pub(crate) struct Register;

impl Members for Register {
    async fn join(&self, cx: &Context, input: Join) -> Result<JoinOk, JoinError> {
        let member = newcomer(cx, input)?;
        let member_joined = events::MemberJoined { member_id: member.member_id, standing: member.standing };
        let write = Library::of(cx).join(library_store::Join { member: member.clone(), member_joined });
        write.answer(JoinOk::Created(member)).await.map_err(|error| match error {
            library_store::JoinError::MemberEmailTaken => {
                JoinError::conflict("Somebody has this address already.")
            }
            library_store::JoinError::MemberExists => JoinError::from(Failed::internal(error)),
            library_store::JoinError::Failed(failure) => failure.into(),
        })
    }

    async fn get_member(&self, cx: &Context, input: GetMember) -> Result<GetMemberOk, GetMemberError> {
        let member = Library::of(cx).member(&input.member_id).await?;
        let member = member.ok_or_else(|| GetMemberError::not_found("There is no such member."))?;
        Ok(GetMemberOk::Ok(member.into_value()))
    }
}

impl MembersEvents for Register {
    async fn on_loan_returned(
        &self,
        cx: &Context,
        event: Received<open::events::LoanReturned>,
    ) -> Result<(), Failure> {
        if !event.late {
            return Ok(());
        }
        let fine = Fine {
            member_id: event.member_id,
            number: cx.now().unix_millis(),
            cents: 100.try_into().map_err(Failure::park)?,
            reason: "late".try_into().map_err(Failure::park)?,
        };
        let write = Library::of(cx).charge_fine(ChargeFine { member_id: event.member_id, fine });
        write.commit().await.map_err(|error| match error {
            library_store::ChargeFineError::Failed(failure) => failure.into(),
            denied => Failure::park(denied),
        })
    }
}

fn newcomer(cx: &Context, input: Join) -> Result<Member, Failed> {
    Ok(Member {
        member_id: MemberId::new(cx.new_id()),
        email: input.body.email.into_inner().try_into().map_err(Failed::internal)?,
        name: input.body.name,
        nickname: None,
        standing: Standing::Good,
        joined_at: cx.now(),
        birthday: None,
        contact: Contact::ByMail(ByMail { kind: ByMailKind::Mail, html: None }),
        address: None,
        interests: Vec::new().try_into().map_err(Failed::internal)?,
        labels: std::collections::BTreeMap::new().try_into().map_err(Failed::internal)?,
        loan_limit: 5.try_into().map_err(Failed::internal)?,
        deposit: None,
        discount: None,
        newsletter: true,
    })
}

/// Who has what.
pub(crate) struct Desk;

impl Lending for Desk {
    async fn list_loans_of_book(
        &self,
        cx: &Context,
        input: ListLoansOfBook,
    ) -> Result<ListLoansOfBookOk, ListLoansOfBookError> {
        let limit = input.limit.and_then(|limit| u32::try_from(limit.get()).ok());
        let request = PageRequest::at(input.cursor.as_deref()).limited(limit);
        let page = Library::of(cx).loans_of_book(&input.isbn, .., request).await?;
        let items = page.items.into_iter().map(stipule_runtime::Stored::into_value).collect();
        Ok(ListLoansOfBookOk::Ok(LoanPage { items, next_cursor: page.next }))
    }
}

/// Whoever may see loans may wait for any book that was ever lent.
impl LendingTopics for Desk {
    async fn may_hear_book(&self, cx: &Context, topic: BookTopic) -> Result<bool, Failure> {
        let known = Library::of(cx).loans_of_book(&topic.isbn, .., PageRequest::first()).await?;
        Ok(!known.items.is_empty())
    }

    async fn may_hear_everybody(&self, _: &Context, _: EverybodyTopic) -> Result<bool, Failure> {
        Ok(true)
    }
}
