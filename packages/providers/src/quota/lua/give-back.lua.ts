import { PRELUDE } from './prelude.lua.ts';

/**
 * Returns a grant that won't be used or, with `keep`, the part above that cost. The units leave the windows at once.
 */
export const GIVE_BACK = `${PRELUDE}
local text = call('HGET', LOADS, given.id)
if not text then return 0 end
local load = parseLoad(text)
local keep = math.min(given.keep, load.cost)
local whole = given.keep <= 0

for _, w in ipairs(windows) do
  local weight = weigh(w, load.cost)
  local back = whole and weight or (w.cost and load.cost - keep or 0)
  if back > 0 then
    if w.resets then call('HINCRBY', w.state, 'u:' .. load.class, 0 - back) end
    -- A block of an earlier time slice may not be spent in this one.
    if w.stored and not (w.slice and load.takenAt < w.slice) then call('HINCRBY', w.state, 'block', back) end
  end
end
if whole then
  fly(-1, 0 - load.cost, load.class)
  call('ZREM', FLIGHT, given.id)
  call('HDEL', LOADS, given.id)
else
  fly(0, keep - load.cost, load.class)
  call('HSET', LOADS, given.id, (string.gsub(text, '^%S+', string.format('%.0f', keep))))
end
return 1
`;
