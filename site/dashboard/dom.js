// Small helpers for the document. Text enters a page through textContent and append only, never as markup.

export const element = (id) => document.getElementById(id)

/** Makes an element with properties (or attributes, where there is no such property) and children. */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value
    else made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

/** Sets a text only if it is another one: screen readers announce a live region whenever it is set. */
export function setText(id, text) {
  if (element(id).textContent !== text) element(id).textContent = text
}

/** Shows some of the page's elements and hides others. */
export function showOnly(all, shown) {
  for (const id of all) element(id).hidden = !shown.includes(id)
}

/** Copies a text, and says so on the button for a moment. */
export async function copy(text, button) {
  const before = button.textContent
  try {
    await navigator.clipboard.writeText(text)
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Select it and copy' // the browser did not allow it, as on a page without https
  }
  setTimeout(() => (button.textContent = before), 2000)
}
