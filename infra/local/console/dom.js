// Elements made of data. Whatever is given as a child becomes text: nothing is ever read as HTML.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, it] of Object.entries(value)) element.style.setProperty(key, it);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export function put(place, ...children) {
  place.replaceChildren();
  return fill(place, null, children);
}

let toasts = 0;
export function say(text) {
  const place = document.getElementById("toasts");
  const toast = h("div", { class: "toast", id: `toast-${++toasts}` }, text);
  place.append(toast);
  setTimeout(() => toast.remove(), 6000);
}

// What goes wrong on a click is said, not lost.
export const acting = (act) => async (event) => {
  event?.preventDefault?.();
  const button = event?.currentTarget;
  try {
    if (button instanceof HTMLButtonElement) button.disabled = true;
    await act(event);
  } catch (error) {
    say(error.message);
  } finally {
    if (button instanceof HTMLButtonElement) button.disabled = false;
  }
};
