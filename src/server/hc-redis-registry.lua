-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The rules of hc-registry.h, in Redis, where nothing else happens meanwhile:
-- whatever server asks, each request finds what the one before has left.
-- hc-memory-registry.c and hc-guard.c have the same rules by the same names,
-- and the reasons. What stands in front of this text are the numbers that both
-- share: DONE... and LEASE...
--
-- All keys begin with KEYS[1], which holds them together in a cluster:
--
--   c:KEY      a client, packed; it expires by itself, a while after its life
--   lives      keys, by when they end; those renewed since end later
--   leases     number and key, by when they end
--   r:ID l:ID  keys of those who are ready for that one alone, or without an ID
--              for anybody, by their turns: those whom everybody can reach, and
--              those whom only callers on the server's host can
--   sequence   the last number that was given: to a client, a turn or a lease
--   g:...      the guard's entries: see guard.load()
--
-- IDs that nobody is to have beside each other have the same key.
--
-- Messages go to CHANNEL..., one for each server.

-- Functions stand in tables: for each one that is a local, Redis would take
-- longer to set all of this up, which it does for each request.

local call = redis.call
local prefix = KEYS[1]
local op, clock, flags, id, key, peer_id, peer_key, source, token, session, contact, identity,
      charge, max_requests, block = unpack(ARGV)

-- Flags are letters.
local function is(flag)
  return string.find(flags, flag, 1, true) ~= nil
end

local is_v2, is_udp, is_local = is('2'), is('u'), is('l')

-- A contact is how, at which server, from which port and at which address.
local server = string.sub(contact, 2, 9)

-- One clock for all servers, unless a test has its own.
local now = tonumber(clock)
if not now then
  local time = call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function next_number()
  return call('INCR', prefix .. 'sequence')
end

local clients, ready, leases, matches, guard, requests = {}, {}, {}, {}, {}, {}

-- ---- clients ---------------------------------------------------------------

local IDLE, READY, LEASED = 0, 1, 2
local FORMAT = '>ddddddBBBc16Bc0Bc0Bc0Bc0Bc0Bc0Bc0Hc0'
local FIRST_TURN_PUT_BACK = -4503599627370496

-- By key, for as long as the script runs; false for those who are no more.
local known = {}
local changed = {}

function clients.get_life(c)
  return c.token ~= '' and LIFE_V2 or LIFE_V1
end

function clients.unpack(text, client_key)
  local c = { key = client_key }
  c.number, c.caller_number, c.registered_at, c.renewed_at, c.turn, c.lease, c.state, c.is_local,
    c.is_reachable, c.source, c.id, c.partner, c.with, c.token, c.session, c.contact, c.server,
    c.identity = struct.unpack(FORMAT, text)
  return c
end

