// What is wrong or needs attention, with what to do about it: problems of health first, then warnings.
import { element, keepChildren, setState, setText } from './dom.js';
import { attempt } from './announce.js';
import { get, withToken } from './api.js';
import { duration, time } from './format.js';

const WITHHELD = 'needs the token'; // how the service ends a text that may quote rows

const PARTS = {
  source: 'Source', slot: 'Log of the database', rows: 'Rows of the database', sink: 'Typesense', collection: 'Collection',
  flush: 'Flush', offsets: 'State directory', dead_letters: 'Dead letters', table: 'Table', pause: 'Pause',
};

const KINDS = { dead_letters: 'Rejected documents', log: 'WAL held back', lag: 'Lag' };

/** The name of a part, for people. */
export function partName(part) {
  return PARTS[part] ?? part.replaceAll('_', ' ');
}

function make() {
  return element(
    'li', {}, element('h3'), element('p', { className: 'message' }), element('p', { className: 'hint' }),
    element('p', { className: 'when' }));
}

function update(item, { severity, title, message, hint, when }) {
  setState(item.querySelector('h3'), severity, title);
  setText(item.querySelector('.message'), message);
  setText(item.querySelector('.hint'), hint);
  setText(item.querySelector('.when'), when);
}

function problem([part, { message, hint, since, nextTry }]) {
  return {
    key: part,
    severity: part === 'pause' ? 'warn' : 'bad',
    title: partName(part),
    message,
    hint: hint === '' ? 'It is tried again; nothing to do yet.' : hint,
    when: [`Since ${time(since)}`, next(nextTry)].filter(Boolean).join(', '),
  };
}

function next(nextTry) {
  if (nextTry === null || nextTry === undefined) {
    return '';
  }
  const seconds = (new Date(nextTry) - Date.now()) / 1000;
  return seconds < 1 ? 'trying again now' : `next try in ${duration(Math.ceil(seconds))}`;
}

function warning({ kind, message, hint }) {
  return { key: `warning ${kind}`, severity: 'warn', title: KINDS[kind] ?? kind, message, hint, when: '' };
}

/** Asks for the token; the next status then has the texts. */
function tokenButton() {
  const button = element('button', { type: 'button' }, 'Enter the token');
  button.addEventListener('click', () => attempt(button, () => withToken(() => get('api/log-level'))));
  return button;
}

export function render({ problems, warnings }) {
  const section = document.getElementById('problems');
  const list = [...Object.entries(problems).map(problem), ...warnings.map(warning)];
  section.hidden = list.length === 0;
  section.dataset.severity = list.some(({ severity }) => severity === 'bad') ? 'bad' : 'warn';
  setText(document.getElementById('problems-title'), Object.keys(problems).length > 0 ? 'What is wrong' : 'Needs attention');
  const withheld = list.some(({ message }) => message.endsWith(WITHHELD));
  keepChildren(document.getElementById('problems-actions'), withheld ? ['token'] : [], {
    key: (name) => name, make: tokenButton, update: () => {},
  });
  keepChildren(section.querySelector('ul'), list, { key: ({ key }) => key, make, update });
}
