-- wrk: requests prepared once from a file of lines, then sent in turn.
-- Arguments after --: target (aurora|peer|floor), subject (thoughts|journals), operation, file.
-- A line is "token user id…", and for journals "token user session journal id…".

local prepared, at = {}, 0

local function add(method, path, token, body)
   local headers = {["Authorization"] = "Bearer " .. token}
   if body then headers["Content-Type"] = "application/json" end
   prepared[#prepared + 1] = wrk.format(method, path, headers, body)
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

local function floor(subject, operation, w, id, method, body)
   local path = "/floor-" .. subject .. "?op=" .. operation .. "&user=" .. w[2] .. "&id=" .. id
   if subject == "journals" then path = path .. "&session=" .. w[3] .. "&journal=" .. w[4] end
   return method == "GET" and "GET" or "POST", path, body
end

function init(args)
   local target, subject, operation, file = args[1], args[2], args[3], args[4]
   local first = subject == "journals" and 5 or 3
   local what = operations[subject][operation]
   math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 2147483647)
   for line in io.lines(file) do
      local words = {}
      for word in line:gmatch("%S+") do words[#words + 1] = word end
      for i = first, what.all and #words or first do
         local method, path, body = what.aurora(words, words[i])
         if target == "floor" then method, path, body = floor(subject, operation, words, words[i], method, body) end
         add(method, path, words[1], body)
      end
   end
   for i = #prepared, 2, -1 do
      local j = math.random(i)
      prepared[i], prepared[j] = prepared[j], prepared[i]
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
