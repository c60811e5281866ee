// The playground's phones: draws the emulated world, and tells it what a person does.
"use strict";

const WORLD = document.body.dataset.world.replace(/\/$/, "");
const WORDS = JSON.parse(document.body.dataset.words);
const LANGUAGE = document.documentElement.lang;
const ZONE = "Europe/Paris";
const SVG = "http://www.w3.org/2000/svg";

const phones = new Map(); // phone id -> what its drawing needs to remember
let world = null;
let clockOffset = 0;

const LOCALE = LANGUAGE === "en" ? "en-GB" : LANGUAGE;
const hours = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const days = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long", timeZone: ZONE });
const dial = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: ZONE,
});

// Small tools

function word(name, values = {}) {
  return (WORDS[name] || name).replace(/{(\w+)}/g, (_, key) => values[key] ?? "");
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function draw(className, viewBox, ...shapes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  for (const [kind, attributes] of shapes) {
    const shape = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    svg.append(shape);
  }
  return svg;
}

function initials(name) {
  return name.split(/\s+/).slice(0, 2).map((part) => [...part][0] || "").join("").toUpperCase();
}

function avatar(name) {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return make("span", { class: `avatar hue-${sum % 6}`, "aria-hidden": "true" }, initials(name));
}

let newsTimer = 0;

function tellAll(text, seconds = 6) {
  const news = document.getElementById("news");
  clearTimeout(newsTimer);
  news.textContent = text;
  news.hidden = !text;
  if (seconds) newsTimer = setTimeout(() => { news.hidden = true; }, seconds * 1000);
}

// Talking to the world

async function act(phone, what) {
  try {
    const answer = await fetch(`${WORLD}/world/act`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ phone: phone.id, ...what }),
    });
    const said = await answer.json();
    if (said.error) toast(phone, word("refused", { why: said.error }));
    else if (said.status && (said.status < 200 || said.status > 299)) toast(phone, word("unanswered", { status: said.status }));
  } catch {
    toast(phone, word("offline"));
  }
}

