// Source -> queue -> flush -> Typesense: what each does now.
import { element, keepChildren, setState, setText } from './dom.js';
import { bytes, counted, duration, number, time } from './format.js';

const FILLING = 0.8; // of the queue's bound: from here on it is worth a look

function source(status, wrong) {
  return {
    name: 'Source',
    severity: status.sourceConnected && !wrong.source && !wrong.slot ? 'ok' : 'bad',
    word: !status.sourceConnected ? 'not connected' : status.state === 'loading' ? 'loading tables' : 'connected',
    facts: [
      ['Received', `${number(status.rates.receivedPerSecond)}/s`],
      ['Position', status.position ?? 'none stored yet'],
      ...held(status.log),
      ...address(status.service.source),
    ],
  };
}

/** How much of its log the database holds back, and for how long it may. */
function held(log) {
  if (log === null) {
    return [];
  }
  const grows = log.bytesPerSecond > 1 ? `, +${bytes(log.bytesPerSecond)}/s` : '';
  const left = log.leftBytes < 0 ? 'no limit but its disk'
    : log.secondsLeft < 0 ? `${bytes(log.leftBytes)} left` : `${bytes(log.leftBytes)} left, about ${duration(log.secondsLeft)}`;
  return [['WAL held back', `${bytes(log.retainedBytes)}${grows}`], ['Limit', left]];
}

function address(text) {
  return text ? [['Address', text]] : []; // withheld from clients without the token
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
  const stuck = wrong.flush || wrong.dead_letters || wrong.offsets || wrong.sink;
  return {
    name: 'Flush',
    severity: stuck ? 'bad' : wrong.pause ? 'warn' : 'ok',
    word: stuck ? 'held up' : wrong.pause ? 'paused' : 'working',
    facts: [
      ['Durable', `${number(status.rates.durablePerSecond)}/s`],
      ['Lag', status.lagSeconds === 0 ? 'none' : duration(status.lagSeconds)],
      ['Last', last === null ? 'none yet' : `${counted(last.documents, 'document')} in ${duration(last.millis / 1000)}, ${time(last.time)}`],
    ],
  };
}

function typesense(status, wrong) {
  const sum = (of) => status.collections.reduce((total, collection) => total + of(collection), 0);
  return {
    name: 'Typesense',
    severity: status.sinkUp && !wrong.sink ? 'ok' : 'bad',
    word: status.sinkUp ? 'answers' : 'does not answer',
    facts: [
      ['Holds', total(status.collections)],
      ['Written', counted(sum((each) => each.upserted + each.updated), 'document')],
      ['Deleted', counted(sum((each) => each.deleted), 'document')],
      ...address(status.service.typesense.join(', ')),
    ],
  };
}

/** Documents of all collections; one that was not counted yet leaves the sum open. */
function total(collections) {
  const counts = collections.map((each) => each.documents).filter((count) => count >= 0);
  const sum = counts.reduce((all, each) => all + each, 0);
  return counts.length === 0 ? 'not counted yet' : `${counted(sum, 'document')}${counts.length < collections.length ? ' or more' : ''}`;
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
