// Requests the status again and again, and shows it.
import * as approvals from './approvals.js';
import * as collections from './collections.js';
import * as controls from './controls.js';
import * as deadLetters from './dead-letters.js';
import * as events from './events.js';
import * as find from './find.js';
import * as flow from './flow.js';
import * as history from './history.js';
import * as problems from './problems.js';
import * as snapshot from './snapshot.js';
import { bytes, counted, duration, time } from './format.js';
import { partName } from './problems.js';
import { NoAnswer, Rejection, get } from './api.js';
import { say } from './announce.js';
import { setState, setText } from './dom.js';

const EVERY_MILLIS = 2000;
const HISTORY_MILLIS = 5000;

let lastAnswer = null;
let lastHistory = -Infinity;
let timer = 0;

const STATES = { loading: 'loading tables', waiting_for_approval: 'waiting for approval', resyncing: 'reloading tables' };

/** A warning in a few words. */
function brief({ kind, message }, { collections, lagSeconds, log }) {
  switch (kind) {
    case 'dead_letters': {
      const rejected = new Map(collections.map((each) => [each.name, each.deadLetters]));
      return `${counted([...rejected.values()].reduce((sum, each) => sum + each, 0), 'document')} rejected`;
    }
    case 'resync':
      return 'changes were lost';
    case 'log':
      return `${bytes(log.retainedBytes)} of WAL held back`;
    case 'lag':
      return `behind by ${duration(lagSeconds)}`;
    default:
      return message;
  }
}

/** The whole state in one sign and a few words; it is green only if nothing needs attention. */
function headline(status) {
  const parts = Object.keys(status.problems);
  const warnings = status.warnings.map((each) => brief(each, status));
  const words = (first) => [first, ...warnings].join(', ');
  if (parts.length === 1 && parts[0] === 'pause') {
    return ['warn', words('paused')];
  }
  if (parts.length > 0) {
    return ['bad', words(`not ready: ${parts.map(partName).join(', ')}`)];
  }
  const state = STATES[status.state] ?? status.state;
  const calm = warnings.length === 0 && status.state !== 'waiting_for_approval';
  return [status.state === 'failed' ? 'bad' : calm ? 'ok' : 'warn', words(state)];
}

/** Which process this is. */
function facts({ run, service: { version, uptimeSeconds } }) {
  return [`version ${version}`, `up ${duration(uptimeSeconds)}`, `run ${run}`].join(' · ');
}

/** Shows it in the heading and the tab; a screen reader hears it once. */
function proclaim(severity, words) {
  const node = document.getElementById('headline');
  if (severity !== node.dataset.severity) {
    say(words);
  }
  setState(node, severity, words);
  const name = document.getElementById('pipeline').textContent;
  document.title = [name, words].filter(Boolean).join(': ') + ' – Tidemark';
}

async function show(status) {
  setText(document.getElementById('pipeline'), status.pipeline);
  setText(document.getElementById('updated'), `As of ${time(lastAnswer)}.`);
  setText(document.getElementById('facts'), facts(status));
  proclaim(...headline(status));
  if (performance.now() - lastHistory >= HISTORY_MILLIS) {
    lastHistory = performance.now();
    await history.refresh();
  }
  [approvals, problems, flow, snapshot, history, collections, controls, find].forEach((view) => view.render(status));
  await deadLetters.render(status, refresh);
  await events.render();
}

function silent() {
  const since = lastAnswer === null ? 'yet' : `since ${time(lastAnswer)}; the figures are from then`;
  setText(document.getElementById('silence'), `The service has not answered ${since}. It is queried again every few seconds.`);
  document.getElementById('silence').hidden = false;
  proclaim('bad', 'no answer');
}

/** Asks once, and plans the next time. */
async function refresh() {
  clearTimeout(timer);
  try {
    const status = await get('api/status');
    lastAnswer = new Date();
    document.getElementById('silence').hidden = true;
    await show(status);
  } catch (error) {
    if (!(error instanceof NoAnswer || error instanceof Rejection)) {
      throw error; // a fault of this page: for the console
    }
    silent();
  } finally {
    clearTimeout(timer);
    timer = setTimeout(refresh, EVERY_MILLIS);
  }
}

history.mount();
collections.mount();
find.mount();
controls.mount(refresh);
approvals.mount(refresh);
refresh();
document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : refresh());
