// Builds the tracker: `make tracker`, or `node build.mjs [FOLDER]` with esbuild and terser where Node finds them.
//
// Into FOLDER, which is site/ by default, go js/script.js (everything) and js/script.core.js (pageviews and custom
// events), each also under a name with the version, and tracker/dist/index.js for npm. The same source gives the same
// bytes. tracker/releases.json keeps the hash of every version, and one that is in there is never built otherwise.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const require = createRequire(import.meta.url)
const esbuild = require('esbuild')
const { minify } = require('terser')

const here = dirname(fileURLToPath(import.meta.url))
const site = process.argv[2] ?? dirname(here)
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const releasesFile = join(here, 'releases.json')
const releases = existsSync(releasesFile) ? JSON.parse(readFileSync(releasesFile, 'utf8')) : {}

/** What the browsers of the last five years read. */
const TARGET = 'es2020'

async function bundle(entry, format, full) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: here, // or its comments would name where it was built
    entryPoints: [`src/${entry}`],
    bundle: true,
    write: false,
    format,
    target: TARGET,
    minifySyntax: format === 'iife',
    define: { FULL: String(full) },
  })
  return outputFiles[0].text
}

async function script(full) {
  const { code } = await minify(await bundle('script.js', 'iife', full), {
    ecma: 2020,
    compress: { passes: 3, unsafe: true, unsafe_arrows: true, pure_getters: true },
    format: { preamble: `// Milepost ${version}` },
  })
  return `${code}\n`
}

const files = {}
for (const [name, full] of [['script', true], ['script.core', false]]) {
  const text = await script(full)
  const released = `${name}-${version}.js`
  const integrity = `sha384-${createHash('sha384').update(text).digest('base64')}`
  if ((releases[released] ??= integrity) !== integrity) {
    console.error(`${released} is released and would become another: raise the version in package.json`)
    process.exit(1)
  }
  files[`js/${name}.js`] = files[`js/${released}`] = text
}
files['tracker/dist/index.js'] = await bundle('npm.js', 'esm', true)
files['tracker/releases.json'] = `${JSON.stringify(releases, null, 2)}\n`

for (const [name, text] of Object.entries(files)) {
  const file = join(site, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`${relative(process.cwd(), file)}  ${text.length} bytes, ${gzipSync(text, { level: 9 }).length} gzipped`)
}
