// Documents that were rejected: why, how many, which, and what can be done. Requested only if there are any.
import { element, keepChildren, setText } from './dom.js';
import { Refusal, get, post, withToken } from './api.js';
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

/** Pending letters by collection; several tables may feed one. */
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
    if (error instanceof Refusal && (error.status === 404 || error.status === 503)) {
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
    const letters = await list();
    showReasons(await reasons());
    show(letters, total(pending), refresh);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    refused(error, total(pending), refresh);
  }
}

function show(letters, all, refresh) {
  setText(note, counted(all, 'document'));
  setText(document.getElementById('dead-letters-each'), letters.length < all
    ? `The first ${number(letters.length)} of ${number(all)}` : 'Each document');
  const replayable = letters.filter((letter) => letter.id);
  buttons(all < 2 || replayable.length === 0 ? [] : [{
    name: `Replay all ${number(all)}`,
    run: () => letters.length < all ? settleAll(refresh) : settle('replay', replayable, refresh),
  }]);
  if (section.dataset.shown === undefined) {
    section.dataset.shown = 'once';
    section.querySelector('details').open = letters.length <= 10;
  }
  keepChildren(section.querySelector('.letters'), letters, {
    key: (letter) => [letter.collection, letter.id, letter.position, letter.time].join(' '),
    make: (letter) => make(letter, refresh),
    update: (item, letter) => setText(item.querySelector('.reason'), letter.error),
  });
}

/** Replays more than are shown. */
async function settleAll(refresh) {
  if (await post('api/dead-letters/replay', { all: true }) !== null) {
    const job = await finished();
    await again(refresh);
    tell(job, 'replay');
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

function make(letter, refresh) {
  const trace = element('button', { type: 'button', 'aria-label': `Trace of ${letter.id || letter.key} of ${letter.collection}` }, 'Trace');
  trace.addEventListener('click', () => open(letter.collection, letter.id || letter.key));
  const button = (text, run) => {
    const made = element('button', { type: 'button', 'aria-label': `${text} ${letter.id} of ${letter.collection}` }, text);
    made.addEventListener('click', () => attempt(made, run));
    return made;
  };
  return element('li', {},
    element('h3', {}, letter.id || '(no id)'),
    element('p', { className: 'hint' }, `${letter.collection}, from ${letter.table}, ${time(letter.time)}`),
    element('p', { className: 'reason' }),
    // Without an id an entry cannot be told from others of its collection: a button would take all of them.
    letter.id
      ? element('div', { className: 'controls' },
        trace,
        button('Replay', () => settle('replay', [letter], refresh)),
        button('Discard', () => discard(letter, refresh)))
      : element('p', { className: 'hint' }, 'No document is made of this row: fix it, or tidemark dead-letters discard --collection ...'));
}

/** Replays or discards letters, one job a collection. */
async function settle(action, letters, refresh) {
  const ids = new Map();
  letters.forEach(({ collection, id }) => ids.set(collection, [...(ids.get(collection) ?? []), id]));
  for (const [collection, of] of ids) {
    if (await post(`api/dead-letters/${action}`, { collection, ids: of }) === null) {
      return; // no token
    }
    const job = await finished();
    await again(refresh);
    tell(job, action);
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

function tell({ settled, refused, unknown, error }, action) {
  say(`${counted(settled, 'document')} ${action === 'replay' ? 'replayed' : 'discarded'}`);
  if (error || refused + unknown > 0) {
    throw new Error([
      error && `It ended early: ${error}`,
      refused > 0 && `${counted(refused, 'document')} rejected again: the reason is in the list`,
      unknown > 0 && `${counted(unknown, 'entry', 'entries')} can only be discarded: no document is made of the row`,
    ].filter(Boolean).join('. '));
  }
}

async function discard(letter, refresh) {
  const text = `The document in ${letter.collection} stays as it is, although its row says otherwise, until the row changes again.`;
  if (await confirmed(`Discard ${letter.id}?`, text, 'Discard')) {
    await settle('discard', [letter], refresh);
  }
}