async function watch() {
  let version = "";
  for (;;) {
    try {
      const answer = await fetch(`${WORLD}/world${version === "" ? "" : `?since=${version}`}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      world = await answer.json();
      if (lost) tellAll("", 0);
      lost = false;
      version = world.version;
      drawWorld();
    } catch (error) {
      if (!lost) tellAll(word("offline"), 0);
      lost = true;
      console.warn(error);
      await new Promise((done) => { setTimeout(done, 1500); });
    }
  }
}

let lost = false;

// The clock and the worlds

function tick() {
  if (!world) return;
  const moment = new Date(Date.now() + clockOffset);
  const clock = document.getElementById("clock");
  clock.dateTime = moment.toISOString();
  clock.textContent = dial.format(moment);
}

async function post(path, body) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function whileBusy(buttons, work) {
  for (const button of buttons) button.disabled = true;
  document.body.setAttribute("aria-busy", "true");
  tellAll(word("moving"), 0);
  try {
    const answer = await work();
    if (answer.status === 204 || answer.status === 409) tellAll(word("nothing_next"));
    else if (answer.ok) tellAll("", 0);
    else tellAll(word("no_jump", { status: answer.status }));
  } catch {
    tellAll(word("no_jump", { status: word("offline") }));
  }
  document.body.removeAttribute("aria-busy");
  for (const button of buttons) button.disabled = false;
}

function controls() {
  const jumps = [...document.querySelectorAll("[data-jump]")];
  for (const button of jumps) {
    button.addEventListener("click", () => whileBusy(jumps, () => post("/playground/clock", { to: button.dataset.jump })));
  }
  const kinds = [...document.querySelectorAll("[data-world-kind]")];
  const sure = document.getElementById("sure");
  let kind = "";
  for (const button of kinds) {
    button.addEventListener("click", () => {
      kind = button.dataset.worldKind;
      document.getElementById("sure-question").textContent = word(`sure_${kind}`);
      sure.showModal();
    });
  }
  document.getElementById("sure-no").addEventListener("click", () => sure.close());
  document.getElementById("sure-yes").addEventListener("click", () => {
    sure.close();
    whileBusy(kinds, () => post("/playground/world", { kind }));
  });
}

// The whole page

function drawWorld() {
  clockOffset = new Date(world.now).getTime() - Date.now();
  tick();
  const shelf = document.getElementById("shelf");
  const chips = document.getElementById("chips");
  const here = new Set(world.phones.map((phone) => phone.id));
  for (const [id, phone] of phones) {
    if (!here.has(id)) {
      visible.unobserve(phone.root);
      phone.root.remove();
      phone.chip.remove();
      phones.delete(id);
    }
  }
  learnDoors();
  world.phones.forEach((state, place) => {
    let phone = phones.get(state.id);
    if (!phone) {
      phone = newPhone(state);
      phones.set(state.id, phone);
      shelf.insertBefore(phone.root, shelf.children[place] || null);
      chips.insertBefore(phone.chip, chips.children[place] || null);
      visible.observe(phone.root);
    }
    phone.state = state;
    drawPhone(phone);
  });
}

const visible = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const phone = phones.get(entry.target.dataset.phone);
    if (!phone) continue;
    phone.inView = entry.intersectionRatio > 0.6;
    phone.chip.setAttribute("aria-current", String(phone.inView));
    if (phone.inView) {
      phone.unread = 0;
      drawChip(phone);
      if (matchMedia("(max-width: 40rem)").matches) phone.chip.scrollIntoView({ block: "nearest", inline: "center" });
    }
  }
}, { threshold: [0, 0.6, 0.61, 1] });

// One phone

function newPhone(state) {
  const phone = {
    id: state.id, state, room: "", seen: new Map(), drawn: new Map(), unread: 0, inView: false, toasts: state.toast?.n || 0,
  };
  phone.bar = make("p");
  phone.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": word("conversations") });
  phone.log = make("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", "data-testid": "log" });
  phone.foot = make("div", { class: "foot" });
  phone.slot = make("div", { role: "status", "data-testid": "toast" });
  const mark = state.messenger === "telegram"
    ? draw("", "0 0 24 24", ["path", { d: "M12 3 19 10 12 21 5 10zM12 3v18M5 10h14" }])
    : draw("", "0 0 24 24", ["path", { d: "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM8 11h.01M12 11h.01M16 11h.01" }]);
  phone.root = make(
    "section",
    {
      class: `phone ${state.messenger}`, id: `phone-${state.id.replace(/\W/g, "-")}`, "aria-label": `${state.name}, ${word(state.messenger)}`,
      "data-testid": "phone", "data-phone": state.id, "data-name": state.name, "data-messenger": state.messenger,
    },
    make("header", { class: "bar" }, avatar(state.name), make("div", { class: "who" }, make("h2", {}, state.name), phone.bar), mark),
    phone.tabs,
    make("div", { class: "room" }, phone.log, phone.slot),
    phone.foot,
  );
  phone.root.addEventListener("focusin", () => { phone.log.setAttribute("aria-live", "polite"); });
  phone.root.addEventListener("focusout", () => { phone.log.setAttribute("aria-live", "off"); });
  phone.chip = make("button", {
    class: `chip ${state.messenger}`, type: "button", "data-testid": "chip", "data-phone": state.id,
    onclick: () => phone.root.scrollIntoView({ block: "nearest", inline: "start" }),
  });
  drawChip(phone);
  compose(phone);
  return phone;
}

function drawChip(phone) {
  const first = phone.state.name.split(" ")[0];
  const count = phone.unread ? make("span", { class: "count" }, String(phone.unread)) : null;
  const news = phone.unread ? `, ${word("new_messages", { n: phone.unread })}` : "";
  phone.chip.setAttribute("aria-label", `${word("go_to")} ${phone.state.name}${news}`);
  phone.chip.replaceChildren(avatar(phone.state.name), document.createTextNode(first), ...(count ? [count] : []));
}

function currentChat(phone) {
  const chats = phone.state.chats;
  return chats.find((chat) => chat.id === phone.room) || chats[0];
}

function drawPhone(phone) {
  drawBar(phone);
  countUnread(phone);
  drawTabs(phone);
  drawLog(phone);
  drawFoot(phone);
  const said = phone.state.toast;
  if (said && said.n > phone.toasts && said.text) {
    toast(phone, /invite link has expired/.test(said.text) ? word("expired") : said.text, said.alert);
  }
  if (said) phone.toasts = said.n;
}

function drawBar(phone) {
  const parts = [document.createTextNode(word(phone.state.messenger))];
  if (phone.state.messenger === "whatsapp") {
    const open = phone.state.window;
    parts.push(make("span", { class: `window ${open ? "open" : ""}`, "aria-hidden": "true" }));
    parts.push(document.createTextNode(word(open ? "window_open" : "window_closed")));
  }
  phone.bar.replaceChildren(...parts);
}

function countUnread(phone) {
  for (const chat of phone.state.chats) {
    const heard = chat.bubbles.filter((bubble) => !bubble.mine && !bubble.service).length;
    const before = phone.seen.get(chat.id);
    const known = before || { heard, dot: false };
    if (before && heard > before.heard) {
      if (!phone.inView) phone.unread += heard - before.heard;
      known.dot = chat !== currentChat(phone);
    }
    known.heard = heard;
    phone.seen.set(chat.id, known);
  }
  drawChip(phone);
}

function drawTabs(phone) {
  const chats = phone.state.chats;
  const now = currentChat(phone);
  phone.tabs.hidden = chats.length < 2;
  const sign = JSON.stringify(chats.map((chat) => [chat.id, chat.title, chat === now, phone.seen.get(chat.id)?.dot]));
  if (phone.tabSign === sign) return;
  const focused = phone.tabs.contains(document.activeElement);
  phone.tabSign = sign;
  phone.tabs.replaceChildren(...chats.map((chat) => make(
    "button",
    {
      type: "button", role: "tab", "aria-selected": String(chat === now), tabindex: chat === now ? "0" : "-1",
      "data-testid": "tab", "data-chat": chat.id || "private", onclick: () => openRoom(phone, chat.id),
    },
    chat.id ? chat.title : word("private"),
    phone.seen.get(chat.id)?.dot ? make("span", { class: "dot" }, make("span", { class: "unseen" }, word("new_messages", { n: "" }))) : null,
  )));
  phone.tabs.onkeydown = (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const place = chats.findIndex((chat) => chat.id === currentChat(phone).id) + (event.key === "ArrowRight" ? 1 : -1);
    openRoom(phone, chats[(place + chats.length) % chats.length].id);
  };
  if (focused) phone.tabs.querySelector("[aria-selected=true]").focus();
}

function openRoom(phone, id) {
  phone.room = id;
  const known = phone.seen.get(id);
  if (known) known.dot = false;
  phone.drawn.clear();
  phone.log.replaceChildren();
  drawPhone(phone);
  phone.log.scrollTop = phone.log.scrollHeight;
}

// Bubbles

function drawLog(phone) {
  const chat = currentChat(phone);
  const log = phone.log;
  log.setAttribute("aria-label", `${word("messages")} ${phone.state.name}`);
  const first = phone.drawn.size === 0;
  const atEnd = first || log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const wanted = pieces(phone, chat);
  const keys = new Set(wanted.map((piece) => piece.key));
  for (const [key, known] of phone.drawn) {
    if (!keys.has(key)) {
      known.element.remove();
      phone.drawn.delete(key);
    }
  }
  let grown = false;
  wanted.forEach((piece, place) => {
    const known = phone.drawn.get(piece.key);
    if (known && known.sign === piece.sign) {
      if (log.children[place] !== known.element) log.insertBefore(known.element, log.children[place] || null);
      return;
    }
    const element = piece.draw();
    element.dataset.key = piece.key;
    grown = true;
    if (known) {
      const held = known.element.contains(document.activeElement);
      known.element.replaceWith(element);
      if (piece.edited && !piece.edited.quiet) element.classList.add("changed");
      if (held) (element.querySelector("button, a") || log).focus();
    } else {
      log.insertBefore(element, log.children[place] || null);
      if (!first) element.classList.add("fresh");
    }
    phone.drawn.set(piece.key, { sign: piece.sign, element });
  });
  if (atEnd && grown) {
    log.scrollTop = log.scrollHeight;
    for (const image of log.querySelectorAll("img")) image.addEventListener("load", () => { log.scrollTop = log.scrollHeight; }, { once: true });
  }
}

function pieces(phone, chat) {
  const wanted = [];
  let day = "";
  chat.bubbles.forEach((bubble, place) => {
    const date = days.format(new Date(bubble.at));
    if (date !== day) {
      day = date;
      wanted.push({ key: `day:${date}:${place === 0 ? "first" : bubble.id}`, sign: date, draw: () => make("p", { class: "day" }, date) });
    }
    const edited = bubble.edited ? {} : null;
    wanted.push({ key: `m:${chat.id}:${bubble.id}:${place >= 0 && bubble.service ? "s" : ""}`, sign: JSON.stringify(bubble), edited, draw: () => drawBubble(phone, chat, bubble) });
  });
  if (!wanted.length) {
    const name = chat.kind === "group" ? "fresh_group" : phone.state.messenger === "telegram" ? "fresh" : "fresh_wa";
    wanted.push({ key: "hint", sign: name, draw: () => make("p", { class: "hint" }, word(name)) });
    if (chat.kind !== "group") {
      for (const door of doorsOf(phone)) wanted.push({ key: `door:${door.link}`, sign: door.group, draw: () => drawDoor(phone, door) });
    }
  }
  if (chat.typing) wanted.push({ key: "typing", sign: "typing", draw: () => make("p", { class: "typing" }, `${world.bot.name} ${word("typing")}`) });
  return wanted;
}

function drawBubble(phone, chat, bubble) {
  if (bubble.service) return make("p", { class: "service" }, told(bubble.service));
  if (bubble.error) {
    const text = word(bubble.error === 63016 ? "failed_window" : "failed", { code: bubble.error });
    return make("p", { class: "service broken", "data-testid": "failed" }, text);
  }
  const choices = bubble.buttons.length > 0;
  const author = chat.kind === "group" && !bubble.mine;
  const box = make(
    "div",
    { class: "bubble" },
    author ? make("span", { class: "author" }, bubble.bot ? world.bot.name : bubble.sender) : null,
    bubble.reply ? make("span", { class: "quote" }, bubble.reply.text || "…") : null,
    bubble.media ? drawMedia(bubble) : null,
  );
  box.append(...(phone.state.messenger === "telegram" ? telegramText(phone, bubble) : whatsappText(phone, bubble.text)));
  box.append(drawMeta(phone, bubble));
  const who = bubble.mine ? phone.state.name : bubble.bot ? world.bot.name : bubble.sender;
  const message = make(
    "article",
    {
      class: `message${bubble.mine ? " mine" : ""}${choices ? " with-buttons" : ""}`, "aria-label": who,
      "data-testid": "bubble", "data-id": bubble.id, "data-from": bubble.bot ? "bot" : "person",
    },
    box,
  );
  if (choices) message.append(drawButtons(phone, chat, bubble));
  return message;
}

// The groups' public links, as somebody would find them on a poster

let doors = null;
let doorsTimer = 0;

function learnDoors() {
  if (!doorsTimer) doorsTimer = setTimeout(askDoors, doors ? 2000 : 0);
}

async function askDoors() {
  doorsTimer = 0;
  try {
    const answer = await fetch("/playground/links", { cache: "no-store" });
    if (!answer.ok) return;
    const known = JSON.stringify(doors);
    doors = (await answer.json()).groups;
    if (known !== JSON.stringify(doors)) for (const phone of phones.values()) drawLog(phone);
  } catch (error) {
    console.warn(error);
  }
}

function doorsOf(phone) {
  return (doors || []).filter((door) => door.links[phone.state.messenger])
    .map((door) => ({ group: door.group, link: door.links[phone.state.messenger] }));
}

function drawDoor(phone, door) {
  return make("div", { class: "door" }, make("button", {
    type: "button", "data-testid": "door", onclick: () => follow(phone, door.link),
  }, word("door", { group: door.group })));
}

function told(service) {
  const names = { joined: "joined", left: "left", title: "renamed", pinned: "pinned", upgraded: "upgraded" };
  return word(names[service.kind], { who: service.who });
}

function drawMeta(phone, bubble) {
  const meta = make("span", { class: "meta" });
  for (const [flag, name] of [[bubble.silent, "silent"], [bubble.template, "template"], [bubble.edited && !bubble.buttons.length, "edited"]]) {
    if (flag) meta.append(make("span", {}, word(name)));
  }
  const moment = new Date(bubble.at);
  meta.append(make("time", { datetime: moment.toISOString() }, hours.format(moment)));
  if (bubble.bot && phone.state.messenger === "whatsapp" && WORDS[bubble.status]) {
    meta.append(ticks(bubble.status), make("span", { class: "unseen" }, word(bubble.status)));
  }
  return meta;
}

function ticks(status) {
  if (status === "queued") return draw("", "0 0 20 14", ["circle", { cx: 10, cy: 7, r: 5.5 }], ["path", { d: "M10 4v3.200l2 1.300" }]);
  const one = ["path", { d: "M2 7.500 5.500 11 12 3.500" }];
  const two = ["path", { d: "M9.500 10.500 10 11l6.500-7.500" }];
  return draw(status, "0 0 20 14", ...(status === "sent" ? [one] : [one, two]));
}

function drawMedia(bubble) {
  const { kind, url, filename } = bubble.media;
  const where = url ? WORLD + url : "";
  if ((kind === "photo" || kind === "image") && where) {
    const name = bubble.text ? bubble.text.split("\n")[0].slice(0, 120) : filename || word("photo_alt");
    const image = make("img", { src: where, alt: name, loading: "lazy" });
    return make("a", { class: "picture", href: where, target: "_blank", rel: "noopener noreferrer" }, image);
  }
  if (kind === "voice" || kind === "audio") return drawVoice();
  if (kind === "location") return drawPlace();
  if (kind === "sticker") return make("span", { class: "sticker", role: "img", "aria-label": word("sticker_alt") }, "🎉");
  const label = filename || word(kind === "contact" || kind === "contacts" ? "contact_alt" : "document");
  const icon = make("span", { class: "sheet-icon", "aria-hidden": "true" }, kind.startsWith("contact") ? "☺" : "⇩");
  return where
    ? make("a", { class: "file", href: where, target: "_blank", rel: "noopener noreferrer", download: filename }, icon, label)
    : make("span", { class: "file" }, icon, label);
}

function drawVoice() {
  const heights = [6, 12, 20, 9, 16, 26, 14, 22, 8, 18, 24, 10, 15, 7, 19, 12, 23, 9, 14, 6];
  const bars = heights.map((h, n) => ["rect", { x: n * 7.5, y: 14 - h / 2, width: 4, height: h, rx: 2 }]);
  return make("span", { class: "voice", role: "img", "aria-label": word("voice_alt") }, draw("", "0 0 150 28", ...bars), "0:14");
}

function drawPlace() {
  const map = draw(
    "place", "0 0 176 96",
    ["rect", { class: "land", width: 176, height: 96 }],
    ["path", { class: "water", d: "M-5 78C40 60 70 92 181 66" }],
    ["path", { class: "road", d: "M20-5 60 101M-5 30 181 20M120-5 140 60" }],
    ["path", { class: "pin", d: "M88 22a13 13 0 0 0-13 13c0 9 13 22 13 22s13-13 13-22a13 13 0 0 0-13-13zm0 8a5 5 0 1 1 0 10 5 5 0 0 1 0-10z" }],
  );
  return make("span", { role: "img", "aria-label": word("location_alt") }, map);
}

function drawButtons(phone, chat, bubble) {
  if (bubble.list) {
    const open = make("button", { type: "button", "data-testid": "list", onclick: () => listSheet(phone, chat, bubble) }, `☰ ${bubble.list}`);
    return make("div", { class: "buttons" }, make("div", { class: "row" }, open));
  }
  let place = 0;
  const rows = bubble.buttons.map((row) => make("div", { class: "row" }, ...row.map((choice) => {
    const number = place;
    place += 1;
    return make("button", {
      type: "button", "data-testid": "button", "data-place": number,
      onclick: () => (choice.link ? follow(phone, choice.link) : tap(phone, chat, bubble, number)),
    }, choice.link ? `${choice.label} ↗` : choice.label);
  })));
  return make("div", { class: "buttons" }, ...rows);
}

function tap(phone, chat, bubble, place) {
  return act(phone, { do: "tap", chat: chat.id, message: bubble.id, button: place });
}

// Texts

const LINKS = /(https?:\/\/[^\s<>()]+[^\s<>().,;:!?»"'])|((?<=^|[\s(«])(?:t\.me|wa\.me)\/[^\s<>()]+[^\s<>().,;:!?»"'])/g;

function linked(phone, text, commands) {
  const pattern = commands ? new RegExp(`${LINKS.source}|((?<=^|[\\s(«])\\/[a-z0-9_]{2,32}(?:@\\w+)?(?![\\w/]))`, "g") : LINKS;
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(at, found.index));
    at = found.index + found[0].length;
    parts.push(found[3] ? command(phone, found[0]) : anchor(phone, found[0], found[0]));
  }
  parts.push(text.slice(at));
  return parts.filter((part) => part !== "");
}

function command(phone, text) {
  return make("button", {
    type: "button", class: "command", onclick: () => act(phone, { do: "say", chat: currentChat(phone).id, text }),
  }, text);
}

function anchor(phone, link, ...inside) {
  const ours = /^(https?:\/\/)?(t\.me|wa\.me|telegram\.me|api\.whatsapp\.com)\//.test(link);
  const href = /^https?:/.test(link) ? link : `https://${link}`;
  const element = make("a", { href, rel: "noopener noreferrer", target: ours ? null : "_blank" }, ...inside);
  if (ours) {
    element.addEventListener("click", (event) => {
      event.preventDefault();
      follow(phone, href);
    });
  }
  return element;
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "blockquote" };

function telegramText(phone, bubble) {
  const entities = bubble.entities.filter((entity) => TAGS[entity.type] || entity.type === "text_link" || entity.type === "spoiler");
  return styled(phone, bubble.text, entities, 0, bubble.text.length);
}

function styled(phone, text, entities, from, to) {
  const parts = [];
  let at = from;
  const outer = entities.filter((entity) => entity.offset >= from && entity.offset + entity.length <= to);
  for (const entity of outer) {
    if (entity.offset < at) continue; // inside one already drawn
    parts.push(...linked(phone, text.slice(at, entity.offset), true));
    at = entity.offset + entity.length;
    const rest = entities.slice(entities.indexOf(entity) + 1);
    const inside = entity.type === "text_link"
      ? [text.slice(entity.offset, at)]
      : styled(phone, text, rest, entity.offset, at);
    parts.push(wrap(phone, entity, inside));
  }
  parts.push(...linked(phone, text.slice(at, to), true));
  return parts;
}

function wrap(phone, entity, inside) {
  if (entity.type === "spoiler") return make("span", { class: "spoiler", tabindex: "0" }, ...inside);
  if (entity.type !== "text_link") return make(TAGS[entity.type], {}, ...inside);
  if (entity.url.startsWith("tg://")) return make("span", { class: "mention" }, ...inside);
  return anchor(phone, entity.url, ...inside);
}

const MARKS = /(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\p{L}\p{N}~])|```([^`]+)```|`([^`\n]+)`/gu;

function whatsappText(phone, text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(MARKS)) {
    if (/https?:\/\/\S*$/.test(text.slice(0, found.index))) continue; // an underscore inside a link
    parts.push(...linked(phone, text.slice(at, found.index), false));
    at = found.index + found[0].length;
    const tag = found[1] ? "strong" : found[2] ? "em" : found[3] ? "s" : "code";
    const inside = found[1] || found[2] || found[3];
    parts.push(make(tag, {}, ...(inside ? whatsappText(phone, inside) : [found[4] || found[5]])));
  }
  parts.push(...linked(phone, text.slice(at), false));
  return parts;
}

// Links: what tapping one does on this phone

function follow(phone, link) {
  const url = new URL(/^https?:/.test(link) ? link : `https://${link}`);
  const forTelegram = /^(t|telegram)\.me$/.test(url.hostname);
  const forWhatsApp = /^(wa\.me|api\.whatsapp\.com)$/.test(url.hostname);
  const messenger = phone.state.messenger;
  if (forTelegram && messenger !== "telegram") return toast(phone, word("elsewhere_tg"));
  if (forWhatsApp && messenger !== "whatsapp") return toast(phone, word("elsewhere_wa"));
  if (forWhatsApp) return prefill(phone, url.searchParams.get("text") || "");
  if (!forTelegram) return window.open(url, "_blank", "noopener,noreferrer");
  if (url.searchParams.has("startgroup")) return groupSheet(phone, (group) => act(phone, { do: "follow", link, group: group.id }));
  if (url.searchParams.has("start")) openRoom(phone, "");
  return act(phone, { do: "follow", link });
}

function prefill(phone, text) {
  phone.input.value = text;
  phone.input.focus();
}

// The foot: write, or start

function compose(phone) {
  phone.input = make("textarea", {
    rows: "1", placeholder: word("write"), "aria-label": `${word("write_as")} ${phone.state.name}`, "data-testid": "say",
    maxlength: "4096", autocomplete: "off",
  });
  const say = () => {
    const text = phone.input.value;
    if (!text.trim()) return;
    phone.input.value = "";
    act(phone, { do: "say", chat: currentChat(phone).id, text });
  };
  phone.input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      say();
    }
  });
  const plus = draw("", "0 0 24 24", ["path", { d: "M12 5v14M5 12h14" }]);
  const arrow = draw("", "0 0 24 24", ["path", { d: "M12 19V5M6 11l6-6 6 6" }]);
  phone.write = make(
    "div",
    { class: "compose" },
    make("button", { type: "button", class: "round", "aria-label": `${word("more")}, ${phone.state.name}`, "aria-haspopup": "dialog", "data-testid": "more", onclick: () => menuSheet(phone) }, plus),
    phone.input,
    make("button", { type: "button", class: "round go", "aria-label": `${word("send")}, ${phone.state.name}`, "data-testid": "send", onclick: say }, arrow),
  );
  phone.begin = make("div", { class: "begin" });
  phone.foot.append(phone.write, phone.begin);
}

