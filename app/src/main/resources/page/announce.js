// What a screen reader is told, and what went wrong with a button. Figures that move are not announced.
import { setText } from './dom.js';

/** Says a change of state, politely. */
export function say(text) {
  setText(document.getElementById('announcement'), text);
}

/** Runs what a button asked for, once at a time, and shows why it did not work, until the next one. */
export async function attempt(button, call) {
  if (button.ariaBusy === 'true') { // not `disabled`, which would lose the focus
    return;
  }
  const note = document.getElementById('failure');
  note.hidden = true;
  button.ariaBusy = 'true';
  try {
    await call();
  } catch (error) {
    setText(note, [error.message, error.hint].filter(Boolean).join('. '));
    note.hidden = false;
  } finally {
    button.ariaBusy = 'false';
  }
}
