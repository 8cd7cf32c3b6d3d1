/** What is counted, and where it is sent. */
export interface Options {
  /** Where events go, such as `https://stats.example.org/api/event`. */
  api: string | URL
  /** The site as it is registered; several with commas between. By default the page's host. */
  domain?: string
  /** Whether the fragment is the route, as in `/#/inbox`. By default it is no part of the page. */
  hash?: boolean
  /** Whether clicks that leave the site or fetch a file are told. By default they are. */
  links?: boolean
  /** Whether scroll depth and time on pages are told, in about one event a page more. By default they are. */
  engagement?: boolean
}

/** What an event says beside its name. */
export interface EventOptions {
  /** At most 30 properties. Values are stored as text, and a list or an object is left out. */
  props?: Record<string, string | number | boolean>
  /** What the event earned. */
  revenue?: {
    amount: number | string
    /** Three letters, as in ISO 4217: `EUR`. */
    currency: string
  }
  /** `false` for an event that is no sign of interest: a visit of one page with it is still a bounce. */
  interactive?: boolean
  /** The page that the event is of. By default the one being shown. */
  url?: string
  /**
   * Called once the event was sent (with the answer), or could not be (with what went wrong); with nothing if this
   * browser is not to be counted, or is too old to say.
   */
  callback?: (result?: { status: number } | { error: unknown }) => void
}

/**
 * Counts the page that is shown, and those that follow in the same document. Later calls do nothing, and neither does
 * one without a window, as on a server that renders pages. Never throws.
 */
export function init(options: Options): void

/** Sends an event. Before `init` it does nothing. Never throws. */
export function track(name: string, options?: EventOptions): void

declare global {
  interface Window {
    /** The same as `track`. A page that loads the script instead of this package has it, too. */
    milepost?: typeof track
  }
}
