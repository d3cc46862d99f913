// One document as Typesense has it, and what became of the last changes of its row.
import { Rejection, get, withToken } from './api.js';
import { attempt } from './announce.js';
import { element, keepChildren, setState, setText } from './dom.js';
import { counted, time } from './format.js';

const section = document.getElementById('find');
const form = section.querySelector('form');
const result = document.getElementById('find-result');
const collection = document.getElementById('find-collection');
const key = document.getElementById('find-key');
const OUTCOMES = { rejected: 'bad', refused: 'bad', dead_letter: 'bad' };

let tables = new Map();

export function mount() {
  const button = form.querySelector('button');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(button, () => withToken(show));
  });
}

/** Fills the form in and looks the row up: what a link to a row's trace does. */
export function open(collectionName, id) {
  collection.value = collectionName;
  key.value = id;
  section.scrollIntoView({ block: 'start' });
  form.requestSubmit();
  key.focus({ preventScroll: true });
}

async function show() {
  const id = key.value.trim();
  const parameters = new URLSearchParams({ collection: collection.value, id });
  const found = await get(`api/document?${parameters}`);
  const traces = [];
  for (const table of tables.get(collection.value) ?? []) {
    traces.push(await trace(table, id));
  }
  draw(found, traces.filter(Boolean));
}

async function trace(table, id) {
  try {
    return await get(`api/trace?${new URLSearchParams({ table, key: id })}`);
  } catch (error) {
    if (error instanceof Rejection && error.status === 404) {
      return null;
    }
    throw error;
  }
}

function draw(found, traces) {
  result.hidden = false;
  const heading = result.querySelector('h3');
  setState(heading, found.exists ? 'ok' : 'warn', found.exists
    ? `${found.collection} has document ${found.id}` : `${found.collection} has no document ${found.id}`);
  const text = found.exists ? JSON.stringify(found.document, null, 2) : '';
  setText(result.querySelector('pre'), text);
  result.querySelector('pre').hidden = !found.exists;
  const entries = traces.flatMap((each) => each.entries.map((entry) => ({ table: each.table, ...entry })));
  setText(result.querySelector('.traced'), entries.length === 0
    ? 'No change of this row is remembered: it has not changed for a while, or not since the start.'
    : `${counted(entries.length, 'change')} of this row are remembered, the newest first:`);
  keepChildren(result.querySelector('ol'), entries.reverse().map((entry, place) => ({ entry, place })), {
    key: ({ place }) => String(place),
    make: () => element('li', {}, element('time'), element('span'), element('p', { className: 'hint' })),
    update: (item, { entry }) => {
      setText(item.querySelector('time'), entry.committed === null ? '' : time(entry.committed));
      setState(item.querySelector('span'), OUTCOMES[entry.outcome] ?? 'none', `${entry.operation}: ${entry.words}`);
      setText(item.querySelector('.hint'), [entry.table, entry.position, entry.note].filter(Boolean).join(', '));
    },
  });
}

export function render({ collections }) {
  tables = new Map(collections.map(({ name, table }) => [name, table.split(', ')]));
  section.hidden = collections.length === 0;
  keepChildren(document.getElementById('find-collections'), [...tables.keys()], {
    key: (name) => name,
    make: (name) => element('option', { value: name }),
    update: () => {},
  });
  if (collections.length === 1 && collection.value === '') {
    collection.value = collections[0].name;
  }
}
