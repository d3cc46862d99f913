// Documents that were rejected: why, how many, which, and what can be done. Requested only if there are any.
import { element, keepChildren, setText } from './dom.js';
import { Rejection, get, post, withToken } from './api.js';
import { attempt, say } from './announce.js';
import { confirmed } from './dialogs.js';
import { counted, number, time } from './format.js';
import { open } from './find.js';

const MOST = 50; // shown at a time
const EVERY_MILLIS = 10_000; // where their number stays the same
const JOB_MILLIS = 500;

const section = document.getElementById('dead-letters');
const note = document.getElementById('dead-letters-note');
const actions = document.getElementById('dead-letters-actions');

let asked = { counts: '', at: -Infinity };

/** Pending dead letters by collection; several tables may feed one. */
function pendingOf({ collections }) {
  return new Map(collections.filter((each) => each.deadLetters > 0).map((each) => [each.name, each.deadLetters]));
}

function total(pending) {
  return [...pending.values()].reduce((sum, each) => sum + each, 0);
}

async function list() {
  return (await get(`api/dead-letters?limit=${MOST}`)).entries;
}

/** The reasons with their counts; none if the service cannot say now. */
async function reasons() {
  try {
    return await get('api/dead-letters/reasons');
  } catch (error) {
    if (error instanceof Rejection && (error.status === 404 || error.status === 503)) {
      return { read: 0, reasons: [] };
    }
    throw error;
  }
}

function showReasons({ read, count, reasons: found }) {
  setText(document.getElementById('dead-letters-read'), found.length > 0 && read < count
    ? `The reasons are of the first ${number(read)} of ${number(count)}.` : '');
  keepChildren(document.getElementById('reasons'), found, {
    key: ({ collection, field, reason }) => [collection, field, reason].join(' '),
    make: ({ collection, example }) => {
      const link = element('button', { type: 'button', 'aria-label': `Trace ${example.id || example.key} of ${collection}` }, 'Trace a row');
      link.addEventListener('click', () => open(collection, example.id || example.key));
      return element('li', {}, element('h3'), element('p', { className: 'reason' }), element('p', { className: 'hint' }),
        element('div', { className: 'controls' }, link));
    },
    update: (item, { collection, field, reason, hint, count: many, example }) => {
      setText(item.querySelector('h3'), `${counted(many, 'document')} of ${collection}${field ? `, field ${field}` : ''}`);
      setText(item.querySelector('.reason'), reason);
      setText(item.querySelector('.hint'), `${hint} Such as ${example.id || example.key}.`);
    },
  });
}

/** @param refresh asks for the status again */
export async function render(status, refresh) {
  const pending = pendingOf(status);
  section.hidden = pending.size === 0;
  const counts = JSON.stringify([...pending]);
  if (counts === asked.counts && performance.now() - asked.at < EVERY_MILLIS) {
    return;
  }
  asked = { counts, at: performance.now() };
  try {
    const deadLetters = await list();
    showReasons(await reasons());
    show(deadLetters, total(pending), refresh);
  } catch (error) {
    if (!(error instanceof Rejection)) {
      throw error;
    }
    refused(error, total(pending), refresh);
  }
}

function show(deadLetters, all, refresh) {
  setText(note, counted(all, 'document'));
  setText(document.getElementById('dead-letters-each'), deadLetters.length < all
    ? `The first ${number(deadLetters.length)} of ${number(all)}` : 'Each document');
  const replayable = deadLetters.filter((deadLetter) => deadLetter.id);
  buttons(all < 2 || replayable.length === 0 ? [] : [{
    name: `Replay all ${number(all)}`,
    run: () => deadLetters.length < all ? replayAll(refresh) : resolveEach('replay', replayable, refresh),
  }]);
  if (section.dataset.shown === undefined) {
    section.dataset.shown = 'once';
    section.querySelector('details').open = deadLetters.length <= 10;
  }
  keepChildren(section.querySelector('.letters'), deadLetters, {
    key: (deadLetter) => [deadLetter.collection, deadLetter.id, deadLetter.position, deadLetter.time].join(' '),
    make: (deadLetter) => make(deadLetter, refresh),
    update: (item, deadLetter) => setText(item.querySelector('.reason'), deadLetter.error),
  });
}

