import { PRELUDE } from './prelude.lua.ts';

/**
 * Opens the ledger in the Redis memory that began at `epoch`, or opens windows that a new configuration has added. A
 * window's `open` field is the epoch in which it was opened.
 * `wiped`: an earlier memory was lost. Windows up to an hour then count as full for their length plus one second, for
 * calls that were on the wire. (Calls of living workers are counted when their answers come.) Longer windows start with
 * their use in Postgres: `totals` of the three periods of `resets`, or `uses` = `{end of slice, weight}`.
 */
export const OPEN = `${PRELUDE}
local epoch = string.format('%.0f', given.epoch)
if call('HGET', LEDGER, 'epoch') ~= epoch then return 0 end
local lost = given.wiped and call('HGET', LEDGER, 'state') ~= 'open'
local last = tonumber(call('HGET', LEDGER, 'last') or nil)

for _, w in ipairs(windows) do
  if call('HGET', w.state, 'open') ~= epoch then
    if w.resets then
      local total, period = 0, number(call('HGET', w.state, 'period'))
      for k = 1, 3 do
        if w.resets[k] == period then total = w.totals[k] end
      end
      -- Calls in flight were carried over above and are part of the total.
      local used = usage(w)
      if total > used then call('HINCRBY', w.state, 'u:x', total - used) end
      call('HSET', w.state, 'block', math.min(0, total - used))
    elseif w.stored then
      for _, use in ipairs(w.uses) do
        if use[1] + w.span > early then leaveAt(w, use[2], 'x', use[1] + w.span) end
      end
    elseif lost or (last and last + w.span + given.timeout > early) then
      call('HSET', w.state, 'full', string.format('%.0f', late + w.span + 1000))
    end
    call('HSET', w.state, 'open', epoch)
    call('PEXPIRE', w.state, w.ttl)
  end
end
call('HSET', LEDGER, 'state', 'open')
call('PEXPIRE', LEDGER, given.ttl)
return 1
`;
