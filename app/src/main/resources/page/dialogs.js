// Questions to the person in front of the page. The browser's own dialog element sees to focus and Escape.

/** Shows a dialog; resolves with what `answer` gives when it is submitted, with null when it is cancelled. */
function ask(dialog, answer) {
  return new Promise((resolve) => {
    const form = dialog.querySelector('form');
    let result = null;
    form.onsubmit = (event) => {
      event.preventDefault();
      result = answer();
      dialog.close();
    };
    form.querySelector('.cancel').onclick = () => dialog.close();
    dialog.onclose = () => resolve(result);
    dialog.showModal();
  });
}

/** Asks for the token of changing calls; null where none is given. */
export function askToken(reason) {
  const dialog = document.getElementById('token-dialog');
  const input = dialog.querySelector('input');
  dialog.querySelector('#token-reason').textContent = reason;
  input.value = '';
  return ask(dialog, () => {
    const token = input.value;
    input.value = '';
    return token;
  });
}

/** Asks whether to continue; true or null. */
export function confirmed(title, text, action) {
  const dialog = document.getElementById('question-dialog');
  dialog.querySelector('h2').textContent = title;
  dialog.querySelector('p').textContent = text;
  dialog.querySelector('[type=submit]').textContent = action;
  return ask(dialog, () => true);
}
