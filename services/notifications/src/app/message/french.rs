//! Messages in French.

use commerce_model::open::types::RejectionReason;

use super::super::news::News;
use super::{amount, day};

/// Its subject.
pub(super) fn subject(news: &News) -> &'static str {
    match news {
        News::Welcome => "Bienvenue",
        News::ProfileChanged => "Votre profil a été modifié",
        News::AddressAdded(_) => "Une adresse a été ajoutée",
        News::CartAbandoned { .. } => "Vous avez oublié quelque chose",
        News::OrderPlaced(_) => "Nous avons votre commande",
        News::OrderConfirmed(_) => "Votre commande est confirmée",
        News::OrderRejected(_) => "Votre commande est impossible",
        News::OrderCancelled => "Votre commande est annulée",
        News::OrderCompleted => "Tout est arrivé",
        News::PaymentRefunded(_) => "Votre argent vous revient",
        News::PaymentRefused(_) => "Votre carte a été refusée",
        News::ShipmentDispatched => "Un colis est parti",
        News::ShipmentDelivered => "Un colis est arrivé",
        News::DeliveryFailed { returning: false } => "Le transporteur ne vous a pas trouvé",
        News::DeliveryFailed { returning: true } => "Un colis nous revient",
        News::ReturnApproved { .. } => "Veuillez nous le renvoyer",
        News::ReturnReceived => "Votre colis est arrivé chez nous",
        News::ReturnClosed(_) => "Nous avons examiné votre retour",
        News::SubscriptionBegun(_) => "Votre abonnement commence",
        News::RenewalDue(_) => "Votre prochaine commande",
        News::Renewed { .. } => "Votre abonnement continue",
        News::RenewalUnpaid { .. } => "Nous n'avons pas pu débiter votre carte",
        News::SubscriptionEnded { .. } => "Votre abonnement est terminé",
        News::ReviewPublished => "Votre avis est publié",
        News::ReviewRefused => "Votre avis n'est pas publié",
        News::PointsEarned { .. } => "Vous avez plus de points",
        News::PointsReversed { .. } => "Vous avez moins de points",
    }
}

/// Its words, without greeting.
pub(super) fn text(news: &News) -> String {
    match news {
        News::Welcome => {
            "Votre compte est prêt. Vous pouvez à tout moment choisir comment nous vous écrivons.".to_owned()
        }
        News::ProfileChanged => "Si ce n'était pas vous, écrivez-nous sans attendre.".to_owned(),
        News::AddressAdded(country) => {
            format!("Elle est en {}. Si ce n'était pas vous, écrivez-nous sans attendre.", country.as_str())
        }
        News::CartAbandoned { items: 1 } => "Il reste un article dans votre panier.".to_owned(),
        News::CartAbandoned { items } => format!("Il reste {items} articles dans votre panier."),
        News::OrderPlaced(total) => {
            format!("Elle s'élève à {}. Nous vous écrirons dès qu'elle sera confirmée.", amount(total))
        }
        News::OrderConfirmed(total) => format!(
            "Nous réservons {} sur votre carte, et les prélevons au départ d'un colis.",
            amount(total)
        ),
        News::OrderRejected(why) => format!("{} Rien n'a été prélevé.", refusal(why)),
        News::OrderCancelled => "Ce qui a été payé vous revient.".to_owned(),
        News::OrderCompleted => "Merci. Nous espérons que cela vous plaît.".to_owned(),
        News::PaymentRefunded(money) => format!(
            "Nous avons rendu {}. Votre banque peut mettre quelques jours à l'afficher.",
            amount(money)
        ),
        News::PaymentRefused(money) => format!(
            "Nous n'avons pas pu prélever {} pour un colis prêt à partir. Veuillez vérifier votre carte.",
            amount(money)
        ),
        News::ShipmentDispatched => "Il est en route vers vous.".to_owned(),
        News::ShipmentDelivered => "Le transporteur dit l'avoir remis.".to_owned(),
        News::DeliveryFailed { returning: false } => {
            "Le colis n'a pas pu être remis. Le transporteur réessaiera.".to_owned()
        }
        News::DeliveryFailed { returning: true } => {
            "Le colis n'a pas pu être remis, et nous est renvoyé.".to_owned()
        }
        News::ReturnApproved { due } => {
            format!("Votre retour est accepté. Le colis doit être ici le {} au plus tard.", day(*due))
        }
        News::ReturnReceived => "Nous allons l'examiner et vous écrirons de nouveau.".to_owned(),
        News::ReturnClosed(money) if money.amount.get() == 0 => {
            "Nous regrettons : nous ne pouvons rien rembourser pour son contenu.".to_owned()
        }
        News::ReturnClosed(money) => format!("Nous vous remboursons {}.", amount(money)),
        News::SubscriptionBegun(sku) => format!("Désormais, {} vient tout seul.", sku.as_str()),
        News::RenewalDue(sku) => {
            format!("C'est de nouveau le moment pour {}. Nous avons commandé pour vous.", sku.as_str())
        }
        News::Renewed { next } => format!("Cette fois est payée. La prochaine est le {}.", day(*next)),
        News::RenewalUnpaid { again: Some(again) } => {
            format!("Nous réessaierons le {}. D'ici là, vous pouvez choisir une autre carte.", day(*again))
        }
        News::RenewalUnpaid { again: None } => "C'était le dernier essai.".to_owned(),
        News::SubscriptionEnded { unpaid: false } => {
            "Comme vous le souhaitiez. Revenez quand vous voulez.".to_owned()
        }
        News::SubscriptionEnded { unpaid: true } => {
            "Nous n'avons pas pu débiter votre carte : plus rien ne viendra.".to_owned()
        }
        News::ReviewPublished => "Merci de dire aux autres ce que vous pensez.".to_owned(),
        News::PointsEarned { points, balance } => format!("{points} de plus, soit {balance}."),
        News::PointsReversed { points, balance } => {
            format!("{points} sont partis avec ce que vous avez rendu ; il en reste {balance}.")
        }
        News::ReviewRefused => {
            "Il contient une adresse ou un numéro de téléphone, que nous ne montrons pas.".to_owned()
        }
    }
}

fn refusal(why: &RejectionReason) -> &'static str {
    match why {
        RejectionReason::OutOfStock => "Une partie vient d'être épuisée.",
        RejectionReason::PaymentDeclined => "Votre banque a refusé le paiement.",
        RejectionReason::CouponRefused => "Votre coupon n'est plus valable.",
        RejectionReason::PriceChanged => "Un prix a changé entre-temps.",
        RejectionReason::AddressGone => "L'adresse de livraison a été supprimée entre-temps.",
        _ => "Écrivez-nous si vous voulez en savoir plus.",
    }
}
