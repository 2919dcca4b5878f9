// Elements, made and changed. Nothing is written that already stands there, and text is only ever text.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An element of HTML with attributes and children, which are elements or texts. */
export const element = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

/** An element of SVG. */
export const drawing = (name, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, name), attributes, children);

export const find = (id) => document.getElementById(id);

/** Has `node` hold `text` alone, and `title` say it exactly. */
export function write(node, text, title) {
  const there = node.firstChild;
  if (!there || there.nextSibling || there.nodeType !== Node.TEXT_NODE) node.textContent = text;
  else if (there.nodeValue !== text) there.nodeValue = text;
  if (title !== undefined) put(node, "title", title);
}

/** Sets an attribute, or takes it away where `value` is null. */
export function put(node, name, value) {
  if (value === null) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

export function show(node, isShown) {
  if (node.hidden === isShown) node.hidden = !isShown;
}

/** Sets a custom property that the style sheet reads. */
export function vary(node, name, value) {
  if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
}

const kept = new WeakMap();

/**
 * Has `parent` hold one child for each of `items`, in order: children stay for as long as their keys do, so that
 * focus and selection do. `make(item)` makes one, `update(child, item)` brings it up to date.
 */
export function keep(parent, items, keyOf, make, update) {
  let children = kept.get(parent);
  if (!children) kept.set(parent, (children = new Map()));
  const wanted = new Map();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item, index);
    // Two of one key would be one child in two places.
    if (!wanted.has(key)) wanted.set(key, [item, index]);
  }
  // First, so that what follows one that goes is not moved.
  for (const [key, child] of children) {
    if (wanted.has(key)) continue;
    child.remove();
    children.delete(key);
  }
  const placed = [];
  for (const [key, [item, index]] of wanted) {
    let child = children.get(key);
    if (!child) children.set(key, (child = make(item, index)));
    update?.(child, item, index);
    placed.push(child);
  }
  order(parent, placed);
}

/** Has `parent` begin with these children, in order; none is moved that stands right, and the focus stays where it is. */
export function order(parent, children) {
  const focused = document.activeElement;
  let place = parent.firstChild;
  for (const child of children) {
    if (child === place) place = place.nextSibling;
    else parent.insertBefore(child, place);
  }
  // What moves loses it.
  if (document.activeElement !== focused && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/** The address of a function's page within this one. */
export const addressOf = (key) => `#/function/${encodeURIComponent(key)}`;

/** A link to a function's page: what it is called, after where it lives. */
export function functionLink(key, split) {
  const at = split ?? key.lastIndexOf("::") + 2;
  const module = key.slice(0, Math.max(0, at));
  return element(
    "a",
    { class: "function", href: addressOf(key), title: key },
    element("span", { class: "module" }, module),
    element("span", { class: "name" }, key.slice(module.length)),
  );
}

/** A table with a head; cells of `columns` that are `number` stand at the right. */
export function table(caption, columns) {
  const head = columns.map(([label, kind, title]) => element("th", { scope: "col", class: kind, title }, label));
  const body = element("tbody");
  const whole = element(
    "table",
    {},
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, element("tr", {}, ...head)),
    body,
  );
  return { whole, body, columns };
}

/** Has a table show `rows`: arrays of texts, `[text, title]`, or elements; the first cell is the row's name. */
export function tabulate({ body, columns }, rows, keyOf) {
  keep(
    body,
    rows,
    (row, index) => (keyOf ? keyOf(row, index) : index),
    () => element("tr", {}, ...columns.map(([, kind], index) =>
      index === 0 ? element("th", { scope: "row", class: kind }) : element("td", { class: kind }))),
    (line, row) => {
      columns.forEach((_, index) => {
        const cell = line.children[index];
        const value = row[index];
        if (value instanceof Node) {
          // What is the same stays, and so does what somebody selected of it.
          if (!cell.firstChild?.isEqualNode(value)) cell.replaceChildren(value);
        } else if (Array.isArray(value)) write(cell, value[0], value[1]);
        else write(cell, String(value ?? ""));
      });
    },
  );
}
