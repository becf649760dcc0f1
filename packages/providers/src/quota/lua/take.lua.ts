import { PRELUDE } from './prelude.lua.ts';

/**
 * Requests a grant for one call: `{1, cost, nth}` granted · `{0, {window, retryInMs, why, room, held}, …}` refused ·
 * `{-1, epoch}` the ledger (or a window of it) has to be opened first · `{-2, window, missing, period, limit}` a block
 * of so many units has to be reserved in Postgres first.
 */
export const TAKE = `${PRELUDE}
local already = call('HGET', LOADS, given.id)
-- A repeated request: the connection broke before its answer came.
if already then return { 1, parseLoad(already).cost, number(call('HGET', LEDGER, 'granted')) } end

-- A replica that became the master may lack its master's last grants, because replication is asynchronous: this ledger
-- can't be trusted any more. The report names the master that it was promoted from, until it restarts; it holds only zeros
-- if there was no promotion.
local promoted = string.match(call('INFO', 'replication'), 'master_replid2:(%x+)')
if promoted and not string.find(promoted, '[^0]') then promoted = nil end
if promoted and call('HEXISTS', LEDGER, 'epoch') == 1 and call('HGET', LEDGER, 'promoted') ~= promoted then
  local park = call('HMGET', LEDGER, 'parked', 'why', 'kind')
  call('DEL', LEDGER, FLIGHT, LOADS)
  for _, w in ipairs(windows) do call('DEL', w.state, w.leavings, w.weights) end
  if park[1] then call('HSET', LEDGER, 'parked', park[1], 'why', park[2] or '', 'kind', park[3] or '') end
end

if call('HSETNX', LEDGER, 'epoch', string.format('%.0f', late)) == 1 and promoted then
  call('HSET', LEDGER, 'promoted', promoted)
end
local epoch = call('HGET', LEDGER, 'epoch')
local open = call('HGET', LEDGER, 'state') == 'open'
for _, w in ipairs(windows) do open = open and call('HGET', w.state, 'open') == epoch end
if not open then return { -1, tonumber(epoch) } end

local parked = number(call('HGET', LEDGER, 'parked'))
if parked > early then
  local park = call('HMGET', LEDGER, 'why', 'kind')
  return { 0, { 0, parked - early, 'parked', park[1] or '', park[2] or '' } }
end

-- The earliest moment at which that many units have left, judged by the answers known so far.
local function untilLeft(w, need)
  local from = 0
  while true do
    local some = call('ZRANGE', w.leavings, from, from + 31, 'WITHSCORES')
    if #some == 0 then return w.reask end
    for n = 1, #some, 2 do
      need = need - number(call('HGET', w.weights, some[n]))
      if need <= 0 then return tonumber(some[n + 1]) - early end
    end
    from = from + 32
  end
end

local cost, refusals = given.cost, {}
local function refuse(i, retry, why, room, held)
  refusals[#refusals + 1] = { i, math.max(1, math.ceil(retry)), why, tostring(room), tostring(held) }
end

for i, w in ipairs(windows) do
  local state = call('HMGET', w.state, 'learned', 'full', 'block', 'borrow', 'ends')
  local limit, used, byClass = limitOf(w, state[1]), usage(w)
  local most, least = weigh(w, given.cost), weigh(w, given.atLeast)
  local room = limit - used
  if w.dry then room = math.min(room, number(state[3])) end
  local held = 0
  for _, above in ipairs(w.above) do
    held = held + math.max(0, above[2] * limit - (byClass[tostring(above[1])] or 0))
  end
  -- Lent units are no longer held back; otherwise a class that borrows could never use its own share again.
  if w.borrow > 0 then held = math.max(0, held - byClass.b) end
  w.free = room - held * w.kept
  w.borrowed = false
  if number(state[2]) > early then
    refuse(i, number(state[2]) - early, 'lost', 0, 0)
  elseif least > limit then
    refuse(i, w.span, 'never', room, held)
  elseif room < least then
    if w.resets then
      refuse(i, tonumber(state[5]) + w.guard - early, 'full', room, held)
    else
      refuse(i, untilLeft(w, used + least - limit), 'full', room, held)
    end
  elseif w.free < least then
    if w.borrow > 0 and number(state[4]) <= early then
      w.borrowed = number(state[4])
      if w.cost then cost = math.min(cost, room) end
    elseif w.borrow > 0 then
      refuse(i, number(state[4]) - early, 'share', room - least, held)
    else
      refuse(i, 0, 'share', room - least, held)
    end
  elseif w.cost then
    cost = math.min(cost, math.floor(w.free))
  end
end
if #refusals > 0 then return { 0, unpack(refusals) } end

for i, w in ipairs(windows) do
  if w.stored then
    local block = call('HMGET', w.state, 'block', 'slice', 'period', 'learned')
    local left = number(block[1])
    if w.slice and number(block[2]) ~= w.slice then left = 0 end
    local missing = weigh(w, cost) - left
    if missing > 0 then return { -2, i, missing, w.slice or tonumber(block[3]), limitOf(w, block[4]) } end
  end
end

local class = given.class
for _, w in ipairs(windows) do
  if w.borrowed then class = 'b' end
end
local load = { string.format('%.0f', cost), class, string.format('%.0f', early) }
for i, w in ipairs(windows) do
  local weight = weigh(w, cost)
  load[#load + 1] = call('HGET', w.state, 'gone') or '0'
  if w.resets then call('HINCRBY', w.state, 'u:' .. class, weight) end
  if w.stored then call('HINCRBY', w.state, 'block', 0 - weight) end
  if w.borrowed then
    -- Counted from when the loan was due, so that a late borrower loses nothing, but never far back after a pause.
    local due = math.max(w.borrowed, early - w.span / 50)
    local units = weight - math.max(0, math.floor(w.free))
    call('HSET', w.state, 'borrow', string.format('%.0f', due + math.max(0, units) * w.borrow))
  end
  call('PEXPIRE', w.state, w.ttl)
end
fly(1, cost, class)
call('HSET', LOADS, given.id, table.concat(load, ' '))
call('ZADD', FLIGHT, late + given.timeout, given.id)
call('HSET', LEDGER, 'last', string.format('%.0f', late))
call('PEXPIRE', LEDGER, given.ttl)
call('PEXPIRE', FLIGHT, given.ttl)
call('PEXPIRE', LOADS, given.ttl)
return { 1, cost, call('HINCRBY', LEDGER, 'granted', 1) }
`;
