import { PRELUDE } from './prelude.lua.ts';

/** The state of the ledger as JSON: `{now, parked, why, windows: [{limit, used, byClass, ends}]}`. Changes nothing. */
export const LOOK = `${PRELUDE}
local seen = {
  now = early,
  parked = number(call('HGET', LEDGER, 'parked')),
  why = call('HGET', LEDGER, 'why') or '',
  windows = {},
}
for i, w in ipairs(windows) do
  local state = call('HMGET', w.state, 'learned', 'full', 'ends')
  local used, byClass = usage(w)
  local limit = limitOf(w, state[1])
  local ends = number(state[3])
  if not w.resets then
    local last = call('ZREVRANGE', w.leavings, 0, 0, 'WITHSCORES')
    ends = math.max(number(last[2]), number(state[2]))
    local flying = call('ZREVRANGE', FLIGHT, 0, 0, 'WITHSCORES')
    if flying[2] then ends = math.max(ends, early + w.span) end
    if number(state[2]) > early then used = limit end
  end
  seen.windows[i] = { limit = limit, used = used, byClass = byClass, ends = ends }
end
return cjson.encode(seen)
`;
