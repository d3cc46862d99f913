// What happened last, from the log of the service. Texts may quote rows, so a client without the token is asked for it.
import { Rejection, get, withToken } from './api.js';
import { element, keepChildren, setState, setText } from './dom.js';
import { attempt } from './announce.js';
import { time } from './format.js';

const EVERY_MILLIS = 10_000;
const SEVERITIES = { ERROR: 'bad', WARN: 'warn' };

const section = document.getElementById('events');
const note = document.getElementById('events-note');
let asked = -Infinity;

async function list() {
  show((await get('api/events')).events);
}

function show(events) {
  setText(note, events.length === 0 ? 'Nothing has happened since the start.' : '');
  buttons([]);
  keepChildren(section.querySelector('ol'), events.map((each, place) => ({ ...each, place })), {
    key: ({ time: at, place }) => `${at} ${events.length - place}`,
    make: () => element('li', {}, element('time'), element('span')),
    update: (item, { time: at, level, message }) => {
      setText(item.querySelector('time'), time(at));
      setState(item.querySelector('span'), SEVERITIES[level] ?? 'none', message);
    },
  });
}

function buttons(wanted) {
  keepChildren(document.getElementById('events-actions'), wanted, {
    key: (name) => name,
    make: () => {
      const button = element('button', { type: 'button' }, 'Enter the token');
      button.addEventListener('click', () => attempt(button, () => withToken(list)));
      return button;
    },
    update: () => {},
  });
}

export async function render() {
  if (performance.now() - asked < EVERY_MILLIS) {
    return;
  }
  asked = performance.now();
  try {
    await list();
    section.hidden = false;
  } catch (error) {
    if (!(error instanceof Rejection)) {
      throw error;
    }
    section.hidden = error.status !== 401 && error.status !== 403;
    section.querySelector('ol').replaceChildren();
    setText(note, [error.message, error.hint].filter(Boolean).join('. '));
    buttons(error.status === 401 ? ['token'] : []);
  }
}
