/**
 * The beginning of every script of the ledger: the arguments, the clock, and the bookkeeping for time that has passed.
 *
 * KEYS[1] hash of the ledger: `epoch`, `promoted` (the former master, when a replica replaced it), `state`, `granted`,
 *         `last`, `parked`, `why`, and the weight in flight per class (`calls:<class>`, `cost:<class>`)
 * KEYS[2] zset of calls in flight: id → deadline
 * KEYS[3] hash of what they occupy: id → "cost class takenAt gone1 gone2 …"
 * then for each window
 *   hash: `u:<class>` = weight of answered calls (windows that slide) or of all calls (windows that reset); `learned`,
 *         `full`, `borrow`, `block`, `slice`, `period`, `ends`, `late`, `gone`, `open`
 *   zset of leavings: "<moment>:<class>" → moment; and a hash of their weights. Moments are rounded up to a thousandth of
 *         the window, so that there are never more than about a thousand per class, whatever the limit.
 *
 * Classes are the ranks 1, 10, 20, 30. Further ones: `b` for units borrowed from what is held back for more urgent
 * classes, `x` for use of unknown class, `f` for foreign use (others with the same key).
 * A call in flight is counted once for the whole ledger, not per window. Otherwise workers with other windows (while a
 * new configuration is rolled out) would leave counts behind that nobody removes.
 *
 * All times are milliseconds. `given.now` replaces the clock of Redis in simulations only.
 */
