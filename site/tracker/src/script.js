// The script of a page: <script defer data-domain="example.org" src="https://stats.example.org/js/script.js"></script>

import { start } from './core.js'

const { dataset, src } = document.currentScript || {}

try {
  start({
    api: dataset.api || new URL('/api/event', src || location),
    domain: dataset.domain,
    hash: 'hash' in dataset,
    ...(FULL && {
      links: dataset.links != 'off',
      engagement: dataset.engagement != 'off',
      missing: '404' in dataset,
    }),
  })
} catch {}
