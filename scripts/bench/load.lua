-- wrk: requests prepared once from a file of lines, then sent in turn.
-- Arguments after --: target (aurora|peer|floor), subject (thoughts|journals|planning), operation, file.
-- A line is "token user id…", and for journals "token user session journal id…".

local prepared, at = {}, 0
local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

local function formatted(method, path, token, body)
   local headers = {["Authorization"] = "Bearer " .. token}
   if body then headers["Content-Type"] = "application/json" end
   return wrk.format(method, path, headers, body)
end

local sentence = "the second floor of the house gets its light from the north, so the desk should stand there, and the " ..
                 "books opposite it. "

-- What an operation is: which of a line's ids it takes (all, or just the first) and the request that it makes of one.
local operations = {
   thoughts = {
      one = {all = true, aurora = function(w, id) return "GET", "/api/thoughts/" .. id end},
      list = {aurora = function() return "GET", "/api/thoughts?limit=50" end},
      create = {aurora = function()
         return "POST", "/api/thoughts", '{"text":"A thought to be kept: ' .. sentence .. '"}'
      end},
   },
   journals = {
      one = {all = true, aurora = function(w, id) return "GET", "/api/journals/" .. w[4] .. "/entries/" .. id end},
      list = {aurora = function(w) return "GET", "/api/journals/" .. w[4] .. "/entries?limit=50" end},
      -- Each from another session than most, so that what is overwritten is kept as a version.
      save = {all = true, aurora = function(w, id)
         return "PATCH", "/api/journals/" .. w[4] .. "/entries/" .. id,
                '{"content":"' .. w[3] .. " writes: " .. sentence:rep(5) .. '"}'
      end},
   },
}

-- A task is done in one turn through the ids of some lines, and to be done again in the next: each request finds something to
-- write, whoever ran before, but for the few among which that one ended. Threads have lines of their own.
operations.planning = {
   one = {all = true, aurora = function(w, id) return "GET", "/api/tasks/" .. id end},
   list = {aurora = function() return "GET", "/api/tasks?status=open&sort=due&limit=50" end},
   create = {aurora = function()
      return "POST", "/api/tasks", '{"title":"A task to be done","notes":"' .. sentence ..
             '","priority":"medium","due":{"local":"2027-03-29T09:00","time_zone":"Europe/Berlin"}}'
   end},
   complete = {all = true, turns = true, aurora = function(w, id, turn)
      return "PATCH", "/api/tasks/" .. id .. "/complete", turn == 1 and '{"completed":true}' or '{"completed":false}'
   end},
}

local function floor(subject, operation, w, id, method, body)
   local path = "/floor-" .. subject .. "?op=" .. operation .. "&user=" .. w[2] .. "&id=" .. id
   if subject == "journals" then path = path .. "&session=" .. w[3] .. "&journal=" .. w[4] end
   return method == "GET" and "GET" or "POST", path, body
end

-- The requests of one turn through all ids, in an order of their own.
local function prepare(lines, target, subject, operation, turn)
   local what, first, turned = operations[subject][operation], subject == "journals" and 5 or 3, {}
   for _, words in ipairs(lines) do
      for i = first, what.all and #words or first do
         local method, path, body = what.aurora(words, words[i], turn)
         if target == "floor" then method, path, body = floor(subject, operation, words, words[i], method, body) end
         turned[#turned + 1] = formatted(method, path, words[1], body)
      end
   end
   for i = #turned, 2, -1 do
      local j = math.random(i)
      turned[i], turned[j] = turned[j], turned[i]
   end
   for i = 1, #turned do prepared[#prepared + 1] = turned[i] end
end

function init(args)
   local target, subject, operation, file = args[1], args[2], args[3], args[4]
   local turns = operations[subject][operation].turns and 2 or 1
   local lines, n = {}, 0
   math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 2147483647)
   for line in io.lines(file) do
      local words = {}
      for word in line:gmatch("%S+") do words[#words + 1] = word end
      if turns == 1 or n % 2 == number then lines[#lines + 1] = words end
      n = n + 1
   end
   local some = turns == 1 and #lines or 8
   for i = 1, #lines, some do
      for turn = 1, turns do prepare({unpack(lines, i, math.min(i + some - 1, #lines))}, target, subject, operation, turn) end
   end
end

function request()
   at = at % #prepared + 1
   return prepared[at]
end

function done(summary, latency)
   local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write +
               summary.errors.timeout
   io.write(string.format("RESULT %.1f %d %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(99), bad))
end
