// The search over everything that has a place in the site, and the switch of colours. Pages can be read without either.
(() => {
  const up = document.currentScript?.dataset.up ?? "";
  const THEMES = ["system", "light", "dark"];
  const button = document.getElementById("theme");
  const kept = () => { try { return localStorage.getItem("stipule-theme"); } catch { return null; } };
  const theme = (name) => {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    button.textContent = `Theme: ${name}`;
    button.dataset.theme = name;
    try { localStorage.setItem("stipule-theme", name); } catch { /* A page from a folder may keep nothing. */ }
  };
  theme(THEMES.includes(kept()) ? kept() : "system");
  button.hidden = false;
  button.addEventListener("click", () => theme(THEMES[(THEMES.indexOf(button.dataset.theme) + 1) % THEMES.length]));

  const index = (self.STIPULE_INDEX ?? []).map(([title, kind, url, words]) => ({ title, kind, url, words, low: `${title} ${words}`.toLowerCase() }));
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const find = document.getElementById("find");
  const list = make("ul", { role: "listbox", id: "found", "aria-label": "Found" });
  const input = make("input", { type: "search", placeholder: "Search  ( / )", "aria-label": "Search", role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list", autocomplete: "off" });
  list.hidden = true;
  find.append(input, list);
  find.hidden = false;
  let chosen = -1;
  const rank = (it, words) => {
    const title = it.title.toLowerCase();
    if (!words.every((word) => it.low.includes(word))) return 0;
    return words.reduce((sum, word) => sum + (title === word ? 100 : title.startsWith(word) ? 40 : title.includes(word) ? 20 : 1), 0);
  };
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? index.map((it) => [rank(it, words), it]).filter(([rank]) => rank).sort((a, b) => b[0] - a[0]).slice(0, 20).map(([, it]) => it) : [];
    chosen = found.length ? 0 : -1;
    list.replaceChildren(...found.map((it, at) => {
      const item = make("li", { role: "option", id: `found-${at}`, "aria-selected": String(at === chosen), "data-url": it.url }, make("strong", {}, it.title), make("span", {}, it.kind), make("small", {}, it.words));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); location.href = up + it.url; });
      return item;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(chosen);
  };
  const choose = (at) => {
    chosen = at;
    [...list.children].forEach((item, own) => item.setAttribute("aria-selected", String(own === at)));
    if (at >= 0) { input.setAttribute("aria-activedescendant", `found-${at}`); list.children[at]?.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); choose(-1); };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" && count) { event.preventDefault(); choose((chosen + 1) % count); }
    else if (event.key === "ArrowUp" && count) { event.preventDefault(); choose((chosen + count - 1) % count); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.href = up + list.children[chosen].dataset.url; close(); }
    else if (event.key === "Escape") close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { event.preventDefault(); input.focus(); }
  });
})();
