-- Sends one POST after another, each under an idempotency key of its own; prints what wrk counted as one JSON line.
-- Environment: LOAD_RUN (a word no other run has), LOAD_TOKEN, LOAD_BODY, LOAD_PATHS (a file, one path a line).

local run, body, paths, sent = os.getenv("LOAD_RUN"), os.getenv("LOAD_BODY"), {}, 0
for line in io.lines(os.getenv("LOAD_PATHS")) do paths[#paths + 1] = line end

wrk.headers["Content-Type"] = "application/json"
if os.getenv("LOAD_TOKEN") then wrk.headers["Authorization"] = "Bearer " .. os.getenv("LOAD_TOKEN") end

function request()
  sent = sent + 1
  wrk.headers["Idempotency-Key"] = run .. "-" .. sent
  return wrk.format("POST", paths[(sent - 1) % #paths + 1], wrk.headers, body)
end

function done(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
  io.write(string.format('\nJSON {"requests": %d, "seconds": %.3f, "p50_ms": %.2f, "p99_ms": %.2f, "errors": %d, "timeouts": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    wrong, summary.errors.timeout))
end
