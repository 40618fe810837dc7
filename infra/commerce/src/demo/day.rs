//! The day goes on: what was sold is packed and delivered, something comes back, days go by, somebody is forgotten, and
//! another store opens next door.

use std::io::Write;
use std::time::Duration;

use commerce::refused::Doing;
use commerce::seed::{Seeded, seed};
use commerce_model::customers::{AddAddressRequest, RegisterCustomerRequest};
use commerce_model::fulfilment::{PackFulfilmentRequest, PickFulfilmentRequest, PickedLine};
use commerce_model::open::events::FulfilmentCreated;
use commerce_model::open::types::OrderStatus;
use commerce_model::payments::AddPaymentMethodRequest;
use commerce_model::returns::{InspectReturnRequest, InspectedLine, RequestReturnRequest, ReturnedLine};
use commerce_model::subscriptions::SubscribeRequest;
use commerce_model::types::{
    Address, CardToken, CountryCode, CustomerId, EmailAddress, GoodsCondition, Grams, Interval, OrderId,
    OrderLineNo, PersonName, Quantity, ReturnReason, Sku,
};
use commerce_sdk::Commerce;
use stipule_runtime::wire::{BoundedVec, Email, Ranged, Text};

use super::STORES;
use super::buyer::Buyer;
use super::fault::DemoError;
use super::stage::Stage;
use super::story::{QUIET, Story};
use super::timeline::Ending;

const DAY: Duration = Duration::from_hours(24);

const DELIVERED: &[Ending] =
    &[("Fulfilment.ShortPicked", 1), ("Shipment.Delivered", 2), ("Order.Completed", 1)];

const RETURNED: &[Ending] = &[("Return.Closed", 1), ("Payment.Refunded", 1)];

/// Days until a cycle that couldn't be charged is tried again.
const TRIES: [u32; 3] = [1, 3, 7];

impl<W: Write> Story<'_, W> {
    /// Goes on after noon, with an order of which the parts lie in two warehouses.
    pub(crate) async fn go_on(
        &mut self,
        stage: &Stage,
        buyer: &Buyer,
        order: OrderId,
    ) -> Result<(), DemoError> {
        self.deliver(stage, buyer, order).await?;
        self.take_back(stage, buyer, order).await?;
        self.open_next_door(stage).await?;
        let grace = self.renew(stage).await?;
        self.forget(stage, grace).await
    }

    /// Two warehouses pack; one of them finds less than there should be.
    async fn deliver(&mut self, stage: &Stage, buyer: &Buyer, order: OrderId) -> Result<(), DemoError> {
        self.page.title("A split shipment, and a warehouse that finds less than it should");
        for (at, part) in stage.parts(order).await?.iter().enumerate() {
            let missing = i32::from(at == 0);
            pack(&buyer.shop, part, missing).await?;
        }
        stage.bring().await?;
        self.follow(buyer, order, DELIVERED, &OrderStatus::Completed).await
    }

    /// A piece comes back broken, and its money goes back.
    async fn take_back(&mut self, stage: &Stage, buyer: &Buyer, order: OrderId) -> Result<(), DemoError> {
        self.page.title("A mug arrives broken, and comes back");
        let returns = buyer.shop.returns();
        let line_no = OrderLineNo::new(1)?;
        let wish = RequestReturnRequest {
            order_id: order,
            reason: ReturnReason::Damaged,
            lines: BoundedVec::new(vec![ReturnedLine { line_no, quantity: Quantity::new(1)? }])?,
        };
        let made = returns.request(wish).send().await.doing("asking to send something back")?;
        stage.rest().await?;
        stage.bring().await?;
        let found = InspectedLine { line_no, condition: GoodsCondition::Damaged };
        let found = InspectReturnRequest { lines: BoundedVec::new(vec![found])? };
        returns.inspect(made.return_id, found).send().await.doing("looking at what came back")?;
        stage.rest().await?;
        self.follow(buyer, order, RETURNED, &OrderStatus::Completed).await
    }

    /// Another store sells the same goods.
    async fn open_next_door(&mut self, stage: &Stage) -> Result<(), DemoError> {
        self.page.title("The store Oak opens next door, with the same goods");
        let shop = stage.client(STORES[1])?;
        let seeded = seed(&shop).await?;
        self.order(&Buyer { shop, seeded }, &QUIET).await?;
        Ok(())
    }

    /// A subscription that can't be charged is tried again as days go by; who has it.
    async fn renew(&mut self, stage: &Stage) -> Result<CustomerId, DemoError> {
        self.page.title("A subscription that can't be charged: after 1, 3 and 7 days it is tried again");
        let shop = stage.client(STORES[0])?;
        let grace = somebody(&shop, "Grace Hopper", "grace@example.com", "tok_visa_0002").await?;
        let wish = SubscribeRequest {
            customer_id: grace.customer,
            sku: Sku::new("TEA-EARL")?,
            quantity: Quantity::new(1)?,
            every: Interval::Month,
            address_id: grace.address,
            payment_method_id: grace.payment_method,
        };
        shop.subscriptions().subscribe(wish).send().await.doing("subscribing")?;
        stage.rest().await?;
        self.stands(&shop, grace.customer, "at once").await?;
        for days in TRIES {
            stage.clock.advance(DAY * days);
            stage.rest().await?;
            // Tokens are good for minutes.
            let shop = stage.client(STORES[0])?;
            let after = if days == 1 { "a day on".to_owned() } else { format!("{days} days on") };
            self.stands(&shop, grace.customer, &after).await?;
        }
        Ok(grace.customer)
    }

    /// Says how a customer's subscriptions are.
    async fn stands(&mut self, shop: &Commerce, who: CustomerId, when: &str) -> Result<(), DemoError> {
        let all = shop.subscriptions().list(who).stream().collect().await;
        for it in all.doing("reading subscriptions")? {
            let tries = it.failures.get();
            self.done(when, &format!("{}, {tries} of 4 tries failed", it.status));
        }
        Ok(())
    }

    /// Somebody wants to be forgotten.
    async fn forget(&mut self, stage: &Stage, who: CustomerId) -> Result<(), DemoError> {
        self.page.title("She wants to be forgotten");
        let shop = stage.client(STORES[0])?;
        shop.customers().erase(who).send().await.doing("erasing a customer")?;
        stage.rest().await?;
        let is_gone = shop.customers().get(who).send().await.is_err_and(|it| it.status() == Some(404));
        self.done("customer", if is_gone { "nobody has her id" } else { "she is still there" });
        let all = shop.subscriptions().list(who).stream().collect().await;
        for it in all.doing("reading subscriptions")? {
            self.done("her tea", &format!("goes to «{}»", it.shipping_address.recipient.as_str()));
        }
        let cards = shop.payments().list_methods(who).stream().collect().await;
        self.done("cards", &format!("{} left", cards.doing("reading cards")?.len()));
        Ok(())
    }
}

