// How often is asked again. On AWS every question costs a little, and one more visit changes little on a busy site.

const LEAST_MS = 2000
const MOST_MS = 60_000
const QUIET_MS = 20_000
const ALERT_MS = 5 * 60_000

/** The whole page is read again after so long, whatever has changed: custom events do not show in the pageviews. */
export const WHOLE_MS = 120_000

/** After so long the visitors now are counted again: they leave without a sound. */
export const NOW_MS = 30_000

/** After no answer. */
export const RETRY_MS = 8000

/**
 * How long to wait before the next small question, in milliseconds.
 *
 * @param pageviews the site's of the last 30 days
 * @param still for how long nothing has changed and nobody has touched the page, in milliseconds
 */
export function pause(pageviews, still) {
  const bySize = Math.min(Math.max(pageviews * 2, LEAST_MS), MOST_MS)
  return still < ALERT_MS ? bySize : Math.max(bySize, QUIET_MS)
}
