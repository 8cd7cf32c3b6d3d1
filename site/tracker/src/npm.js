// The npm entry point. Where there is no window, as on a server that renders pages, it does nothing.

import { start } from './core.js'

export function init(options) {
  try { start({ links: true, engagement: true, ...options }) } catch {}
}

export function track(name, options) {
  if (typeof window != 'undefined') window.milepost?.(name, options)
}
