-- wrk: requests prepared once from a file of "token user id…" lines, then sent in turn.
-- Arguments after --: target (aurora|peer|floor), operation (one|list|create), file.

local prepared, at = {}, 0

local function add(method, path, token, body)
   local headers = {["Authorization"] = "Bearer " .. token}
   if body then headers["Content-Type"] = "application/json" end
   prepared[#prepared + 1] = wrk.format(method, path, headers, body)
end

function init(args)
   local target, operation, file = args[1], args[2], args[3]
   local text = '{"text":"A thought to be kept: the second floor of the house gets its light from the north, so the ' ..
                'desk should stand there, and the books opposite it."}'
   math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 2147483647)
   for line in io.lines(file) do
      local words = {}
      for word in line:gmatch("%S+") do words[#words + 1] = word end
      local token, user = words[1], words[2]
      for i = 3, operation == "one" and #words or 3 do
         if target == "floor" then
            add(operation == "create" and "POST" or "GET",
                "/floor?op=" .. operation .. "&user=" .. user .. "&id=" .. words[i], token,
                operation == "create" and text or nil)
         elseif operation == "one" then add("GET", "/api/thoughts/" .. words[i], token)
         elseif operation == "list" then add("GET", "/api/thoughts?limit=50", token)
         else add("POST", "/api/thoughts", token, text) end
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
