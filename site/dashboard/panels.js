// The panels: for each a table of the values with the most visitors, by one of several dimensions.

import { askRows, fewMetrics } from './columns.js'
import { command } from './commands.js'
import { isProperty, label, property } from './dimensions.js'
import { element, make } from './dom.js'
import { fillTable } from './rows.js'

const ROWS = 8

// views: the dimensions with a button each; more: those in a list of their own; empty: what to say if there is nothing.
const PANELS = {
  pages: { title: 'Pages', views: { page: 'All', entry_page: 'Entry', exit_page: 'Exit' } },
  sources: {
    title: 'Sources',
    views: { source: 'Sources', channel: 'Channels', referrer: 'Referrers' },
    more: {
      title: 'Campaigns',
      views: {
        utm_campaign: 'Campaign', utm_source: 'Source', utm_medium: 'Medium', utm_content: 'Content', utm_term: 'Term',
      },
    },
  },
  places: { title: 'Countries', views: { country: 'Countries', language: 'Languages' } },
  devices: {
    title: 'Devices',
    views: { device: 'Devices', browser: 'Browsers', os: 'Systems' },
    more: { title: 'Versions', views: { browser_version: 'Browser', os_version: 'System' } },
  },
  goals: { title: 'Goals', views: { goal: 'Goals' } },
  events: { title: 'Events', views: { event: 'Events' }, properties: true },
}

/**
 * Makes the panels on the page.
 *
 * @param actions filter(dimension, value), view(panel, dimension), details(dimension), and csv(content)
 */
export const makePanels = (actions) =>
  Object.entries(PANELS).map(([name, definition]) => new Panel(name, definition, actions))

class Panel {
  constructor(name, definition, actions) {
    this.name = name
    this.definition = definition
    this.actions = actions
    this.dimension = Object.keys(definition.views)[0]
    this.heading = make('h2', { id: `${name}-title`, textContent: definition.title })
    this.tabs = make('div', { className: 'tabs', role: 'group', ariaLabel: `${definition.title} by` })
    this.caption = make('caption', { className: 'unseen' })
    this.table = make('table', {}, this.caption, make('thead'), make('tbody'))
    this.note = make('p', { className: 'note', hidden: true })
    this.more = this.#button('', () => actions.details(this.dimension))
    this.csv = this.#button('', () => actions.csv(this.content))
    this.csv.append('CSV', this.#ofThis())
    this.#makeTabs()
    const rows = make('div', { className: 'rows' }, this.table, this.note)
    const foot = make('footer', {}, this.more, this.csv)
    this.section = make('section', { className: 'panel blank', id: name }, make('header', {}, this.heading, this.tabs), rows)
    this.section.setAttribute('aria-labelledby', this.heading.id)
    this.section.append(foot)
    element('panels').append(this.section)
    this.#blank()
  }

  /** Shows what `state` says, once it is answered; what was there stays until then. */
  async show(state, questions, visitors) {
    const views = this.#views()
    const chosen = state.views[this.name]
    const known = chosen && (Object.hasOwn(views, chosen) || (this.definition.properties && isProperty(chosen)))
    this.dimension = known ? chosen : Object.keys(views)[0]
    this.#mark()
    const { dimension } = this
    const metrics = fewMetrics(dimension, state)
    const asked = (this.latest = askRows(questions, dimension, metrics, visitors, ROWS))
    try {
      const { rows, all } = await asked
      if (asked !== this.latest) return
      this.#fill({ dimension, metrics, rows, filters: state.filters, site: state.site }, all)
    } catch (error) {
      if (error.status !== 400) throw error
      this.#say(error.message) // what cannot be told, such as properties of days whose events are gone
    }
    this.section.ariaBusy = 'false'
  }

  /** Shows that there is nothing. */
  clear(state) {
    this.#fill({ dimension: this.dimension, metrics: [], rows: [], filters: state.filters, site: state.site }, 0)
    this.section.ariaBusy = 'false'
  }

  #fill(content, all) {
    this.content = content
    this.section.classList.remove('blank')
    this.caption.textContent = `${this.definition.title} by ${label(content.dimension).toLowerCase()}`
    this.note.hidden = content.rows.length > 0
    this.table.hidden = !content.rows.length
    this.csv.disabled = this.more.disabled = !content.rows.length
    this.#nameMore(all > content.rows.length ? `All ${all.toLocaleString('en')}` : 'Details')
    fillTable(this.table, content, this.actions.filter)
    if (!content.rows.length) this.#say(...emptyText(content))
  }

  #say(...text) {
    this.table.hidden = true
    this.note.hidden = false
    this.csv.disabled = this.more.disabled = true
    this.note.replaceChildren(...text)
  }

  #views() {
    return { ...this.definition.views, ...this.definition.more?.views }
  }

  #makeTabs() {
    const { views, more, properties } = this.definition
    if (Object.keys(views).length > 1 || properties) {
      for (const [dimension, name] of Object.entries(views)) {
        const tab = this.#button(name, () => this.actions.view(this, dimension))
        tab.dataset.view = dimension
        this.tabs.append(tab)
      }
    }
    if (more) this.#makeList(more)
    if (properties) this.#makePropertyForm()
  }

  #makeList({ title, views }) {
    const options = Object.entries(views).map(([value, textContent]) => make('option', { value, textContent }))
    this.list = make('select', { ariaLabel: title }, make('option', { value: '', textContent: title }), ...options)
    this.list.addEventListener('change', () => this.list.value && this.actions.view(this, this.list.value))
    this.tabs.append(this.list)
  }

  /** The API does not list the names of properties, so one is asked for by its name. */
  #makePropertyForm() {
    this.asked = make('input', { ariaLabel: 'Property', placeholder: 'Property …', autocomplete: 'off', maxLength: 300 })
    this.asked.setAttribute('autocapitalize', 'none')
    const form = make('form', {}, this.asked)
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const name = this.asked.value.trim()
      this.actions.view(this, name ? property(name) : 'event')
    })
    this.tabs.append(form)
  }

  #mark() {
    for (const tab of this.tabs.querySelectorAll('[data-view]')) {
      tab.setAttribute('aria-pressed', tab.dataset.view === this.dimension)
    }
    if (this.list) {
      this.list.value = Object.hasOwn(this.definition.more.views, this.dimension) ? this.dimension : ''
      this.list.classList.toggle('chosen', this.list.value !== '')
    }
    if (this.asked) this.asked.value = isProperty(this.dimension) ? this.dimension.replace(property(''), '') : ''
  }

  #nameMore(text) {
    this.more.replaceChildren(text, this.#ofThis())
  }

  /** What tells a button from those of the other panels to whoever only hears it. */
  #ofThis() {
    return make('span', { className: 'unseen', textContent: ` of ${this.definition.title}` })
  }

  #blank() {
    this.section.ariaBusy = 'true'
    this.#nameMore('Details')
    this.csv.disabled = this.more.disabled = true
  }

  #button(textContent, press) {
    const button = make('button', { type: 'button', textContent })
    button.addEventListener('click', press)
    return button
  }
}

function emptyText({ dimension, site, filters }) {
  if (dimension === 'goal' && !filters.length) {
    return ['No goal was reached. One is made by ', make('code', { textContent: command(`goal add ${site} --event NAME`) })]
  }
  if (dimension === 'event') return ['No custom events. A page sends one by ', make('code', { textContent: "milepost('Name')" })]
  if (isProperty(dimension)) return [`No event has the property ${dimension.replace(property(''), '')}.`]
  return [`Nothing to tell apart by ${label(dimension).toLowerCase()}.`]
}