function clients.pack(c)
  return struct.pack(FORMAT, c.number, c.caller_number, c.registered_at, c.renewed_at, c.turn,
    c.lease, c.state, c.is_local, c.is_reachable, c.source, #c.id, c.id, #c.partner, c.partner,
    #c.with, c.with, #c.token, c.token, #c.session, c.session, #c.contact, c.contact,
    #c.server, c.server, #c.identity, c.identity)
end

-- Gets a client, even one whose life is over.
function clients.find(client_key)
  local c = known[client_key]
  if c == nil then
    local text = call('GET', prefix .. 'c:' .. client_key)
    c = text and clients.unpack(text, client_key) or false
    known[client_key] = c
  end
  return c
end

function clients.load(client_key)
  local c = clients.find(client_key)
  return c and now - c.renewed_at < clients.get_life(c) and c or nil
end

function clients.load_exactly(client_key, client_id)
  local c = clients.load(client_key)
  return c and c.id == client_id and c or nil
end

function clients.change(c)
  changed[c.key] = c
end

function clients.save()
  for client_key, c in pairs(changed) do
    local left = c.renewed_at + clients.get_life(c) - now + GRACE
    call('SET', prefix .. 'c:' .. client_key, clients.pack(c), 'PX', math.floor(left / 1000))
  end
end

-- Lua keeps one copy of equal strings, so this compares two pointers: how long
-- it takes tells nothing about a token.
function clients.is_owned(c)
  if not c then
    return false
  end
  if c.token == '' then
    return token == '' and c.source == source
  end
  return token ~= '' and c.token == token
end

function clients.get_refusal(c)
  return c and c.token ~= '' and is_v2 and BAD_TOKEN or UNKNOWN
end

-- An identity begins with the declared address and the port, then comes a key.
function clients.is_the_same(c)
  return c.id == id and c.source == source and string.sub(c.identity, 1, 18) == string.sub(identity, 1, 18) and
    (c.token == '' or string.sub(c.contact, 10, 11) == string.sub(contact, 10, 11))
end

function clients.can_be_renewed(c)
  if c.token == '' then
    return clients.is_the_same(c)
  end
  return is_v2 and c.id == id and string.sub(c.identity, 19, 50) == string.sub(identity, 19, 50)
end

function clients.is_local_only(c)
  return c.is_local == 1 and c.is_reachable == 0
end

function clients.accepts(c, caller)
  return c ~= caller and (caller.is_local == 1 or not clients.is_local_only(c)) and
    (c.with == '' or c.with == caller.id)
end

function requests.is_retransmission(since)
  return is_udp and now - since < RETRANSMISSION
end

-- ---- the ready -------------------------------------------------------------

function ready.get_list(c)
  return prefix .. (clients.is_local_only(c) and 'l:' or 'r:') .. c.with
end

-- Only v2 has a wish; its list needn't outlive it.
function ready.renew_list(c)
  if c.state == READY and c.with ~= '' then
    call('PEXPIRE', ready.get_list(c), (LIFE_V2 + GRACE) / 1000)
  end
end

function ready.push(c, first_turn)
  c.turn = first_turn + next_number()
  c.state = READY
  call('ZADD', ready.get_list(c), c.turn, c.key)
  ready.renew_list(c)
  clients.change(c)
end

function ready.remove(c)
  if c.state == READY then
    call('ZREM', ready.get_list(c), c.key)
    c.state = IDLE
    clients.change(c)
  end
end

-- Skips the caller, and drops those who have gone.
function ready.peek(list, caller)
  while true do
    local keys = call('ZRANGE', list, 0, 1)
    local stale
    for _, other_key in ipairs(keys) do
      if other_key ~= caller.key then
        local c = clients.load(other_key)
        if c and c.state == READY and ready.get_list(c) == list then
          return c
        end
        stale = other_key
        break
      end
    end
    if not stale then
      return nil
    end
    call('ZREM', list, stale)
  end
end

function ready.find_first(wanted_id, caller)
  local first = ready.peek(prefix .. 'r:' .. wanted_id, caller)
  if caller.is_local == 1 then
    local other = ready.peek(prefix .. 'l:' .. wanted_id, caller)
    if other and not (first and first.turn < other.turn) then
      first = other
    end
  end
  return first
end

-- ---- leases ----------------------------------------------------------------

function leases.get_member(c)
  return struct.pack('>d', c.lease) .. c.key
end

function leases.get_held(c)
  local held = c.state ~= LEASED and c.partner ~= '' and clients.load(c.partner)
  if held and held.state == LEASED and held.partner == c.key and held.caller_number == c.number then
    return held
  end
end

function leases.stop(c)
  if c.state ~= LEASED then
    return
  end
  local caller = clients.load(c.partner)
  if caller and caller.number == c.caller_number then
    caller.partner = ''
    clients.change(caller)
  end
  call('ZREM', prefix .. 'leases', leases.get_member(c))
  c.partner = ''
  c.state = IDLE
  clients.change(c)
end

function ready.put_back(c)
  leases.stop(c)
  ready.push(c, FIRST_TURN_PUT_BACK)
end

function leases.start(c, caller)
  leases.stop(c)
  ready.remove(c)
  ready.remove(caller)
  c.state = LEASED
  c.partner = caller.key
  c.caller_number = caller.number
  c.turn = now
  c.lease = next_number()
  c.session = c.token ~= '' and session or ''
  caller.partner = c.key
  call('ZADD', prefix .. 'leases', now + LEASE, leases.get_member(c))
  clients.change(c)
  clients.change(caller)
end

-- ---- registrations ---------------------------------------------------------

function clients.remove(c)
  local held = leases.get_held(c)
  if held then
    ready.put_back(held)
  end
  leases.stop(c)
  ready.remove(c)
  call('ZREM', prefix .. 'lives', c.key)
  call('DEL', prefix .. 'c:' .. c.key)
  known[c.key] = false
  changed[c.key] = nil
end

function clients.add()
  local c = {
    id = id, key = key, number = next_number(), caller_number = 0, registered_at = now, renewed_at = now,
    turn = 0, lease = 0, state = IDLE, is_local = is_local and 1 or 0,
    is_reachable = is('r') and 1 or 0, source = source, partner = '', with = '',
    token = is_v2 and token or '', session = '', contact = is_v2 and contact or '',
    server = server, identity = identity,
  }
  known[key] = c
  call('ZADD', prefix .. 'lives', now + clients.get_life(c), key)
  clients.change(c)
  return c
end

function leases.stop_those_over()
  local over = call('ZRANGEBYSCORE', prefix .. 'leases', '-inf', now, 'LIMIT', 0, MAX_AT_ONCE)
  for _, member in ipairs(over) do
    local c = clients.load(string.sub(member, 9))
    if c and c.state == LEASED and leases.get_member(c) == member then
      ready.put_back(c)
    else
      call('ZREM', prefix .. 'leases', member)
    end
  end
end

-- Whoever asks for a client by its key, or in its turn, sees whether its life
-- is over. So only those who count the living have to look at all of them.
function clients.end_lives()
  local over = call('ZRANGEBYSCORE', prefix .. 'lives', '-inf', now, 'LIMIT', 0, MAX_AT_ONCE)
  for _, client_key in ipairs(over) do
    local c = clients.find(client_key)
    if not c then
      call('ZREM', prefix .. 'lives', client_key)
    elseif clients.load(client_key) then
      call('ZADD', prefix .. 'lives', c.renewed_at + clients.get_life(c), client_key)
    else
      clients.remove(c)
    end
  end
end

-- ---- matches ---------------------------------------------------------------

-- What hc-redis-codec.c reads.
function matches.describe(c)
  return struct.pack('>Bc0c16Bc0Bc0Hc0', #c.id, c.id, c.source, #c.token, c.token,
    #c.contact, c.contact, #c.identity, c.identity)
end

function matches.describe_both(callee)
  local caller = clients.load(callee.partner)
  return struct.pack('>Bc0', #callee.session, callee.session) .. matches.describe(caller) ..
    matches.describe(callee)
end

-- Another server may hold the callee's request, or be the one whose datagrams
-- reach it.
function matches.tell_servers(callee, match)
  local contact_server = string.sub(callee.contact, 2, 9)
  if callee.server ~= server then
    call('PUBLISH', CHANNEL .. callee.server, match)
  end
  if contact_server ~= server and contact_server ~= callee.server then
    call('PUBLISH', CHANNEL .. contact_server, match)
  end
end

function matches.answer(is_new, is_caller, callee)
  local match = matches.describe_both(callee)
  if is_new and callee.token ~= '' then
    matches.tell_servers(callee, match)
  end
  return { DONE, is_new and 1 or 0, is_caller and 1 or 0, match }
end

-- ---- the guard -------------------------------------------------------------

-- Where everything is free there is nothing to set up.
if charge ~= '' then
  -- A bounded table: an address has its place in one of 4,096 buckets, and in a
  -- full one the address heard of least recently makes way.
  local MAX_BLOCK = 900 * 1000000
  local MAX_IN_BUCKET = 16
  local IPV4 = string.rep('\0', 10) .. '\255\255'

  local is_proven = is('p')

  max_requests = tonumber(max_requests)
  block = tonumber(block)

  function guard.get_network(address)
    if string.sub(address, 1, 12) == IPV4 then
      return address
    end
    return string.sub(address, 1, 8) .. string.rep('\0', 8)
  end

  function guard.get_key(network, proven)
    return prefix .. (proven and 'g:p:' or 'g:u:') .. string.sub(redis.sha1hex(network), 1, 3)
  end

  -- The one heard of last stands last.
  function guard.load(key)
    local text = call('GET', key)
    return text and cmsgpack.unpack(text) or {}
  end

  function guard.get_end(entry)
    return math.max(entry.last + block, entry.blocked_until, entry.doublings_until)
  end

  function guard.save(key, bucket)
    local left = 1000
    for _, entry in ipairs(bucket) do
      left = math.max(left, guard.get_end(entry) - now)
    end
    call('SET', key, cmsgpack.pack(bucket), 'PX', math.ceil(left / 1000))
  end

  function guard.find(bucket, network)
    for i, entry in ipairs(bucket) do
      if entry.network == network then
        return entry, i
      end
    end
  end

  function guard.touch(bucket, network)
    local entry, i = guard.find(bucket, network)
    if entry then
      table.remove(bucket, i)
    else
      entry = { network = network, n = 0, last = now, blocked_until = 0, doublings = 0,
                doublings_until = 0 }
      while bucket[1] and (#bucket >= MAX_IN_BUCKET or guard.get_end(bucket[1]) <= now) do
        table.remove(bucket, 1)
      end
    end
    table.insert(bucket, entry)
    return entry
  end

  function guard.block(entry)
    local length = block
    entry.n = 0
    if is_proven then
      for _ = 1, entry.doublings do
        length = math.min(length * 2, math.max(MAX_BLOCK, block))
      end
      entry.doublings = math.min(entry.doublings + 1, 32)
      entry.doublings_until = now + length + MAX_BLOCK
    end
    entry.blocked_until = now + length
  end

  function guard.admit_entry(entry)
    if now < entry.blocked_until then
      return false
    end
    if now - entry.last >= block then
      entry.n = 0
    end
    if now >= entry.doublings_until then
      entry.doublings = 0
    end
    entry.last = now
    if entry.n < max_requests then
      entry.n = entry.n + 1
      return true
    end
    guard.block(entry)
    return false
  end

  function guard.admit()
    local network = guard.get_network(source)
    local key = guard.get_key(network, is_proven)
    local bucket = guard.load(key)
    local is_admitted = guard.admit_entry(guard.touch(bucket, network))
    guard.save(key, bucket)
    return is_admitted
  end

  function guard.is_exhausted()
    local network = guard.get_network(source)
    local entry = guard.find(guard.load(guard.get_key(network, is_proven)), network)
    return entry ~= nil and now < entry.blocked_until
  end

  function guard.forgive(address)
    local network = guard.get_network(address)
    for _, proven in ipairs({ true, false }) do
      local key = guard.get_key(network, proven)
      local bucket = guard.load(key)
      local entry = guard.find(bucket, network)
      if entry then
        entry.n = 0
        entry.blocked_until = 0
        guard.save(key, bucket)
      end
    end
  end
end

-- ---- requests --------------------------------------------------------------

-- Whether somebody who is no owner may be told so.
function requests.admit_stranger()
  return charge ~= 'strangers' or guard.admit()
end

function requests.register()
  clients.end_lives()
  local c = clients.load(key)
  if c and not clients.can_be_renewed(c) then
    return { TAKEN }
  end
  if not c and call('ZCARD', prefix .. 'lives') >= MAX_CLIENTS then
    return { FULL }
  end
  if not (c and requests.is_retransmission(c.registered_at) and clients.is_the_same(c)) then
    if c then
      clients.remove(c)
    end
    c = clients.add()
  end
  return { DONE, c.token }
end

function requests.note_contact(c)
  local has_moved = c.source ~= source
  local was_ready = c.state == READY
  if has_moved or is_udp or string.sub(c.contact, 1, 1) == 't' then
    c.contact = contact
  end
  c.server = server
  if has_moved then
    ready.remove(c)
    c.source = source
    c.is_local = is_local and 1 or 0
    if was_ready then
      ready.push(c, 0)
    end
  end
end

function requests.note_wanted(c)
  if c.with ~= peer_id then
    ready.remove(c)
    c.with = peer_id
  end
end

function requests.find_wanted(caller)
  if peer_id == '' then
    return ready.find_first(caller.id, caller) or ready.find_first('', caller)
  end
  local wanted = clients.load_exactly(peer_key, peer_id)
  return wanted and wanted.state == READY and clients.accepts(wanted, caller) and wanted or nil
end

function requests.is_wanted(c)
  return peer_id == '' or c.id == peer_id
end

-- Returns who is handed to the caller, and whether that is news.
function requests.claim(caller)
  local earlier = leases.get_held(caller)
  local is_only_renewal = is('o') or (charge == 'strangers' and guard.is_exhausted())
  if earlier and requests.is_wanted(earlier) and (is_only_renewal or requests.is_retransmission(earlier.turn)) then
    return earlier, false
  end

  local wanted = not is_only_renewal and requests.find_wanted(caller) or nil
  if not wanted and earlier and requests.is_wanted(earlier) then
    wanted = earlier
  elseif earlier then
    ready.put_back(earlier)
  end
  if wanted then
    leases.start(wanted, caller)
  end
  return wanted, wanted ~= nil
end

function requests.bridge()
  local caller = clients.load_exactly(key, id)
  if not clients.is_owned(caller) then
    return { requests.admit_stranger() and clients.get_refusal(caller) or REFUSED }
  end

  caller.renewed_at = now
  clients.change(caller)
  if caller.token ~= '' then
    requests.note_contact(caller)
  end
  if caller.state == LEASED then
    return caller.token ~= '' and matches.answer(false, false, caller) or { NOBODY }
  end

  if caller.token ~= '' then
    requests.note_wanted(caller)
  end
  local callee, is_new = requests.claim(caller)
  if callee then
    if is_new and charge == 'strangers' then
      guard.admit()
    end
    return matches.answer(is_new, true, callee)
  end
  if caller.state == READY then
    ready.renew_list(caller)
  else
    ready.push(caller, 0)
  end
  return { NOBODY }
end

function requests.withdraw()
  local c = clients.load_exactly(key, id)
  if not clients.is_owned(c) then
    return { clients.get_refusal(c) }
  end
  ready.remove(c)
  return { DONE }
end

function requests.is_linked(a, b)
  return a.caller_number == b.number or b.caller_number == a.number
end

function requests.meet(caller, callee)
  clients.remove(caller)
  clients.remove(callee)
  if charge ~= '' then
    guard.forgive(caller.source)
    guard.forgive(callee.source)
  end
  return { DONE, caller.source, callee.source }
end

function requests.chat()
  local caller = clients.load_exactly(key, id)
  local callee = clients.load_exactly(peer_key, peer_id)
  local is_caller = clients.is_owned(caller)
  if caller and callee and requests.is_linked(caller, callee) and (is_caller or clients.is_owned(callee)) then
    return requests.meet(caller, callee)
  end

  if is_caller then
    clients.remove(caller)
  end
  local is_admitted = requests.admit_stranger()
  local status = is_caller and UNKNOWN or clients.get_refusal(caller)
  return { is_admitted and status or REFUSED }
end

function requests.quit()
  local c = clients.load_exactly(key, id)
  if clients.is_owned(c) then
    clients.remove(c)
    return { DONE }
  end
  local status = clients.get_refusal(c)
  return { (status == UNKNOWN or requests.admit_stranger()) and status or REFUSED }
end

-- ----------------------------------------------------------------------------

if charge == 'all' and not guard.admit() then
  return { REFUSED }
end
if op == 'count' then
  return { DONE }
end
if op == 'clients' then
  clients.end_lives()
  clients.save()
  return { DONE, call('ZCARD', prefix .. 'lives') }
end
leases.stop_those_over()
local answer = requests[op]()
clients.save()
return answer
