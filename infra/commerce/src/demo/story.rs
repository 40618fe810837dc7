//! The story: a shop opens, seven orders go seven ways.

use std::cmp::Reverse;
use std::io::Write;

use commerce::refused::Doing;
use commerce::seed::{ARTICLES, CURRENCY, CUSTOMER, Seeded, WAREHOUSES, seed};
use commerce_model::open::types::OrderStatus;
use commerce_model::promotions::{CreatePromotionRequest, NewCoupon};
use commerce_model::types::{CouponCode, Currency, Discount, DiscountKind, OrderId, PromotionName};
use commerce_notifications::LocalMessenger;
use commerce_sdk::Commerce;
use stipule_runtime::wire::{BoundedVec, DateTime, Ranged};

use super::buyer::Buyer;
use super::fault::DemoError;
use super::money::{amount, grouped, money};
use super::page::{BAD, BOLD, DIM, GOOD, PLAIN, Page, TIE};
use super::timeline::{Ending, Timeline};
use super::tree;
use super::window;

/// An order and how it should end.
pub(crate) struct Chapter {
    title: &'static str,
    goods: &'static [(i32, &'static str)],
    coupon: Option<&'static str>,
    /// Token of the card; `None` pays with the one that the customer has.
    card: Option<&'static str>,
    endings: &'static [Ending],
    status: OrderStatus,
}

const CONFIRMED: Chapter = Chapter {
    title: "An order that succeeds",
    goods: &[(2, "MUG-BLUE"), (3, "POT-IRON")],
    coupon: None,
    card: None,
    // Two warehouses give their teapots away.
    endings: &[("Order.Confirmed", 1), ("Inventory.LowStock", 2), ("Fulfilment.Created", 2)],
    status: OrderStatus::Confirmed,
};

const DECLINED: Chapter = Chapter {
    title: "A card that is declined: the stock is released",
    goods: &[(1, "TEA-EARL"), (1, "TRAY-ASH")],
    coupon: None,
    card: Some("tok_visa_0002"),
    endings: &[("Order.Rejected", 1), ("Inventory.ReservationReleased", 1)],
    status: OrderStatus::Rejected,
};

const OUT_OF_STOCK: Chapter = Chapter {
    title: "More than there is: nobody is asked for money",
    goods: &[(2, "POT-IRON")],
    coupon: None,
    card: None,
    endings: &[("Order.Rejected", 1)],
    status: OrderStatus::Rejected,
};

const TIMED_OUT: Chapter = Chapter {
    title: "A payment provider that times out, and is asked again",
    goods: &[(4, "TEA-EARL")],
    coupon: None,
    card: Some("tok_amex_0119"),
    endings: &[("Order.Confirmed", 1), ("Fulfilment.Created", 1)],
    status: OrderStatus::Confirmed,
};

const REGRETTED: Chapter = Chapter {
    title: "An order that is cancelled: stock and money go back",
    goods: &[(1, "TRAY-ASH")],
    coupon: None,
    card: None,
    endings: &[("Order.Confirmed", 1), ("Fulfilment.Created", 1)],
    status: OrderStatus::Confirmed,
};

const CHEAPER: Chapter = Chapter {
    title: "A coupon that one customer may use once",
    goods: &[(1, "MUG-BLUE"), (2, "TEA-EARL")],
    coupon: Some(CODE),
    card: None,
    endings: &[("Order.Confirmed", 1), ("Promotion.CouponRedeemed", 1), ("Fulfilment.Created", 1)],
    status: OrderStatus::Confirmed,
};

const FLAGGED: Chapter = Chapter {
    title: "An order that looks suspicious: somebody has to look",
    goods: &[(50, "MUG-BLUE"), (20, "TEA-EARL")],
    coupon: None,
    card: None,
    endings: &[("Fraud.Flagged", 1), ("Inventory.Reserved", 1)],
    status: OrderStatus::Reserved,
};

const APPROVED: &[Ending] = &[("Order.Confirmed", 1), ("Fulfilment.Created", 1)];

/// An order as there are many.
pub(crate) const QUIET: Chapter = Chapter {
    title: "An order as there are many",
    goods: &[(1, "MUG-BLUE")],
    coupon: None,
    card: None,
    endings: &[("Order.Confirmed", 1), ("Fulfilment.Created", 1)],
    status: OrderStatus::Confirmed,
};

/// The coupon's code.
const CODE: &str = "TEATIME";

const CANCELLED: &[Ending] = &[("Order.Cancelled", 1)];

/// So many days from now on.
fn days_from_now(days: u64) -> DateTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let then = since.saturating_add(std::time::Duration::from_hours(24 * days));
    DateTime::UNIX_EPOCH.checked_add(then).unwrap_or(DateTime::MAX)
}

