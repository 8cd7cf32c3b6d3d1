-- Beacons of varied pages and agents. They are made beforehand, so that the generator takes little of the machine.

local COUNT, PAGES, AGENTS = 2000, 50, 200
local beacons, at = {}, 0

function init(args)
  wrk.headers["Content-Type"] = "text/plain"
  for n = 0, COUNT - 1 do
    wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0."
      .. (n * 7 % AGENTS) .. " Safari/537.36"
    local url = "https://bench.example/page/" .. (n % PAGES) .. "?utm_source=news&session=" .. n
    local body = '{"n":"pageview","u":"' .. url .. '","d":"bench.example","r":"https://news.example/a/b?c=d","w":1440}'
    beacons[n] = wrk.format("POST", "/api/event", nil, body)
  end
end

function request()
  at = (at + 1) % COUNT
  return beacons[at]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"requests": %d, "refused": %d, "broken": %d, "us": %d, "p99_us": %d}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration, latency:percentile(99)))
end
