// How far the initial load of the tables is, and tables that are read again while changes are streamed.
import { element, keepChildren, setText } from './dom.js';
import { counted, duration, number } from './format.js';

function make({ name }) {
  const bar = element('progress', { 'aria-label': `Rows of ${name}` });
  return element('li', {}, element('span', { className: 'name' }, name), bar, element('span', { className: 'rows' }));
}

const MOST = 30; // bars at a time

/** The number of rows is the planner's guess, which may be wrong or missing: then the bar shows that, and no share. */
function update(item, { rows, estimatedRows, done = false, words = '' }) {
  const bar = item.querySelector('progress');
  const known = !done && estimatedRows > 0 && rows <= estimatedRows;
  if (done) {
    bar.max = 1;
    bar.value = 1;
  } else if (known) {
    bar.max = estimatedRows;
    bar.value = rows;
  } else {
    bar.removeAttribute('value');
  }
  const count = known ? `${number(rows)} of about ${number(estimatedRows)}` : counted(rows, 'row');
  setText(item.querySelector('.rows'), [count, words].filter(Boolean).join(', '));
}

function left(seconds) {
  return seconds < 0 ? 'time left unknown' : `about ${duration(seconds)} left`;
}

const WORDS = {
  waiting: ({ problem }) => problem ?? 'waiting',
  reading: ({ problem, rowsPerSecond, secondsLeft }) => problem ?? `${number(rowsPerSecond)}/s, ${left(secondsLeft)}`,
  sweeping: () => 'deleting documents whose row is gone',
  failed: ({ problem }) => `failed: ${problem}`,
};

/** Those that are not done. */
function again(loads) {
  return loads.filter(({ state }) => state in WORDS).map((each) => ({
    name: each.table,
    rows: each.rows,
    estimatedRows: each.estimatedRows,
    done: each.state === 'sweeping', // all rows are read
    words: each.waitsUntil ? `waits until ${each.waitsUntil} UTC` : WORDS[each.state](each),
  }));
}

export function render({ snapshot, tables, loads }) {
  const section = document.getElementById('snapshot');
  const single = again(loads);
  section.hidden = snapshot === null && single.length === 0;
  if (section.hidden) {
    return;
  }
  const initial = snapshot !== null;
  setText(document.getElementById('snapshot-summary'), initial
    ? `${counted(snapshot.rows, 'row')} loaded, ${number(snapshot.rowsPerSecond)}/s, ${left(snapshot.secondsLeft)}`
    : 'Reloaded while changes are streamed');
  const bars = initial
    ? tables.map(({ name, snapshotRows, estimatedRows, snapshotDone }) => ({
      name, rows: snapshotRows, estimatedRows, done: snapshotDone, words: snapshotDone ? 'done' : '',
    }))
    : single;
  const open = bars.filter(({ done }) => !done);
  const shown = bars.length <= MOST ? bars : [...open, ...bars.filter(({ done }) => done)].slice(0, MOST);
  setText(document.getElementById('snapshot-more'), shown.length === bars.length ? ''
    : `And ${counted(bars.length - shown.length, 'more table')}; ${number(bars.length - open.length)} of ${number(bars.length)} are done.`);
  keepChildren(section.querySelector('ul'), shown, { key: ({ name }) => name, make, update });
}
