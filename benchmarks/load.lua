-- Sends one POST after another, each under an idempotency key of its own; prints what wrk counted as one JSON line.
-- Environment: LOAD_RUN (a word no other run has), LOAD_TOKEN, LOAD_BODY (lines take turns; @N@ and @PHONE@ differ in every
-- request), LOAD_SEED, LOAD_KIND, LOAD_COOKIE, LOAD_PATHS (a file, one path a line).

local run, seed, bodies, paths, sent = os.getenv("LOAD_RUN"), tonumber(os.getenv("LOAD_SEED")), {}, {}, 0
for line in io.lines(os.getenv("LOAD_PATHS")) do paths[#paths + 1] = line end
for line in os.getenv("LOAD_BODY"):gmatch("[^\n]+") do bodies[#bodies + 1] = line end

wrk.headers["Content-Type"] = os.getenv("LOAD_KIND")
if os.getenv("LOAD_COOKIE") ~= "" then wrk.headers["Cookie"] = os.getenv("LOAD_COOKIE") end
if os.getenv("LOAD_TOKEN") then wrk.headers["Authorization"] = "Bearer " .. os.getenv("LOAD_TOKEN") end

local function filled(body)
  if not body:find("@", 1, true) then return body end
  local phone = string.format("13%09d", (seed * 1000 + sent) % 1000000000)
  return (body:gsub("@N@", seed .. "-" .. sent):gsub("@PHONE@", phone))
end

function request()
  sent = sent + 1
  wrk.headers["Idempotency-Key"] = run .. "-" .. sent
  return wrk.format("POST", paths[(sent - 1) % #paths + 1], wrk.headers, filled(bodies[(sent - 1) % #bodies + 1]))
end

function done(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
  io.write(string.format('\nJSON {"requests": %d, "seconds": %.3f, "p50_ms": %.2f, "p95_ms": %.2f, "p99_ms": %.2f, "errors": %d, "timeouts": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, wrong, summary.errors.timeout))
end