function drawFoot(phone) {
  const { messenger, started, blocked } = phone.state;
  const alone = messenger === "telegram" && !currentChat(phone).id && (!started || blocked);
  phone.write.hidden = alone;
  phone.begin.hidden = !alone;
  const name = blocked ? "unblock" : "start";
  if (!alone || phone.begun === name) return;
  phone.begun = name;
  phone.begin.replaceChildren(make("button", {
    type: "button", "data-testid": name, onclick: () => act(phone, { do: name }),
  }, word(name)));
}

// Sheets

function sheet(phone, title, ...inside) {
  phone.veil?.remove();
  const opener = document.activeElement;
  const close = () => {
    veil.remove();
    phone.veil = null;
    if (opener?.isConnected) opener.focus();
  };
  const box = make("div", { class: "sheet", role: "dialog", "aria-modal": "true", "aria-label": title, "data-testid": "sheet" }, make("h3", {}, title), ...inside);
  const shut = make("button", { type: "button", "data-testid": "close", onclick: close }, word("close"));
  const last = box.querySelector(".last") || box.appendChild(make("div", { class: "last" }));
  last.prepend(shut);
  const veil = make("div", { class: "veil" }, box);
  veil.addEventListener("click", (event) => { if (event.target === veil) close(); });
  veil.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepFocus(event, box);
  });
  phone.root.append(veil);
  phone.veil = veil;
  box.querySelector("input, .choice, button").focus();
  return close;
}

