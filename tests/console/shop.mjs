// A little trade, so that the pages have something to show: customers, carts, orders that go through and one that doesn't.
// What is bought, with what and by whom comes from the caller.

export async function trade(address, token, orders, name = "Ada Moreau") {
  const ask = async (method, path, body, key) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    if (key) headers["idempotency-key"] = crypto.randomUUID();
    const answer = await fetch(address + path, { method, headers, body: body && JSON.stringify(body) });
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(told)}`);
    return told;
  };
  const customer = await ask("POST", "/customers", { email: `ada.${crypto.randomUUID()}@example.com`, name });
  const { customerId } = customer;
  const home = { recipient: name, line1: "12 rue des Érables", city: "Montréal", postalCode: "H2X 1Y4", country: "CA" };
  const { addressId } = await ask("POST", `/customers/${customerId}/addresses`, { label: "home", address: home });
  const bought = [];
  for (const { card, goods } of orders) {
    const { paymentMethodId } = await ask("POST", "/payment-methods", { customerId, token: card });
    const { cartId } = await ask("POST", "/carts", { customerId, currency: "CAD" });
    for (const [sku, quantity] of goods) await ask("PUT", `/carts/${cartId}/items/${sku}`, { quantity });
    bought.push((await ask("POST", `/carts/${cartId}/checkout`, { addressId, paymentMethodId }, true)).orderId);
  }
  return { bought, customerId };
}
