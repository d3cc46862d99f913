// What health finds wrong, with what to do about it.
import { element, keepChildren, setState, setText } from './dom.js';

const PARTS = {
  SOURCE: 'Source', SLOT: 'Log of the database', SINK: 'Typesense', FLUSH: 'Flush', OFFSETS: 'State folder',
  DEAD_LETTERS: 'Dead letters', PAUSE: 'Pause',
};

function make() {
  return element('li', {}, element('h3'), element('p', { className: 'message' }), element('p', { className: 'hint' }));
}

function update(item, [part, { message, hint }]) {
  setState(item.querySelector('h3'), part === 'PAUSE' ? 'warn' : 'bad', PARTS[part] ?? part.toLowerCase().replaceAll('_', ' '));
  setText(item.querySelector('.message'), message);
  setText(item.querySelector('.hint'), hint === '' ? 'It is tried again; nothing to do yet.' : hint);
}

export function render({ problems }) {
  const section = document.getElementById('problems');
  const list = Object.entries(problems);
  section.hidden = list.length === 0;
  keepChildren(section.querySelector('ul'), list, { key: ([part]) => part, make, update });
}