function keepFocus(event, box) {
  const stops = [...box.querySelectorAll("button, input, a")];
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }
}

function choice(name, label, small, work) {
  return make("button", { type: "button", class: "choice", "data-testid": name, onclick: work }, label, small ? make("small", {}, small) : null);
}

function menuSheet(phone) {
  const chat = currentChat(phone);
  const telegram = phone.state.messenger === "telegram";
  let close = () => {};
  const entry = (name, work) => choice(`do-${name}`, word(name), "", () => { close(); work(); });
  const entries = ["photo", "voice", "location"].map((kind) => entry(kind, () => act(phone, { do: "send", kind, chat: chat.id })));
  if (telegram) {
    if (commandsOf(chat).length) entries.unshift(entry("commands", () => commandSheet(phone, chat)));
    if (groupsOf(phone).some((group) => group.bot !== "member" && !group.admin)) {
      entries.push(entry("add_bot", () => groupSheet(phone, (group) => act(phone, { do: "add_bot", group: group.id }), (group) => group.bot !== "member" && !group.admin)));
    }
    if (groupsOf(phone).some((group) => group.bot === "member")) {
      entries.push(entry("promote_bot", () => groupSheet(phone, (group) => act(phone, { do: "promote_bot", group: group.id }), (group) => group.bot === "member")));
    }
    if (chat.id) entries.push(entry("leave", () => act(phone, { do: "leave", chat: chat.id })));
    else entries.push(entry("block", () => act(phone, { do: "block" })));
  }
  for (const door of doorsOf(phone)) {
    entries.push(choice("do-door", word("door", { group: door.group }), "", () => { close(); follow(phone, door.link); }));
  }
  entries.push(entry("open_link", () => linkSheet(phone)));
  close = sheet(phone, word("more"), ...entries);
}

