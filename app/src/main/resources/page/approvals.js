// What waits for an operator's decision, with the two buttons that decide.
import { attempt } from './announce.js';
import { confirmed } from './dialogs.js';
import { element, keepChildren, setText } from './dom.js';
import { post } from './api.js';
import { counted } from './format.js';

let refresh = async () => {};

/** @param again asks for the status again */
export function mount(again) {
  refresh = again;
}

function button(label, { id, subject }, consequence, abandon) {
  const node = element('button', { type: 'button' }, label);
  node.addEventListener('click', () => attempt(node, async () => {
    if (await confirmed(`${label} ${id}?`, `${subject}: ${consequence}.`, label) === null) {
      return;
    }
    if (await post(`api/approvals/${encodeURIComponent(id)}`, { abandon }) !== null) {
      await refresh();
    }
  }));
  return node;
}

function make(approval) {
  return element(
    'li', {}, element('h3', {}, approval.id), element('p', { className: 'message' }),
    element('p', { className: 'examples' }), element('p', { className: 'hint' }),
    button('Approve', approval, approval.approving, false), ' ',
    button('Abandon', approval, approval.abandoning, true),
  );
}

function update(item, { message, count, examples, approving, abandoning, since }) {
  setText(item.querySelector('.message'), `${message}. Since ${since}.`);
  const more = count > examples.length ? ', ...' : '';
  const shown = examples.length === 0 ? '' : `${counted(count, 'document')}: ${examples.join(', ')}${more}`;
  setText(item.querySelector('.examples'), shown);
  setText(item.querySelector('.hint'), `Approve: ${approving}. Abandon: ${abandoning}.`);
}

export function render({ approvals }) {
  const section = document.getElementById('approvals');
  section.hidden = approvals.length === 0;
  keepChildren(section.querySelector('ul'), approvals, { key: ({ id }) => id, make, update });
}
