// The card game by hand: cards are dragged, or moved by their buttons. The form of numbers beneath stays the
// truth: each move writes into it, and without this script it is filled as it is.
const form = document.querySelector("[data-cartes]");
const table = form.querySelector("[data-table]");
const words = table.dataset;
const told = form.querySelector("[data-dit]");
const ranks = [...form.querySelectorAll("[data-rang]")];
const blanks = [...form.querySelectorAll("[data-blanches]")];
const most = Number(words.most);

// From the least important: a slot is a list of criteria of one rank, or a white card (an empty list).
let slots = read();

function read() {
  const found = new Map();
  for (const field of ranks) {
    const rank = Number(field.value) || 1;
    found.set(rank, [...(found.get(rank) || []), field.dataset.rang]);
  }
  const laid = [];
  const used = [...found.keys()].sort((a, b) => a - b);
  used.forEach((rank, at) => {
    laid.push(found.get(rank));
    const white = at < used.length - 1 ? Number(blanks[rank - 1]?.value) || 0 : 0;
    for (let one = 0; one < Math.min(white, most); one++) laid.push([]);
  });
  return laid;
}

function write() {
  let rank = 0;
  for (const field of blanks) field.value = 0;
  for (const slot of slots) {
    if (slot.length) {
      rank += 1;
      for (const key of slot) ranks.find((field) => field.dataset.rang === key).value = rank;
    } else {
      blanks[rank - 1].value = Math.min(most, Number(blanks[rank - 1].value) + 1);
    }
  }
}

// White cards before the first rank or after the last part nothing.
function tidy() {
  while (slots.length && !slots[0].length) slots.shift();
  while (slots.length && !slots.at(-1).length) slots.pop();
}

const name = (key) => ranks.find((field) => field.dataset.rang === key).dataset.nom;

function move(key, at, by) {
  const slot = slots[at];
  if (!slot.length || slot.length === 1) {
    const next = slots[at + by];
    if (!next) return;
    if (slot.length && next.length) {
      next.push(key);
      slots.splice(at, 1);
    } else {
      slots[at] = next;
      slots[at + by] = slot;
    }
  } else {
    slots[at] = slot.filter((one) => one !== key);
    slots.splice(by > 0 ? at + 1 : at, 0, [key]);
  }
}

// Above the row where it is let go (edge 1), beneath it (-1), or with it, in one rank (0).
function drop(key, from, at, edge) {
  const target = slots[at];
  const alone = !key || slots[from].length === 1;
  if (from === at && (alone || edge === 0)) return;
  if (edge === 0 && key && target.length) {
    target.push(key);
  } else {
    const place = edge > 0 ? at + 1 : at;
    slots.splice(place, 0, key ? [key] : []);
    if (place <= from) from += 1;
  }
  if (alone) slots.splice(from, 1);
  else slots[from] = slots[from].filter((one) => one !== key);
}

function button(label, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn soft small";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function card(key, at) {
  const label = key ? name(key) : words.white;
  const made = document.createElement("span");
  made.className = key ? "card" : "card white";
  made.dataset.key = key;
  made.append(label + " ");
  for (const [by, text, verb] of [[1, "↑", words.up], [-1, "↓", words.down]]) {
    made.append(button(`${verb} ${label}`, text, () => change(() => move(key, at, by), key, by)));
  }
  if (!key) made.append(button(`${words.remove} ${label}`, "×", () => change(() => slots.splice(at, 1), "", 0)));
  made.addEventListener("pointerdown", (event) => drag(event, made, key, at));
  return made;
}

function draw() {
  table.replaceChildren();
  const count = slots.filter((slot) => slot.length).length;
  let rank = count;
  for (let at = slots.length - 1; at >= 0; at--) {
    const row = document.createElement("li");
    row.dataset.at = at;
    if (slots[at].length) {
      const number = document.createElement("b");
      const edge = count < 2 ? "" : rank === count ? words.top : rank === 1 ? words.bottom : "";
      number.textContent = `${words.rank} ${rank--}${edge && `, ${edge}`}`;
      row.append(number, ...slots[at].map((key) => card(key, at)));
    } else {
      row.append(card("", at));
    }
    table.append(row);
  }
}

function change(act, key, by) {
  act();
  tidy();
  write();
  draw();
  if (key) {
    const field = ranks.find((one) => one.dataset.rang === key);
    told.textContent = `${name(key)} : ${words.rank} ${field.value}`;
    const again = table.querySelectorAll(`[data-key="${key}"] button`);
    if (by) again[by > 0 ? 0 : 1].focus();
  }
}

function drag(event, made, key, at) {
  if (event.target.closest("button")) return;
  event.preventDefault();
  made.setPointerCapture(event.pointerId);
  made.classList.add("held");
  made.addEventListener("pointerup", (end) => {
    made.classList.remove("held");
    const row = [...table.children].find((one) => {
      const box = one.getBoundingClientRect();
      return end.clientY >= box.top && end.clientY <= box.bottom;
    });
    if (!row) return;
    const box = row.getBoundingClientRect();
    const part = (end.clientY - box.top) / box.height;
    const edge = part < 0.3 ? 1 : part > 0.7 ? -1 : 0;
    change(() => drop(key, at, Number(row.dataset.at), edge), key, 0);
  }, { once: true });
}

form.querySelector("[data-blanche]").addEventListener("click", () => {
  if (slots.length > 1) change(() => slots.splice(1, 0, []), "", 0);
});
for (const part of form.querySelectorAll("[data-nombres]")) part.hidden = true;
for (const part of form.querySelectorAll("[data-jeu]")) part.hidden = false;
for (const field of ranks) field.value ||= 1;
write();
draw();
