// How far and how long a page was read: an event named engagement, as Plausible's tracker sends it.

import { send, whenSeen } from './core.js'

/** Less than this, in milliseconds, is told only together with a greater depth. */
const WORTH_TELLING = 3000

let url // of the page that is being read
let seen // how far down it was seen, in pixels
let height // its height when that was measured
let told // the depth told last, in percent
let time // how long it was read since it was told last, in milliseconds
let since // from when on it is being read; false if it is not

/** Only what has the focus of somebody looking is being read. */
function clock() {
  const now = performance.now()
  if (since) time += now - since
  since = !document.hidden && document.hasFocus() && now
}

function measure() {
  if (document.hidden) return
  height = document.documentElement.scrollHeight
  seen = Math.max(seen, scrollY + innerHeight)
}

/** A page begins. How high it is shows once it stands: a single-page app fills it later. */
export function enter() {
  url = location.href
  seen = time = 0
  told = -1
  since = false
  clock()
}

/** The page is left, or out of sight for a while: tells what has not been told. */
export function leave() {
  clock()
  if (!seen) measure()
  const depth = Math.min(100, Math.round((seen / height) * 100))
  if (!seen || !url || (depth <= told && time < WORTH_TELLING)) return
  send({ n: 'engagement', sd: depth, e: Math.round(time) }, url)
  told = Math.max(told, depth)
  time = 0
}

export function watchEngagement() {
  for (const type of ['focus', 'blur']) addEventListener(type, clock)
  document.addEventListener('visibilitychange', () => whenSeen(document.hidden ? leave : clock))
  addEventListener('pagehide', () => whenSeen(leave))
  addEventListener('scroll', measure, { passive: true })
  new ResizeObserver(measure).observe(document.documentElement) // also once it stands
}