function commandsOf(chat) {
  const menus = chat.id ? world.bot.group_commands : world.bot.commands;
  return menus[LANGUAGE] || menus.fr || [];
}

function commandSheet(phone, chat) {
  const entries = commandsOf(chat).map((menu) => choice("command", `/${menu.command}`, menu.description, () => {
    close();
    act(phone, { do: "say", chat: chat.id, text: chat.id ? `/${menu.command}@${world.bot.username}` : `/${menu.command}` });
  }));
  const close = sheet(phone, word("commands"), ...entries);
}

function linkSheet(phone) {
  const id = `link-${phone.root.id}`;
  const input = make("input", { id, type: "text", inputmode: "url", autocomplete: "off", spellcheck: "false", "data-testid": "link" });
  const go = () => {
    const link = input.value.trim();
    close();
    if (link) follow(phone, link);
  };
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  const open = make("button", { type: "button", class: "strong", "data-testid": "open", onclick: go }, word("open"));
  const close = sheet(phone, word("open_link"), make("label", { for: id }, word("link")), input, make("div", { class: "last" }, open));
}

function groupsOf(phone) {
  const number = phone.id.split(":")[1];
  return world.groups.filter((group) => group.members.includes(number));
}

function groupSheet(phone, chosen, fits = () => true) {
  const groups = groupsOf(phone).filter(fits);
  if (groups.length === 1) {
    chosen(groups[0]);
    openRoom(phone, groups[0].id);
    return;
  }
  if (!groups.length) {
    toast(phone, word("no_group"));
    return;
  }
  const close = sheet(phone, word("choose_group"), ...groups.map((group) => choice("group", group.title, "", () => {
    close();
    chosen(group);
    openRoom(phone, group.id);
  })));
}

function listSheet(phone, chat, bubble) {
  const items = bubble.buttons.flat();
  const close = sheet(phone, bubble.list, ...items.map((item, place) => choice("item", item.label, bubble.descriptions?.[place], () => {
    close();
    tap(phone, chat, bubble, place);
  })));
}

// What the bot answers to a tap, or what went wrong

function toast(phone, text, alert = false) {
  clearTimeout(phone.toastTimer);
  const ok = alert ? make("button", { type: "button", "data-testid": "toast-ok", onclick: () => phone.slot.replaceChildren() }, word("ok")) : null;
  phone.slot.replaceChildren(make("div", { class: "toast" }, make("span", {}, text), ok));
  if (!alert) phone.toastTimer = setTimeout(() => phone.slot.replaceChildren(), Math.max(4000, text.length * 70));
}

controls();
setInterval(tick, 1000);
watch();
