// Keeps what is on the page right: reads it, says what is wrong, and reads it again while somebody looks.

import { get, key, ofSite } from './api.js'
import { explain } from './complaints.js'
import { element, setText, showOnly } from './dom.js'
import { rangeName, value } from './formats.js'
import { NOW_MS, RETRY_MS, WHOLE_MS, pause } from './pace.js'
import { Questions } from './questions.js'
import { drawNow, drawView, markBusy } from './view.js'

const PARTS = ['sites', 'open-site', 'unlock', 'controls', 'first-run', 'results']

export class Keeper {
  /** `sample` is the site of the sample page; `panels` are those that `makePanels` gives. */
  constructor(sample, panels) {
    this.sample = sample
    this.panels = panels
    this.running = new AbortController()
    this.touched = Date.now()
    addEventListener('pointerdown', () => (this.touched = Date.now()))
    document.addEventListener('visibilitychange', () => this.#seen())
  }

  /** The site that is shown, as the API describes it. */
  get site() {
    return this.known?.site
  }

  /** The visitors of the whole range. */
  get visitors() {
    return this.known?.totals.values[0]
  }

  /** Questions beside those that are asked again and again. */
  questions() {
    return new Questions(this.state, this.known?.site, new AbortController().signal)
  }

  /** Shows something else: a site, or (without one) the list of sites. */
  open(state) {
    const asked = this.state !== undefined // by somebody who wants to hear what came of it
    if (this.state?.site !== state.site) this.#leave()
    this.state = state
    this.touched = Date.now()
    markBusy()
    this.#read(asked)
  }

  #leave() {
    this.known = this.pulse = this.waiting = undefined
    element('now').hidden = true
  }

  #seen() {
    clearTimeout(this.timer)
    this.touched = Date.now()
    if (!document.hidden) this.#beat()
  }

  /** Does what may fail, says why it did, and goes on after as many milliseconds as it gives (null: not by itself). */
  async #attempt(work) {
    clearTimeout(this.timer)
    this.running.abort()
    const { signal } = (this.running = new AbortController())
    let wait
    try {
      wait = await work(signal)
      if (signal.aborted) return
      setText('message', '')
    } catch (error) {
      if (signal.aborted) return
      wait = this.#complain(error)
    }
    element('forget').hidden = !key()
    element('share').hidden = !this.known
    if (wait !== null && !document.hidden) this.timer = setTimeout(() => this.#beat(), wait)
  }

  /** Reads everything. */
  #read(asked = false) {
    return this.#attempt(async (signal) => {
      if (!this.state.site) return this.#list(signal)
      if (!this.known) showOnly(PARTS, this.waiting ? ['first-run'] : ['controls', 'results'])
      const known = await drawView(this.state, this.panels, signal)
      const never = known.empty && !(await this.#hasEvents(signal))
      signal.throwIfAborted() // something else may have been chosen while no answer was waited for
      this.known = { ...known, at: Date.now(), nowAt: Date.now() }
      if (never) return this.#wait()
      this.waiting = undefined
      this.#settle(asked)
      if (!this.pulse) await this.#listen(signal)
      return this.#pause()
    })
  }

  async #list(signal) {
    const { drawSites } = await import('./sites.js')
    const names = await drawSites(signal)
    signal.throwIfAborted()
    if (names.length === 1 && !location.hash) location.replace(`#${new URLSearchParams({ site: names[0] })}`)
    showOnly(PARTS, ['sites', 'open-site'])
    return null
  }

  #settle(asked) {
    showOnly(PARTS, ['controls', 'results'])
    element('now').hidden = false
    const [visitors, , pageviews] = this.known.totals.values
    const numbers = `${value('visitors', visitors)} visitors, ${value('pageviews', pageviews)} pageviews`
    if (asked) setText('spoken', `${rangeName(this.known.totals.range)}: ${numbers}`)
  }

  async #hasEvents(signal) {
    return (await import('./first_run.js')).hasEvents(this.state.site, signal)
  }

  async #wait() {
    const { drawFirstRun, nextLook } = await import('./first_run.js') // which `hasEvents` has fetched
    this.waiting ??= Date.now()
    drawFirstRun(this.state.site, this.sample)
    showOnly(PARTS, ['first-run'])
    return nextLook(this.waiting)
  }

  /** Asks a small question, by which an open page learns whether there is more to read. */
  #beat() {
    if (!this.known) return this.#read()
    if (this.waiting) return this.#lookForFirst()
    return this.#attempt(async (signal) => {
      const { live, at, nowAt } = this.known
      const changed = await this.#listen(signal)
      if (live && (changed || Date.now() - at > WHOLE_MS)) return this.#read()
      if (changed || Date.now() - nowAt > NOW_MS) {
        await drawNow(this.state, signal)
        this.known.nowAt = Date.now()
      }
      return this.#pause()
    })
  }

  #lookForFirst() {
    return this.#attempt(async (signal) => {
      if (!(await this.#hasEvents(signal))) return this.#wait()
      setText('spoken', 'The first visit has arrived.')
      return this.#read()
    })
  }

  /** Reads the small answer, and tells whether it is another one than before. */
  async #listen(signal) {
    const { site, bots } = this.state
    const { totals } = await get(ofSite(site, `/counts?by=day&limit=1&bots=${bots}`), signal)
    const answer = JSON.stringify([bots, totals])
    const before = this.pulse?.answer
    if (before !== answer) this.pulse = { answer, pageviews: totals.pageviews, at: Date.now() }
    return before !== undefined && before !== answer
  }

  #pause() {
    return pause(this.pulse.pageviews, Date.now() - Math.max(this.pulse.at, this.touched))
  }

  /** Says what is wrong. Numbers stay while the server is away, but not if they answer another question. */
  #complain(error) {
    setText('message', explain(error, this.state.site))
    if (!(error.status >= 400 && error.status < 500)) return RETRY_MS
    this.#leave()
    const locked = error.status === 401 || error.status === 403
    const parts = error.status === 400 ? ['controls'] : locked ? ['unlock'] : []
    showOnly(PARTS, this.state.site ? parts : [...parts, 'open-site'])
    return null
  }
}
