/**
 * Notes one answer of a provider, for all processes.
 * KEYS: hash of the provider's health, list of its last outcomes (`1` good, `0` failed), list of its last latencies, hash
 * of calls and units per minute. ARGV[1]: JSON `{good, scored, judged, latencyMs?, cost, error?, at, weight, now?}`.
 * Answers with the last outcomes, newest first, as one text such as `0110`.
 */
export const RECORD = `
local given = cjson.decode(ARGV[1])
local call = redis.call
local HEALTH, OUTCOMES, LATENCIES, PACE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local DAY = 86400000
local seconds = given.now and math.floor(given.now / 1000) or tonumber(call('TIME')[1])

local now = given.good and 1 or 0
if given.scored then
  local before = tonumber(call('HGET', HEALTH, 'score') or nil)
  -- The first answer is all that is known; later ones move the score by their weight.
  local score = before and before + given.weight * (now - before) or now
  call('HSET', HEALTH, 'score', tostring(score))
end
if given.error then call('HSET', HEALTH, 'error', given.error) end
if given.good then
  call('HSET', HEALTH, 'success', given.at)
  call('HDEL', HEALTH, 'failing')
elseif given.judged then
  call('HSETNX', HEALTH, 'failing', given.at)
end
call('PEXPIRE', HEALTH, 7 * DAY)

if given.judged then
  call('LPUSH', OUTCOMES, tostring(now))
  call('LTRIM', OUTCOMES, 0, 19)
  call('PEXPIRE', OUTCOMES, DAY)
end
if given.latencyMs then
  call('LPUSH', LATENCIES, tostring(math.floor(given.latencyMs + 0.5)))
  call('LTRIM', LATENCIES, 0, 199)
  call('PEXPIRE', LATENCIES, DAY)
end

local minute = math.floor(seconds / 60)
if call('HINCRBY', PACE, 'calls:' .. minute, 1) == 1 then
  for _, field in ipairs(call('HKEYS', PACE)) do
    if tonumber(string.match(field, ':(%d+)')) < minute - 15 then call('HDEL', PACE, field) end
  end
end
call('HINCRBY', PACE, 'units:' .. minute, given.cost)
call('PEXPIRE', PACE, 1200000)
return table.concat(call('LRANGE', OUTCOMES, 0, -1))
`;
