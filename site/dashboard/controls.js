// What can be chosen: range, comparison, bots, interval, and the filters as chips that can be removed.

import { label, shownValue } from './dimensions.js'
import { element, make } from './dom.js'

const CHOICES = ['period', 'compare', 'bots', 'interval']

/** Shows what is chosen. */
export function drawControls(state, actions) {
  for (const name of CHOICES) element(name).value = state[name]
  showDays(state.period === 'custom')
  if (state.period === 'custom') for (const end of ['from', 'to']) element(end).value = state[end]
  const chips = state.filters.map(([name, value]) => chip(name, value, () => actions.filter(name, value)))
  if (chips.length > 1) chips.push(make('li', {}, button('clear', 'Remove all', actions.clear)))
  element('chips').replaceChildren(...chips)
  element('chips').hidden = !chips.length
}

/** Calls `change` with what was chosen. */
export function onChoice(change) {
  for (const name of CHOICES) element(name).addEventListener('change', () => choose(name, change))
  element('choice').addEventListener('submit', (event) => {
    event.preventDefault()
    const [from, to] = ['from', 'to'].map((end) => element(end).value)
    if (from && to) change({ period: 'custom', from, to })
  })
}

function choose(name, change) {
  const { value } = element(name)
  if (value !== 'custom') return change({ [name]: value })
  showDays(true)
  element('from').focus()
}

/** Shows the fields for a first and a last day; with those of the range that is shown, if there are none in them. */
function showDays(shown) {
  element('custom').hidden = !shown
}

/** Fills the fields for a first and a last day with those that are shown. */
export function offerDays([first, last]) {
  if (!element('custom').hidden) return
  element('from').value = first
  element('to').value = last
}

function chip(name, value, remove) {
  const made = button('chip', '', remove)
  const cross = make('span', { className: 'cross', ariaHidden: 'true', textContent: '×' })
  made.append(make('span', { className: 'unseen', textContent: 'Remove the filter: ' }))
  made.append(`${label(name)} is `, make('b', { textContent: shownValue(value) }), cross)
  return make('li', {}, made)
}

function button(className, textContent, press) {
  const made = make('button', { type: 'button', className, textContent })
  made.addEventListener('click', press)
  return made
}