/// A story while it is told.
pub(crate) struct Story<'s, W: Write> {
    pub(crate) page: &'s mut Page<W>,
    pub(crate) timeline: Timeline,
}

impl<W: Write> Story<'_, W> {
    /// Tells it until noon; who bought, and the first order.
    pub(crate) async fn tell(&mut self, shop: &Commerce) -> Result<(Buyer, OrderId), DemoError> {
        let seeded = self.open(shop).await?;
        let buyer = Buyer { shop: shop.clone(), seeded };
        let first = self.order(&buyer, &CONFIRMED).await?;
        for chapter in [DECLINED, OUT_OF_STOCK, TIMED_OUT, CHEAPER] {
            self.order(&buyer, &chapter).await?;
        }
        let order = self.order(&buyer, &FLAGGED).await?;
        buyer.approve(order).await?;
        self.page.gap();
        self.follow(&buyer, order, APPROVED, &OrderStatus::Confirmed).await?;
        self.look_around(&buyer).await?;
        let order = self.order(&buyer, &REGRETTED).await?;
        buyer.cancel(order).await?;
        self.page.gap();
        self.follow(&buyer, order, CANCELLED, &OrderStatus::Cancelled).await?;
        Ok((buyer, first))
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
        let sale = self.promote(shop).await?;
        self.done("promotion", &sale);
        Ok(seeded)
    }

    /// Makes a promotion with a coupon for one; what it is, in words.
    async fn promote(&mut self, shop: &Commerce) -> Result<String, DemoError> {
        let percent = 15;
        let sale = CreatePromotionRequest {
            name: PromotionName::new("Tea time")?,
            discount: Discount {
                percent: Some(Ranged::new(percent)?),
                ..Discount::new(DiscountKind::Percent)
            },
            minimum_total: None,
            coupon_only: true,
            starts_at: DateTime::UNIX_EPOCH,
            ends_at: days_from_now(7),
            coupons: Some(BoundedVec::new(vec![NewCoupon {
                code: CouponCode::new(CODE)?,
                limit: Ranged::new(1)?,
            }])?),
        };
        shop.promotions().create(sale).send().await.doing("making a promotion")?;
        Ok(format!("{percent}{TIE}% off with {CODE}, for one"))
    }

    /// Looks for something with a typing error, and says what she thinks of what she bought.
    async fn look_around(&mut self, buyer: &Buyer) -> Result<(), DemoError> {
        const MISTYPED: &str = "bleu mug";
        self.page.title("Somebody mistypes what they look for, and reviews what they have");
        let (hit, taken) = window::look_for(&buyer.shop, MISTYPED).await?;
        let meant = taken.map(|words| format!(", taken for «{words}»")).unwrap_or_default();
        self.done("search", &format!("«{MISTYPED}»{meant}: {} at{TIE}{}", hit.title, money(&hit.price)));
        let customer = buyer.seeded.customer;
        let (reviews, stars) = window::review(&buyer.shop, customer, hit.product_id).await?;
        self.done("review", &format!("{} has {stars} stars from {reviews} customer", hit.title));
        Ok(())
    }

    /// Places an order and follows it to its end.
    pub(super) async fn order(&mut self, buyer: &Buyer, chapter: &Chapter) -> Result<OrderId, DemoError> {
        self.page.title(chapter.title);
        let card = match chapter.card {
            Some(token) => buyer.card(token).await?,
            None => buyer.seeded.payment_method,
        };
        let order = buyer.buy(chapter.goods, chapter.coupon, card).await?;
        self.follow(buyer, order, chapter.endings, &chapter.status).await?;
        Ok(order)
    }

    /// Shows what happens to an order until it is over, and what the shop then says about it.
    pub(super) async fn follow(
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

    /// What the customer was told meanwhile.
    pub(crate) fn told(&mut self, messenger: &LocalMessenger) {
        self.page.title("What she was told");
        let sent = messenger.sent();
        let mut times: Vec<(&str, usize)> = Vec::new();
        for subject in sent.iter().map(|it| it.message.subject.as_str()) {
            match times.iter_mut().find(|(known, _)| *known == subject) {
                Some((_, times)) => *times += 1,
                None => times.push((subject, 1)),
            }
        }
        times.sort_by_key(|(subject, times)| (Reverse(*times), *subject));
        let said = times.iter().map(|(subject, times)| format!("{times}{TIE}× «{subject}»"));
        self.done("mail", &said.collect::<Vec<_>>().join(", "));
    }

    pub(super) fn done(&mut self, what: &str, how: &str) {
        let lead = [(GOOD, "  ✓ ".to_owned()), (BOLD, format!("{what:<12}"))];
        self.page.flow(&lead, if self.page.is_narrow() { 4 } else { 16 }, &[(PLAIN, how.to_owned())]);
    }
}
