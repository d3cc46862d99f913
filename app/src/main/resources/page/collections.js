// One row a collection and table.
import { element, keepChildren, setState, setText } from './dom.js';
import { number, time } from './format.js';

const COLUMNS = ['table', 'changes', 'written', 'deleted', 'rejected', 'letters', 'last'];
const TEXTS = new Set(['table', 'last']);

function make({ name }) {
  const cells = COLUMNS.map((column) => element('td', { className: TEXTS.has(column) ? column : `${column} number` }));
  return element('tr', {}, element('th', { scope: 'row' }, name), ...cells);
}

function update(row, collection) {
  const texts = {
    table: collection.table,
    changes: number(collection.changes),
    written: number(collection.upserted + collection.updated),
    deleted: number(collection.deleted),
    rejected: number(collection.rejected),
    last: collection.lastChange === null ? 'none yet' : time(collection.lastChange),
  };
  Object.entries(texts).forEach(([column, text]) => setText(row.querySelector(`.${column}`), text));
  const letters = row.querySelector('.letters');
  if (letters.firstElementChild === null) {
    letters.append(element('span'));
  }
  setState(letters.firstElementChild, collection.deadLetters === 0 ? 'none' : 'warn', number(collection.deadLetters));
}

export function render({ collections, tables }) {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const rows = collections.map((collection) => {
    const table = byName.get(collection.table);
    return { ...collection, changes: table?.changes ?? 0, lastChange: table?.lastChange ?? null };
  });
  keepChildren(document.querySelector('#collections tbody'), rows, {
    key: (row) => `${row.name} ${row.table}`, make, update,
  });
}
