//! The story: a shop opens, five orders go five ways.

use std::io::Write;

use commerce::seed::{ARTICLES, CURRENCY, CUSTOMER, Seeded, WAREHOUSES, seed};
use commerce_model::open::types::OrderStatus;
use commerce_model::types::{Currency, OrderId};
use commerce_sdk::Commerce;

use super::buyer::Buyer;
use super::fault::DemoError;
use super::money::{amount, grouped, money};
use super::page::{BAD, BOLD, DIM, GOOD, PLAIN, Page, TIE};
use super::timeline::{Ending, Timeline};
use super::tree;

/// An order and how it should end.
struct Chapter {
    title: &'static str,
    goods: &'static [(i32, &'static str)],
    /// Token of the card; `None` pays with the one that the customer has.
    card: Option<&'static str>,
    endings: &'static [Ending],
    status: OrderStatus,
}

const CONFIRMED: Chapter = Chapter {
    title: "An order that succeeds",
    goods: &[(2, "MUG-BLUE"), (3, "POT-IRON")],
    card: None,
    // Two warehouses give their teapots away.
    endings: &[("Order.Confirmed", 1), ("Inventory.LowStock", 2)],
    status: OrderStatus::Confirmed,
};

const DECLINED: Chapter = Chapter {
    title: "A card that is declined: the stock is released",
    goods: &[(1, "TEA-EARL"), (1, "TRAY-ASH")],
    card: Some("tok_visa_0002"),
    endings: &[("Order.Rejected", 1), ("Inventory.ReservationReleased", 1)],
    status: OrderStatus::Rejected,
};

const OUT_OF_STOCK: Chapter = Chapter {
    title: "More than there is: nobody is asked for money",
    goods: &[(2, "POT-IRON")],
    card: None,
    endings: &[("Order.Rejected", 1)],
    status: OrderStatus::Rejected,
};

const TIMED_OUT: Chapter = Chapter {
    title: "A payment provider that times out, and is asked again",
    goods: &[(4, "TEA-EARL")],
    card: Some("tok_amex_0119"),
    endings: &[("Order.Confirmed", 1)],
    status: OrderStatus::Confirmed,
};

const REGRETTED: Chapter = Chapter {
    title: "An order that is cancelled: stock and money go back",
    goods: &[(1, "TRAY-ASH")],
    card: None,
    endings: &[("Order.Confirmed", 1)],
    status: OrderStatus::Confirmed,
};

const CANCELLED: &[Ending] = &[("Order.Cancelled", 1)];

/// A story while it is told.
pub(crate) struct Story<'s, W: Write> {
    pub(crate) page: &'s mut Page<W>,
    pub(crate) timeline: Timeline,
}

impl<W: Write> Story<'_, W> {
    /// Tells it; who bought, for those who check the books.
    pub(crate) async fn tell(&mut self, shop: &Commerce) -> Result<Seeded, DemoError> {
        let seeded = self.open(shop).await?;
        let buyer = Buyer { shop: shop.clone(), seeded };
        for chapter in [CONFIRMED, DECLINED, OUT_OF_STOCK, TIMED_OUT] {
            self.order(&buyer, &chapter).await?;
        }
        let order = self.order(&buyer, &REGRETTED).await?;
        buyer.cancel(order).await?;
        self.page.gap();
        self.follow(&buyer, order, CANCELLED, &OrderStatus::Cancelled).await?;
        Ok(buyer.seeded)
    }

    /// Opens the shop.
    async fn open(&mut self, shop: &Commerce) -> Result<Seeded, DemoError> {
        self.page.title("The store Maple opens");
        let seeded = seed(shop).await?;
        let currency = Currency::new(CURRENCY)?;
        let places: Vec<String> = WAREHOUSES.iter().map(|(code, name)| format!("{code} {name}")).collect();
        self.done("warehouses", &places.join(", "));
        let goods = ARTICLES.iter().map(|it| {
            let pieces: i64 = it.pieces.iter().sum();
            format!("{}{TIE}{} at{TIE}{}", grouped(pieces), it.sku, amount(it.cents, &currency))
        });
        self.done("products", &goods.collect::<Vec<_>>().join(", "));
        self.done("customer", &format!("{CUSTOMER}, with an address and a card"));
        Ok(seeded)
    }

    /// Places an order and follows it to its end.
    async fn order(&mut self, buyer: &Buyer, chapter: &Chapter) -> Result<OrderId, DemoError> {
        self.page.title(chapter.title);
        let card = match chapter.card {
            Some(token) => buyer.card(token).await?,
            None => buyer.seeded.payment_method,
        };
        let order = buyer.buy(chapter.goods, card).await?;
        self.follow(buyer, order, chapter.endings, &chapter.status).await?;
        Ok(order)
    }

    /// Shows what happens to an order until it is over, and what the shop then says about it.
    async fn follow(
        &mut self,
        buyer: &Buyer,
        order: OrderId,
        endings: &[Ending],
        status: &OrderStatus,
    ) -> Result<(), DemoError> {
        let tale = self.timeline.follow(order, endings).await?;
        if let Some(began) = tale.began() {
            let began = began.to_string();
            let time = began.split_once('T').map_or(&*began, |(_, time)| time);
            let time = time.get(..12).unwrap_or(time).trim_end_matches('Z');
            self.page.flow(&[(DIM, format!("  {time}  "))], 4, &[(DIM, format!("order {order}"))]);
        }
        tree::draw(self.page, &tale);
        let now = buyer.order(order).await?;
        if now.status != *status {
            return Err(DemoError::OtherEnd { is: now.status.to_string(), should: status.to_string() });
        }
        let mark = if *status == OrderStatus::Rejected { (BAD, "✗") } else { (GOOD, "✓") };
        let lead = [(mark.0, format!("  {} ", mark.1)), (BOLD, format!("{}  ", now.status))];
        self.page.flow(&lead, 4, &[(PLAIN, money(&now.total))]);
        Ok(())
    }

    fn done(&mut self, what: &str, how: &str) {
        let lead = [(GOOD, "  ✓ ".to_owned()), (BOLD, format!("{what:<12}"))];
        self.page.flow(&lead, if self.page.is_narrow() { 4 } else { 16 }, &[(PLAIN, how.to_owned())]);
    }
}
