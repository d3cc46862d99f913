// Source -> queue -> flush -> Typesense: what each does now.
import { element, keepChildren, setState, setText } from './dom.js';
import { changesPerSecond } from './history.js';
import { bytes, counted, duration, number, time } from './format.js';

const FILLING = 0.8; // of the queue's bound: from here on it is worth a look

function source(status, wrong) {
  const rate = changesPerSecond();
  return {
    name: 'Source',
    severity: status.sourceConnected && !wrong.SOURCE && !wrong.SLOT ? 'ok' : 'bad',
    word: !status.sourceConnected ? 'not connected' : status.state === 'snapshot' ? 'copying tables' : 'connected',
    facts: [
      ['Changes', rate === null ? '–' : `${number(rate)}/s`],
      ['Position', status.position ?? 'none stored yet'],
    ],
  };
}

function queue({ queue: { changes, capacityChanges, bytes: held, capacityBytes } }) {
  const full = Math.max(changes / capacityChanges, held / capacityBytes);
  return {
    name: 'Queue',
    severity: full >= FILLING ? 'warn' : 'ok',
    word: full >= 1 ? 'full: the source waits' : full >= FILLING ? 'nearly full' : changes === 0 ? 'empty' : 'flowing',
    level: Math.min(1, full),
    facts: [
      ['Holds', `${number(changes)} of ${counted(capacityChanges, 'change')}`],
      ['Bytes', `${bytes(held)} of ${bytes(capacityBytes)}`],
    ],
  };
}

function flush(status, wrong) {
  const last = status.lastFlush;
  const stuck = wrong.FLUSH || wrong.DEAD_LETTERS || wrong.OFFSETS;
  return {
    name: 'Flush',
    severity: stuck ? 'bad' : wrong.PAUSE ? 'warn' : 'ok',
    word: stuck ? 'held up' : wrong.PAUSE ? 'paused' : 'working',
    facts: [
      ['Lag', status.lagSeconds === 0 ? 'none' : duration(status.lagSeconds)],
      ['Last', last === null ? 'none yet' : `${counted(last.documents, 'document')} in ${duration(last.millis / 1000)}, ${time(last.time)}`],
    ],
  };
}

function typesense(status, wrong) {
  const sum = (of) => status.collections.reduce((total, collection) => total + of(collection), 0);
  return {
    name: 'Typesense',
    severity: status.sinkUp && !wrong.SINK ? 'ok' : 'bad',
    word: status.sinkUp ? 'answers' : 'does not answer',
    facts: [
      ['Written', counted(sum((each) => each.upserted + each.updated), 'document')],
      ['Deleted', counted(sum((each) => each.deleted), 'document')],
    ],
  };
}

function make({ name, level }) {
  const meter = level === undefined ? null : element('meter', { min: 0, max: 1, high: FILLING, 'aria-label': 'How full' });
  return element('li', {}, element('h3', {}, name), element('p'), meter, element('dl'));
}

function update(item, station) {
  setState(item.querySelector('p'), station.severity, station.word);
  if (station.level !== undefined) {
    item.querySelector('meter').value = station.level;
  }
  keepChildren(item.querySelector('dl'), station.facts, {
    key: ([name]) => name,
    make: ([name]) => element('div', {}, element('dt', {}, name), element('dd')),
    update: (row, [, value]) => setText(row.querySelector('dd'), value),
  });
}

export function render(status) {
  const wrong = status.problems;
  const stations = [source(status, wrong), queue(status), flush(status, wrong), typesense(status, wrong)];
  keepChildren(document.getElementById('flow'), stations, { key: (station) => station.name, make, update });
}
