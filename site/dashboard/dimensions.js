// What visits can be told apart by: the name in the address, the Stats API's name, and what it is called on the page.

const NAMES = {
  page: ['event:page', 'Page'],
  entry_page: ['visit:entry_page', 'Entry page'],
  exit_page: ['visit:exit_page', 'Exit page'],
  source: ['visit:source', 'Source'],
  channel: ['visit:channel', 'Channel'],
  referrer: ['visit:referrer', 'Referrer'],
  utm_source: ['visit:utm_source', 'Campaign source'],
  utm_medium: ['visit:utm_medium', 'Campaign medium'],
  utm_campaign: ['visit:utm_campaign', 'Campaign'],
  utm_content: ['visit:utm_content', 'Campaign content'],
  utm_term: ['visit:utm_term', 'Campaign term'],
  country: ['visit:country_name', 'Country'],
  language: ['visit:language', 'Language'],
  device: ['visit:device', 'Device'],
  browser: ['visit:browser', 'Browser'],
  browser_version: ['visit:browser_version', 'Browser version'],
  os: ['visit:os', 'System'],
  os_version: ['visit:os_version', 'System version'],
  event: ['event:name', 'Event'],
  goal: ['event:goal', 'Goal'],
}
const PROPERTY = 'prop.'

/** Tells whether a name in the address is a dimension's. */
export const isDimension = (name) => Object.hasOwn(NAMES, name) || (name.startsWith(PROPERTY) && name !== PROPERTY)

/** The Stats API's name of a dimension. */
export const apiName = (name) => NAMES[name]?.[0] ?? `event:props:${name.slice(PROPERTY.length)}`

/** What a dimension is called on the page. */
export const label = (name) => NAMES[name]?.[1] ?? `Property ${name.slice(PROPERTY.length)}`

/** What a value is called: the API says nothing for a country that is not known, and for a page without a host. */
export const shownValue = (value) => value || 'Unknown'

export const property = (name) => PROPERTY + name
export const isProperty = (name) => name.startsWith(PROPERTY)
