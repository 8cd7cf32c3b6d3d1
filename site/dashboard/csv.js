// What is shown, as a file: RFC 4180, in UTF-8 with a byte order mark, without which Excel reads another encoding.

import { label, shownValue } from './dimensions.js'
import { make } from './dom.js'

// A spreadsheet takes a cell that begins so for a formula, also one from a visitor; an apostrophe makes it a text.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

function cell(value) {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  return quoted(FORMULA.test(value) ? `'${value}` : value)
}

/** Writes rows of numbers and texts. */
export const csv = (rows) => `\ufeff${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`

/** Writes what a panel or its details show. */
export const tableCsv = ({ dimension, metrics, rows }) =>
  csv([[label(dimension), ...metrics], ...rows.map((row) => [shownValue(row.value), ...row.metrics])])

/** Has the browser save a text as a file. */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  make('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
