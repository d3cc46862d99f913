// One row a collection, with a filter and an order; as cards on a narrow screen.
import { element, keepChildren, setState, setText } from './dom.js';
import { counted, number, time } from './format.js';

const LABELS = {
  table: 'Table', rows: 'Rows', documents: 'Documents', changes: 'Changes', written: 'Written', deleted: 'Deleted',
  rejected: 'Rejected', letters: 'Dead letters', last: 'Last change',
};
const TEXTS = new Set(['table', 'last']);
const MOST = 50; // shown until all are wanted

/** Names as people count: 2 before 10. */
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const byName = (one, other) => natural.compare(one.name, other.name);
const ORDERS = {
  name: byName,
  letters: (one, other) => other.deadLetters - one.deadLetters || byName(one, other),
  last: (one, other) => (other.lastChange ?? '').localeCompare(one.lastChange ?? '') || byName(one, other),
  documents: (one, other) => other.documents - one.documents || byName(one, other),
};

const filter = document.getElementById('collections-filter');
const order = document.getElementById('collections-order');
const note = document.getElementById('collections-note');
let all = false;
let latest = { collections: [], tables: [] };

export function mount() {
  filter.addEventListener('input', draw);
  order.addEventListener('change', draw);
}

function make({ name }) {
  const cells = Object.entries(LABELS).map(([column, label]) => element(
    'td', { className: TEXTS.has(column) ? column : `${column} number`, role: 'cell', 'data-label': label }));
  return element('tr', { role: 'row' }, element('th', { scope: 'row', role: 'rowheader' }, name), ...cells);
}

function update(row, collection) {
  const texts = {
    table: collection.table,
    rows: collection.rows < 0 ? '–' : `~${number(collection.rows)}`,
    documents: collection.documents < 0 ? '–' : number(collection.documents),
    changes: number(collection.changes),
    written: number(collection.upserted + collection.updated),
    deleted: number(collection.deleted),
    rejected: number(collection.rejected),
    last: collection.lastChange === null ? 'none yet' : time(collection.lastChange),
  };
  for (const cell of row.children) {
    const text = texts[cell.classList[0]];
    if (text !== undefined) {
      setText(cell, text);
    }
  }
  const letters = row.querySelector('.letters');
  if (letters.firstElementChild === null) {
    letters.append(element('span'));
  }
  setState(letters.firstElementChild, collection.deadLetters === 0 ? 'none' : 'warn', number(collection.deadLetters));
}

/** Figures of the tables that feed a collection, several of which are named with commas between. */
function joined(collection, tables) {
  const feeding = collection.table.split(', ').map((name) => tables.get(name)).filter(Boolean);
  const estimates = feeding.map((table) => table.estimatedRows);
  return {
    ...collection,
    changes: feeding.reduce((sum, table) => sum + table.changes, 0),
    lastChange: feeding.map((table) => table.lastChange).filter(Boolean).sort().at(-1) ?? null,
    rows: estimates.length === 0 || estimates.some((rows) => rows < 0) ? -1 : estimates.reduce((sum, rows) => sum + rows, 0),
  };
}

function draw() {
  const tables = new Map(latest.tables.map((table) => [table.name, table]));
  const wanted = filter.value.trim().toLowerCase();
  const rows = latest.collections
    .filter(({ name, table }) => `${name} ${table}`.toLowerCase().includes(wanted))
    .map((collection) => joined(collection, tables))
    .sort(ORDERS[order.value]);
  const shown = all ? rows : rows.slice(0, MOST);
  document.getElementById('collections-tools').hidden = latest.collections.length < 2;
  explain(shown.length, rows.length);
  keepChildren(document.querySelector('#collections tbody'), shown, {
    key: (row) => `${row.name} ${row.table}`, make, update,
  });
}

function explain(shown, found) {
  const total = latest.collections.length;
  setText(note, shown < found ? `${number(shown)} of ${counted(found, 'collection')} are shown.`
    : found < total ? `${number(found)} of ${counted(total, 'collection')} match.` : counted(total, 'collection'));
  keepChildren(document.getElementById('collections-actions'), shown < found ? ['all'] : [], {
    key: (name) => name,
    make: () => {
      const button = element('button', { type: 'button' }, 'Show all');
      button.addEventListener('click', () => {
        all = true;
        draw();
        filter.focus();
      });
      return button;
    },
    update: () => {},
  });
}

export function render({ collections, tables }) {
  latest = { collections, tables };
  draw();
}