/** Replays more than are shown. */
async function replayAll(refresh) {
  if (await post('api/dead-letters/replay', { all: true }) !== null) {
    const job = await finished();
    await again(refresh);
    report(job, 'replay');
  }
}

/** Without the list there is still the number, and a way to see more. */
function refused(error, all, refresh) {
  section.querySelector('.letters').replaceChildren();
  document.getElementById('reasons').replaceChildren();
  const count = counted(all, 'document');
  const wantsToken = error.status === 401;
  setText(note, error.status === 404
    ? `${count}. This service does not list them here: tidemark dead-letters list -c ... does.`
    : `${count}. ${[error.message, error.hint].filter(Boolean).join('. ')}`);
  buttons(wantsToken ? [{ name: 'Enter the token', run: () => withToken(list).then(() => again(refresh)) }] : []);
}

function again(refresh) {
  asked = { counts: '', at: -Infinity };
  return refresh();
}

function buttons(wanted) {
  keepChildren(actions, wanted, {
    key: ({ name }) => name,
    make: () => element('button', { type: 'button' }),
    update: (button, { name, run }) => {
      setText(button, name);
      button.onclick = () => attempt(button, run);
    },
  });
}

function make(deadLetter, refresh) {
  const trace = element('button', { type: 'button', 'aria-label': `Trace of ${deadLetter.id || deadLetter.key} of ${deadLetter.collection}` }, 'Trace');
  trace.addEventListener('click', () => open(deadLetter.collection, deadLetter.id || deadLetter.key));
  const button = (text, run) => {
    const made = element('button', { type: 'button', 'aria-label': `${text} ${deadLetter.id} of ${deadLetter.collection}` }, text);
    made.addEventListener('click', () => attempt(made, run));
    return made;
  };
  return element('li', {},
    element('h3', {}, deadLetter.id || '(no id)'),
    element('p', { className: 'hint' }, `${deadLetter.collection}, from ${deadLetter.table}, ${time(deadLetter.time)}`),
    element('p', { className: 'reason' }),
    // Without an id an entry cannot be told from others of its collection: a button would take all of them.
    deadLetter.id
      ? element('div', { className: 'controls' },
        trace,
        button('Replay', () => resolveEach('replay', [deadLetter], refresh)),
        button('Discard', () => discard(deadLetter, refresh)))
      : element('p', { className: 'hint' }, 'No document comes from this row: fix it, or tidemark dead-letters discard --collection ...'));
}

/** Replays or discards dead letters, one job a collection. */
async function resolveEach(action, deadLetters, refresh) {
  const ids = new Map();
  deadLetters.forEach(({ collection, id }) => ids.set(collection, [...(ids.get(collection) ?? []), id]));
  for (const [collection, of] of ids) {
    if (await post(`api/dead-letters/${action}`, { collection, ids: of }) === null) {
      return; // no token
    }
    const job = await finished();
    await again(refresh);
    report(job, action);
  }
}

/** Waits for the job that was started; it may have to wait for the flush. */
async function finished() {
  for (;;) {
    const job = await get('api/dead-letters/job');
    if (!job.running) {
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, JOB_MILLIS));
  }
}

function report({ settled, refused, unknown, error }, action) {
  say(`${counted(settled, 'document')} ${action === 'replay' ? 'replayed' : 'discarded'}`);
  if (error || refused + unknown > 0) {
    throw new Error([
      error && `It ended early: ${error}`,
      refused > 0 && `${counted(refused, 'document')} rejected again: the reason is in the list`,
      unknown > 0 && `${counted(unknown, 'entry', 'entries')} can only be discarded: no document comes from the row`,
    ].filter(Boolean).join('. '));
  }
}

async function discard(deadLetter, refresh) {
  const text = `The document in ${deadLetter.collection} stays as it is, although its row says otherwise, until the row changes again.`;
  if (await confirmed(`Discard ${deadLetter.id}?`, text, 'Discard')) {
    await resolveEach('discard', [deadLetter], refresh);
  }
}
