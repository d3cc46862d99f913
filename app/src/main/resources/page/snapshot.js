// How far the initial copy of the tables is.
import { element, keepChildren, setText } from './dom.js';
import { counted, duration, number } from './format.js';

function make({ name }) {
  const bar = element('progress', { 'aria-label': `Rows of ${name}` });
  return element('li', {}, element('span', { className: 'name' }, name), bar, element('span', { className: 'rows' }));
}

/** The number of rows is the planner's guess, which may be wrong or missing: then the bar shows that, and no share. */
function update(item, { snapshotRows, estimatedRows }) {
  const bar = item.querySelector('progress');
  if (estimatedRows > 0 && snapshotRows <= estimatedRows) {
    bar.max = estimatedRows;
    bar.value = snapshotRows;
    setText(item.querySelector('.rows'), `${number(snapshotRows)} of about ${number(estimatedRows)}`);
  } else {
    bar.removeAttribute('value');
    setText(item.querySelector('.rows'), counted(snapshotRows, 'row'));
  }
}

export function render({ snapshot, tables }) {
  const section = document.getElementById('snapshot');
  section.hidden = snapshot === null;
  if (snapshot !== null) {
    const left = snapshot.secondsLeft < 0 ? 'time left unknown' : `about ${duration(snapshot.secondsLeft)} left`;
    setText(document.getElementById('snapshot-summary'),
      `${counted(snapshot.rows, 'row')} copied, ${number(snapshot.rowsPerSecond)}/s, ${left}`);
    keepChildren(section.querySelector('ul'), tables, { key: (table) => table.name, make, update });
  }
}
