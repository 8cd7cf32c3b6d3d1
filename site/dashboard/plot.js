// Drawing with uPlot, which is fetched when the first numbers are there.

import { make } from './dom.js'
import { bucketName, shortValue, tick, value } from './formats.js'
import { reached } from './milestones.js'

const WIDTH_OF_TICK = 72
const WIDTH_OF_DAY_AND_HOUR = 104
const BESIDE = 76 // of the axis on the left, and the padding
const WHOLE = [1, 1e3, 1e6].flatMap((unit) => [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * unit))
const STEPS = {
  visit_duration: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400],
  views_per_visit: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
}

let library // a promise of uPlot
let drawn // { chart, into, content }

/** Draws `content`, as `chart.js` makes it, into an element. */
export async function plot(into, content) {
  library ??= load()
  const UPlot = await library
  drawn?.chart.destroy()
  const tip = make('div', { className: 'tip', hidden: true })
  into.replaceChildren()
  const { points } = content
  const data = [points.map((_, index) => index), points.map(({ before }) => before), points.map(({ now }) => now)]
  const chart = new UPlot(options(into, content, tip), data, into)
  chart.over.append(tip)
  drawn = { chart, into, content }
}

function load() {
  return new Promise((resolve, reject) => {
    const style = make('link', { rel: 'stylesheet', href: '/dashboard/vendor/uPlot.min.css' })
    const script = make('script', { src: '/dashboard/vendor/uPlot.iife.min.js' })
    script.addEventListener('load', () => resolve(window.uPlot))
    script.addEventListener('error', () => {
      library = undefined // so that the next drawing tries again
      reject(new TypeError('the chart could not be fetched'))
    })
    document.head.append(style, script)
  })
}

const sizeOf = (into) => ({ width: into.clientWidth, height: into.clientHeight })
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function options(into, { bucket, metric, points }, tip) {
  const font = '12px system-ui, sans-serif'
  const axis = { stroke: colour('--quiet'), font, ticks: { show: false } }
  const alone = points.length === 1
  return {
    ...sizeOf(into),
    padding: [18, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 9 } },
    scales: {
      x: { time: false, range: alone ? [-1, 1] : [0, points.length - 1] },
      y: { range: (_, __, most) => [0, metric === 'bounce_rate' ? 100 : Math.max(most * 1.1, most ? 0 : 1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 30, ...ticks(bucket, points) },
      {
        ...axis, grid: { stroke: colour('--line'), width: 1 }, size: 52, space: 44, incrs: STEPS[metric] ?? WHOLE,
        values: (_, splits) => splits.map((split) => shortValue(metric, split)),
      },
    ],
    series: [
      {},
      { stroke: colour('--edge'), width: 1.5, dash: [5, 4], points: { show: alone } },
      { stroke: colour('--accent'), width: 2, fill: colour('--tint'), points: { show: points.length < 3 } },
    ],
    hooks: {
      draw: [(chart) => drawMarks(chart, points)],
      setCursor: [(chart) => showTip(chart, tip, { bucket, metric, points })],
    },
  }
}

/** Labels under as many buckets as there is room for. */
function ticks(bucket, points) {
  const width = bucket === 'hour' && points.length > 25 ? WIDTH_OF_DAY_AND_HOUR : WIDTH_OF_TICK
  const sameDay = points[0].label.slice(0, 10) === points.at(-1).label.slice(0, 10)
  return {
    splits: (chart) => {
      const step = Math.ceil((points.length * width) / (chart.width - BESIDE))
      return points.map((_, index) => index).filter((index) => index % step === 0)
    },
    values: (_, splits) => splits.map((index) => tick(bucket, points[index].label, sameDay)),
  }
}

/** A milestone: a dashed line, and a stone on top of it. */
function drawMarks({ ctx, bbox, valToPos }, points) {
  const unit = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = colour('--mark')
  ctx.lineWidth = unit
  points.forEach(({ marks }, index) => {
    if (!marks.length) return
    const x = Math.round(valToPos(index, 'x', true))
    ctx.setLineDash([3 * unit, 3 * unit])
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.beginPath()
    ctx.arc(x, bbox.top - 8 * unit, 5 * unit, Math.PI, 0)
    ctx.lineTo(x + 5 * unit, bbox.top)
    ctx.lineTo(x - 5 * unit, bbox.top)
    ctx.fill()
  })
  ctx.restore()
}

function showTip(chart, tip, { bucket, metric, points }) {
  const point = points[chart.cursor.idx]
  tip.hidden = !point || chart.cursor.left < 0
  if (tip.hidden) return
  const line = (className, textContent) => make('p', { className, textContent })
  const before = point.labelBefore
    ? [line('tip-before', `${bucketName(bucket, point.labelBefore)}: ${value(metric, point.before)}`)]
    : []
  const marks = point.marks.map(({ page, threshold }) => line('tip-mark', reached(page, threshold)))
  tip.replaceChildren(
    line('tip-now', `${bucketName(bucket, point.label)}: ${value(metric, point.now)}`), ...before, ...marks,
  )
  const width = chart.over.clientWidth
  const left = chart.cursor.left > width / 2 ? chart.cursor.left - tip.offsetWidth - 12 : chart.cursor.left + 12
  tip.style.transform = `translate(${Math.max(0, Math.min(left, width - tip.offsetWidth))}px, 8px)`
}

const again = () => drawn && plot(drawn.into, drawn.content)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again)
new ResizeObserver(() => drawn?.chart.setSize(sizeOf(drawn.into))).observe(document.getElementById('plot'))