/// Picks a part of an order, but for some pieces of its first line, and packs it.
async fn pack(shop: &Commerce, part: &FulfilmentCreated, missing: i32) -> Result<(), DemoError> {
    let mut lines = Vec::new();
    for (at, line) in part.lines.iter().enumerate() {
        let missing = if at == 0 { missing } else { 0 };
        let picked = Ranged::new(i64::from(line.quantity.get() - missing))?;
        lines.push(PickedLine { line_no: Ranged::new(i64::from(line.line_no.get()))?, picked });
    }
    let lines = PickFulfilmentRequest { lines: BoundedVec::new(lines)? };
    let fulfilment = shop.fulfilment();
    fulfilment.pick(part.fulfilment_id, lines).send().await.doing("picking a part of an order")?;
    let weight = PackFulfilmentRequest { weight_grams: Grams::new(900)? };
    fulfilment.pack(part.fulfilment_id, weight).send().await.doing("packing a part of an order")?;
    Ok(())
}

/// Another customer, with a card.
async fn somebody(shop: &Commerce, name: &str, mail: &str, card: &str) -> Result<Seeded, DemoError> {
    let customers = shop.customers();
    let who = RegisterCustomerRequest {
        email: EmailAddress::new(mail.parse::<Email>()?)?,
        name: PersonName::new(name)?,
        phone: None,
        marketing: false,
    };
    let customer = customers.register(who).send().await.doing("registering a customer")?.customer_id;
    let address = Address::new(
        Text::new(name)?,
        Text::new("4 rue Peel")?,
        Text::new("Montréal")?,
        CountryCode::new("CA")?,
    );
    let address = AddAddressRequest { label: None, address };
    let address =
        customers.add_address(customer, address).send().await.doing("adding an address")?.address_id;
    let card = AddPaymentMethodRequest { customer_id: customer, token: CardToken::new(card)? };
    let payment_method =
        shop.payments().add_method(card).send().await.doing("saving a card")?.payment_method_id;
    Ok(Seeded { customer, address, payment_method })
}
