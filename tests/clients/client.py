"""Talks to a running platform with the client that openapi-generator made of its export: `client.py URL TOKEN`."""

import sys

import shop
from shop.exceptions import ConflictException, NotFoundException


def refused(kind, call):
    """The status and the problem of a call that must fail."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was expected")


url, token = sys.argv[1:]
with shop.ApiClient(shop.Configuration(host=url, access_token=token)) as client:
    catalog, inventory = shop.CatalogApi(client), shop.InventoryApi(client)
    customers, carts = shop.CustomersApi(client), shop.CartsApi(client)

    product = catalog.list_products().items[0]
    assert catalog.get_product(product.product_id).title == product.title
    stock = inventory.get_stock(product.sku)
    assert stock.on_hand == stock.reserved + stock.available

    request = shop.RegisterCustomerRequest(email="linus@example.com", name="Linus Okafor")
    customer = customers.register_customer(request)
    assert customers.get_customer(customer.customer_id).email == "linus@example.com"
    again = refused(ConflictException, lambda: customers.register_customer(request))
    assert again.data.status == 409, again.data

    # A merge patch: what isn't said stays as it is.
    changed = customers.update_customer(customer.customer_id, shop.UpdateCustomerRequest(name="Linus O."))
    assert (changed.name, changed.email) == ("Linus O.", "linus@example.com")

    nobody = "018f3a52-0000-7000-8000-ffffffffffff"
    missing = refused(NotFoundException, lambda: carts.get_cart(nobody))
    assert missing.data.status == 404, missing.data
print("8 calls")
