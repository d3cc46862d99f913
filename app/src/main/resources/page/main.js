// Asks for the status again and again, and shows it.
import * as collections from './collections.js';
import * as controls from './controls.js';
import * as deadLetters from './dead-letters.js';
import * as flow from './flow.js';
import * as history from './history.js';
import * as problems from './problems.js';
import * as snapshot from './snapshot.js';
import { counted, duration, time } from './format.js';
import { NoAnswer, Refusal, get } from './api.js';
import { say } from './announce.js';
import { setState, setText } from './dom.js';

const EVERY_MILLIS = 2000;
const HISTORY_MILLIS = 5000;
const BEHIND_SECONDS = 60; // metrics.md: look closer

let lastAnswer = null;
let lastHistory = -Infinity;
let timer = 0;

/** The whole state in one sign and a few words. */
function headline({ state, problems: wrong, lagSeconds }) {
  const parts = Object.keys(wrong);
  if (parts.length === 1 && wrong.PAUSE) {
    return ['warn', 'paused'];
  }
  if (parts.length > 0) {
    return ['bad', `not ready: ${counted(parts.length, 'problem')}`];
  }
  if (lagSeconds > BEHIND_SECONDS) {
    return ['warn', `behind by ${duration(lagSeconds)}`];
  }
  return state === 'snapshot' ? ['ok', 'copying tables'] : ['ok', state];
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
  proclaim(...headline(status));
  if (performance.now() - lastHistory >= HISTORY_MILLIS) {
    lastHistory = performance.now();
    await history.refresh();
  }
  [problems, flow, snapshot, collections, controls].forEach((view) => view.render(status));
  await deadLetters.render(status, refresh);
}

function silent() {
  const since = lastAnswer === null ? 'yet' : `since ${time(lastAnswer)}; the figures are from then`;
  setText(document.getElementById('silence'), `The service has not answered ${since}. It is asked again every few seconds.`);
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
    if (!(error instanceof NoAnswer || error instanceof Refusal)) {
      throw error; // a fault of this page: for the console
    }
    silent();
  } finally {
    clearTimeout(timer);
    timer = setTimeout(refresh, EVERY_MILLIS);
  }
}

history.mount();
controls.mount(refresh);
refresh();
document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : refresh());
