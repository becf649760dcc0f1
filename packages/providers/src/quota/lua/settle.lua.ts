import { PRELUDE } from './prelude.lua.ts';

/** The answer came. `learned`: what it says of the windows, each `{window, limit?, used?, remaining?, until?}`. */
export const SETTLE = `${PRELUDE}
local text = call('HGET', LOADS, given.id)
local load
if text then
  load = parseLoad(text)
  call('ZREM', FLIGHT, given.id)
  call('HDEL', LOADS, given.id)
  fly(-1, 0 - load.cost, load.class)
  for _, w in ipairs(windows) do answered(w, weigh(w, load.cost), load.class, late) end
elseif call('HGET', LEDGER, 'state') == 'open' then
  -- The call was sent before Redis was wiped, or answered after its time-out. It still occupies the sliding windows from
  -- now on. Windows that reset know its use from Postgres.
  for _, w in ipairs(windows) do
    if not w.resets then answered(w, weigh(w, given.cost), 'x', late) end
  end
end

local function learnLimit(w, limit)
  local seen = call('HMGET', w.state, 'learned', 'wider', 'times')
  local current = tonumber(seen[1] or nil) or w.limit
  if limit < current then
    call('HSET', w.state, 'learned', limit, 'times', 0)
  elseif limit > current then
    -- A limit is raised only when three answers in a row agree: one wrong number could cost a ban.
    local times = number(seen[2]) == limit and number(seen[3]) + 1 or 1
    call('HSET', w.state, 'wider', limit, 'times', times)
    if times >= 3 then call('HSET', w.state, 'learned', limit) end
  elseif number(seen[3]) > 0 then
    call('HSET', w.state, 'times', 0)
  end
  call('PEXPIRE', w.state, w.ttl)
end

local function learnUse(w, i, said)
  local used, byClass = usage(w)
  if w.resets then
    -- An answer from before the reset says nothing of the present period.
    local period = number(call('HGET', w.state, 'period'))
    if load and load.takenAt < period + w.guard then return end
    -- Foreign use of the same key: what the provider has counted beyond our own use. A later answer may lower it.
    local foreign = math.max(0, said - (used - byClass.f))
    local change = foreign - byClass.f
    if change == 0 then return end
    call('HSET', w.state, 'u:f', foreign)
    call('HINCRBY', w.state, 'block', 0 - change)
  elseif load then
    -- The provider counted when the call arrived. Our own use since the sending may therefore be in its count already.
    local gone = number(call('HGET', w.state, 'gone')) - (load.gone[i] or 0)
    local foreign = said - used - gone
    if foreign > 0 then
      local from = late + w.span
      if w.untilGiven and w.untilGiven > late and w.untilGiven < from then from = w.untilGiven end
      leaveAt(w, foreign, 'f', from)
    end
  end
end

for _, learned in ipairs(given.learned) do
  local w = windows[learned.window]
  if learned.limit then learnLimit(w, learned.limit) end
  local limit = learned.limit or limitOf(w, call('HGET', w.state, 'learned'))
  w.untilGiven = learned['until']
  if learned.used then
    learnUse(w, learned.window, learned.used)
  elseif learned.remaining then
    learnUse(w, learned.window, limit - learned.remaining)
  end
end
return 1
`;
