"""What a store lives through, over HTTP, wherever the platform runs.

Usage: story.py ADDRESS TOKEN TOKEN_OF_ANOTHER_STORE ADDRESS_OF_SOCKETS
       story.py look ADDRESS TOKEN      only tells what the store holds now
       story.py points ADDRESS TOKEN CUSTOMER

One line of JSON per call that doesn't wait for something (`call`, `answer`, `headers`, `body`), and per step. What is
different at every run (ids, times, what is sealed) is cut out.
"""

import json
import re
import sys
import time
import uuid

import requests
import sockets

SKU = "MUG-BLUE"
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
TRACE = re.compile(r"\b[0-9a-f]{32}\b")
SEALED = ("next", "cursor", "nextCursor")
COUNT = (
    "allow", "accept-encoding", "cache-control", "content-type", "etag", "link", "location", "retry-after",
    "www-authenticate",
)


def tell(**said):
    print(json.dumps(said), flush=True)


def plain(value):
    """Without what is different at every run."""
    if isinstance(value, list):
        items = [plain(it) for it in value]
        # Steps of a saga are taken at once: which of their events came first says nothing.
        return sorted(items, key=json.dumps) if any("event" in it for it in items if isinstance(it, dict)) else items
    if isinstance(value, dict):
        if "event" in value:
            value = dict(value, status="<as it was then>")
        return {name: "<sealed>" if name in SEALED and it else plain(it) for name, it in value.items()}
    if isinstance(value, str):
        return TRACE.sub("<trace>", TIME.sub("<time>", ID.sub("<id>", value)))
    return value


class Shop:
    """A store, over the API that came up."""

    def __init__(self, address, token):
        self.address, self.session = address, requests.Session()
        self.session.headers["authorization"] = f"Bearer {token}"

    def call(self, method, path, body=None, wanted=(200, 201, 202, 204)):
        headers = {} if method == "GET" else {"idempotency-key": str(uuid.uuid4())}
        answer = self.session.request(method, self.address + path, json=body, headers=headers, timeout=120)
        if answer.status_code not in wanted:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def tried(self, method, path, **more):
        """Tells what is answered, whatever it is."""
        answer = self.session.request(method, self.address + path, timeout=120, **more)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        body = answer.json() if kind.endswith("json") else None
        headers = {name: plain(answer.headers[name]) for name in COUNT if name in answer.headers}
        call = f"{method} {ID.sub('<id>', path)}"
        tell(call=call, answer=answer.status_code, kind=kind, headers=headers, body=plain(body))
        return answer


