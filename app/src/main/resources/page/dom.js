// Building and changing the page. Everything goes in as text: what the server sends holds users' data.

/** An element with properties (className, title, ...), attributes (names with a dash) and children (elements or text). */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-')) {
      made.setAttribute(name, value);
    } else {
      made[name] = value;
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Sets a text only where it is another one, so that a selection and a screen reader's place survive. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** A state: a colour, a sign (style.css) and always a word, for the colour alone tells some people nothing. */
export function setState(node, severity, word) {
  node.classList.add('state');
  node.dataset.severity = severity;
  setText(node, word);
}

/**
 * Keeps a parent's children equal to a list, one child an item. A child stays while its item's key does, so that the
 * focus on a button in it is not lost at each refresh.
 *
 * @param key item -> text that tells items apart
 * @param make item -> a new element
 * @param update (element, item), for new and old ones
 */
export function keepChildren(parent, items, { key, make, update }) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const name = key(item);
    const child = old.get(name) ?? make(item);
    child.dataset.key = name;
    old.delete(name);
    update(child, item);
    return child;
  });
  old.forEach((child) => child.remove());
  wanted.forEach((child, place) => {
    if (parent.children[place] !== child) {
      parent.insertBefore(child, parent.children[place] ?? null);
    }
  });
}
