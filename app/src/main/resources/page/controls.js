// Pause and resume.
import { element, setText } from './dom.js';
import { post } from './api.js';
import { attempt } from './announce.js';

let paused = false;

/** @param refresh asks for the status again */
export function mount(refresh) {
  const button = element('button', { type: 'button', id: 'pause', hidden: true }, 'Pause');
  button.addEventListener('click', () => attempt(button, async () => {
    if (await post(paused ? 'api/resume' : 'api/pause', {}) !== null) {
      await refresh();
    }
  }));
  document.getElementById('controls').append(button);
}

export function render(status) {
  const button = document.getElementById('pause');
  paused = 'pause' in status.problems;
  setText(button, paused ? 'Resume' : 'Pause');
  button.hidden = false;
}