def wait(what, ready, seconds=60):
    """The first answer that is as it should be."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ready()
        if found is not None:
            return found
        time.sleep(0.5)
    raise SystemExit(f"{what} didn't happen in {seconds} s")


def ended(shop, order, *statuses):
    def look():
        found = shop.session.get(f"{shop.address}/orders/{order}", timeout=120)
        status = found.json().get("status") if found.ok else None
        return status if status in statuses else None

    return wait(f"the end of order {order}", look)


def open_shop(shop):
    """Sells mugs to a customer; her id, her address, her cards: one that pays and one that is declined."""
    shop.call("POST", "/warehouses", {"code": "YUL1", "name": "Dorval", "country": "CA"})
    product = {"sku": SKU, "title": "Blue mug", "price": {"amount": 1850, "currency": "CAD"}}
    product = shop.call("POST", "/products", product)["productId"]
    shop.call("POST", f"/products/{product}/publish")
    restock(shop, 5)
    customer = shop.call("POST", "/customers", {"email": "ada@example.com", "name": "Ada Moreau", "marketing": False})
    customer = customer["customerId"]
    home = {
        "recipient": "Ada Moreau", "line1": "12 rue Sherbrooke", "city": "Montréal", "country": "CA",
        "postalCode": "H2X 1X1",
    }
    address = shop.call("POST", f"/customers/{customer}/addresses", {"address": home})["addressId"]
    cards = []
    for token in ("tok_visa_4242", "tok_visa_0002"):
        card = shop.call("POST", "/payment-methods", {"customerId": customer, "token": token})
        cards.append(card["paymentMethodId"])
    return customer, address, cards


def restock(shop, pieces):
    stock = {"warehouse": "YUL1", "change": pieces, "reason": "DELIVERY", "lowStockAt": 1}
    shop.call("POST", f"/stock/{SKU}/adjustments", stock)


def trade(shop, stranger):
    customer, address, (good, bad) = open_shop(shop)
    tell(step="a shop opens")
    # The price of the catalogue reaches carts by an event.
    order = wait("a price in the carts", lambda: try_buy(shop, customer, address, good, 2))
    tell(step="an order that succeeds", status=ended(shop, order, "CONFIRMED", "REJECTED"))

    declined = try_buy(shop, customer, address, bad, 1)
    tell(step="a card that is declined", status=ended(shop, declined, "CONFIRMED", "REJECTED"))
    too_many = try_buy(shop, customer, address, good, 4)
    tell(step="more than there is", status=ended(shop, too_many, "CONFIRMED", "REJECTED"))
    tell(step="what is left", stock=wait("stock that is given back", lambda: left(shop, 3)))

    restock(shop, 80)
    large = try_buy(shop, customer, address, good, 60)

    def flagged():
        return shop.call("GET", f"/fraud/reviews?orderId={large}")["items"] or None

    review = wait("a review", flagged)[0]["reviewId"]
    tell(step="an order that looks suspicious", status=ended(shop, large, "RESERVED", "CONFIRMED", "REJECTED"))
    shop.call("POST", f"/fraud/reviews/{review}/decision", {"decision": "APPROVE"})
    tell(step="somebody approves it", status=ended(shop, large, "CONFIRMED", "REJECTED"))

    # Otherwise whether there is anything to pack would depend on who is faster.
    for it in (order, large):
        wait("somebody who packs it", lambda it=it: packed(shop, it))
    shop.call("POST", f"/orders/{large}/cancel", {"reason": "CUSTOMER_REQUEST"})
    tell(step="it is cancelled", status=ended(shop, large, "CANCELLED"))
    tell(step="what is left then", stock=wait("stock that is given back", lambda: left(shop, 83)))
    return order


def packed(shop, order):
    history = shop.call("GET", f"/orders/{order}/history")["items"]
    return any(it["event"] == "Fulfilment.Created" for it in history) or None


def left(shop, pieces):
    """The stock, when so many can be had."""
    found = shop.call("GET", f"/stock/{SKU}")
    return found if found["available"] == pieces else None


def try_buy(shop, customer, address, card, pieces):
    cart = shop.call("POST", "/carts", {"customerId": customer, "currency": "CAD"})["cartId"]
    put = shop.session.put(
        f"{shop.address}/carts/{cart}/items/{SKU}", json={"quantity": pieces},
        headers={"idempotency-key": str(uuid.uuid4())}, timeout=120,
    )
    if not put.ok:
        return None
    checkout = {"addressId": address, "paymentMethodId": card}
    return shop.call("POST", f"/carts/{cart}/checkout", checkout)["orderId"]


def refusals(shop, stranger, order):
    """Calls that are answered the same wherever they are made."""
    json_type = {"content-type": "application/json"}
    shop.tried("GET", f"/orders/{order}")
    shop.tried("GET", f"/orders/{order}/history")
    shop.tried("GET", "/orders?limit=1")
    shop.tried("GET", "/orders?cursor=strange")
    shop.tried("GET", "/orders?limit=none")
    shop.tried("GET", "/orders/nothing")
    shop.tried("GET", f"/orders/{uuid.UUID(int=7)}")
    shop.tried("GET", "/nowhere")
    stranger.tried("GET", f"/orders/{order}")
    stranger.tried("POST", f"/orders/{order}/cancel", json={"reason": "CUSTOMER_REQUEST"})
    shop.tried("POST", f"/orders/{order}/cancel", json={"reason": "NONE"})
    shop.tried("POST", "/customers", data="{", headers=json_type)
    shop.tried("POST", "/customers", json={"name": 7})
    shop.tried("POST", "/customers", data="<a/>", headers={"content-type": "text/xml"})
    once = {"idempotency-key": "grace-registers"}
    grace = {"email": "grace@example.com", "name": "Grace", "marketing": False}
    first = shop.tried("POST", "/customers", json=grace, headers=once)
    again = shop.tried("POST", "/customers", json=grace, headers=once)
    tell(step="a command that comes twice has one answer", answer=first.json() == again.json())
    shop.tried("POST", "/customers", json=dict(grace, name="Other"), headers=once)
    nobody = Shop(shop.address, "none")
    nobody.tried("GET", f"/orders/{order}")
    del nobody.session.headers["authorization"]
    nobody.tried("GET", f"/orders/{order}")
    nobody.tried("POST", "/customers", json=grace)


def tell_all(address, token, other, live):
    """The whole story; sockets are opened at `live`."""
    shop, stranger = Shop(address, token), Shop(address, other)
    order = trade(shop, stranger)
    refusals(shop, stranger, order)
    cancel = {"reason": "CUSTOMER_REQUEST"}
    sockets.listen(shop, stranger, live, order, lambda: shop.call("POST", f"/orders/{order}/cancel", cancel), tell)


def look(address, token):
    """Tells what the store holds: what was decided, taken, packed and counted."""
    shop = Shop(address, token)
    orders = shop.call("GET", "/orders?limit=50")["items"]
    paths = [f"/stock/{SKU}", "/products", "/orders?limit=50"]
    for order in orders:
        order, customer = order["orderId"], order["customerId"]
        paths += [f"/orders/{order}", f"/orders/{order}/history", f"/fraud/reviews?orderId={order}"]
        paths += [it for it in (f"/customers/{customer}", f"/loyalty/{customer}") if it not in paths]
    for path in paths:
        tell(look=ID.sub("<id>", path), body=plain(shop.call("GET", path)))


def points(shop, customer):
    """A customer's points."""
    return shop.call("GET", f"/loyalty/{customer}")["account"]["balance"]


def main(first, *more):
    if first == "look":
        look(*more)
    elif first == "points":
        address, token, customer = more
        tell(points=points(Shop(address, token), customer))
    else:
        tell_all(first, *more)


if __name__ == "__main__":
    main(*sys.argv[1:])