export const PRELUDE = `
local given = cjson.decode(ARGV[1])
local call = redis.call
local LEDGER, FLIGHT, LOADS = KEYS[1], KEYS[2], KEYS[3]
local CLASSES = { '1', '10', '20', '30', 'b', 'x', 'f' }

-- Rounded up, so that use never leaves a window too early.
local time = call('TIME')
local seconds, micros = tonumber(time[1]), tonumber(time[2])
local early = given.now or (seconds * 1000 + math.floor(micros / 1000))
local late = given.now or (seconds * 1000 + math.ceil(micros / 1000))

local windows = given.windows
for i, w in ipairs(windows) do
  local first = 4 + (i - 1) * 3
  w.state, w.leavings, w.weights = KEYS[first], KEYS[first + 1], KEYS[first + 2]
end

-- Redis refuses "-0" as an integer: negate with 0 - x.
local function number(text) return tonumber(text or 0) or 0 end

local function weigh(w, cost)
  if w.cost then return cost end
  return 1
end

local function parseLoad(text)
  local parts = {}
  for part in string.gmatch(text, '%S+') do parts[#parts + 1] = part end
  local load = { cost = number(parts[1]), class = parts[2], takenAt = number(parts[3]), gone = {} }
  for i = 4, #parts do load.gone[i - 3] = number(parts[i]) end
  return load
end

local function fly(calls, cost, class)
  call('HINCRBY', LEDGER, 'calls:' .. class, calls)
  call('HINCRBY', LEDGER, 'cost:' .. class, cost)
end

local function leaveAt(w, weight, class, moment)
  if weight == 0 then return end
  local leave = math.ceil(moment / w.grain) * w.grain
  local member = string.format('%.0f', leave) .. ':' .. class
  call('HINCRBY', w.weights, member, weight)
  call('ZADD', w.leavings, leave, member)
  call('HINCRBY', w.state, 'u:' .. class, weight)
  call('PEXPIRE', w.leavings, w.ttl)
  call('PEXPIRE', w.weights, w.ttl)
  call('PEXPIRE', w.state, w.ttl)
end

-- A call was answered (or timed out): it leaves a sliding window one length later. In a window that resets it stays; if
-- the answer came about the reset, the provider may have counted it on either side, so it is remembered for the next.
local function answered(w, weight, class, moment)
  if not w.resets then
    leaveAt(w, weight, class, moment + w.span)
  else
    local ends = tonumber(call('HGET', w.state, 'ends') or nil)
    if ends and moment >= ends - w.guard then call('HINCRBY', w.state, 'late', weight) end
  end
end

local function timeOut()
  local dead = call('ZRANGEBYSCORE', FLIGHT, '-inf', early, 'WITHSCORES', 'LIMIT', 0, 1000)
  for n = 1, #dead, 2 do
    local text = call('HGET', LOADS, dead[n])
    if text then
      local load = parseLoad(text)
      fly(-1, 0 - load.cost, load.class)
      for _, w in ipairs(windows) do answered(w, weigh(w, load.cost), load.class, tonumber(dead[n + 1])) end
      call('HDEL', LOADS, dead[n])
    end
    call('ZREM', FLIGHT, dead[n])
  end
end

-- Resets a window. Calls that were in flight or answered around the reset count as used in the new period. The provider's
-- clock may differ from ours, so the period begins a guard later, and includes what was answered a guard before it.
local function beginPeriod(w)
  local resets, k = w.resets, 1
  if early >= resets[3] + w.guard then k = 3 elseif early >= resets[2] + w.guard then k = 2 end
  local was = call('HMGET', w.state, 'period', 'ends', 'late')
  if was[1] and tonumber(was[1]) >= resets[k] then return end
  call('HDEL', w.state, 'late', 'block', 'u:1', 'u:10', 'u:20', 'u:30', 'u:b', 'u:x', 'u:f')
  call('HSET', w.state, 'period', string.format('%.0f', resets[k]), 'ends', string.format('%.0f', resets[k + 1]))
  local carried = 0
  local function carry(weight, class)
    carried = carried + weight
    call('HINCRBY', w.state, 'u:' .. class, weight)
  end
  if number(was[2]) == resets[k] then carry(number(was[3]), 'x') end
  local flying = call('HGETALL', LOADS)
  for n = 2, #flying, 2 do
    local load = parseLoad(flying[n])
    carry(weigh(w, load.cost), load.class)
  end
  -- The new period has no block reserved in Postgres yet.
  call('HSET', w.state, 'block', 0 - carried)
  call('PEXPIRE', w.state, w.ttl)
end

local function leave(w)
  local gone = 0
  repeat
    local due = call('ZRANGEBYSCORE', w.leavings, '-inf', early, 'LIMIT', 0, 500)
    for _, member in ipairs(due) do
      local weight = number(call('HGET', w.weights, member))
      gone = gone + weight
      call('HINCRBY', w.state, 'u:' .. string.match(member, ':(.*)'), 0 - weight)
    end
    if #due > 0 then
      call('ZREM', w.leavings, unpack(due))
      call('HDEL', w.weights, unpack(due))
    end
  until #due < 500
  -- So that an answer's counters can be compared with our own count at the time of sending.
  if gone > 0 then call('HINCRBY', w.state, 'gone', gone) end
end

timeOut()
for _, w in ipairs(windows) do
  if w.resets then beginPeriod(w) else leave(w) end
end

-- The use of a window: in total and by class.
local function usage(w)
  local used, total = {}, 0
  local kept = call('HMGET', w.state, 'u:1', 'u:10', 'u:20', 'u:30', 'u:b', 'u:x', 'u:f')
  for n, class in ipairs(CLASSES) do used[class] = number(kept[n]) end
  if not w.resets then
    local unit = w.cost and 'cost:' or 'calls:'
    local flying = call('HMGET', LEDGER, unit .. '1', unit .. '10', unit .. '20', unit .. '30', unit .. 'b')
    for n = 1, 5 do used[CLASSES[n]] = used[CLASSES[n]] + number(flying[n]) end
  end
  for _, weight in pairs(used) do total = total + weight end
  return total, used
end

-- The limit that the provider reported, but never more than a limit that the operator has set.
local function limitOf(w, learned)
  learned = tonumber(learned or nil)
  if not learned then return w.limit end
  if w.fixed then return math.min(w.limit, learned) end
  return learned
end
`;
