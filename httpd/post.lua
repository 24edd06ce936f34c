-- lighttpd answers a POST without Content-Length with 411. RFC 9112, 6.3, says that it has no body, and curl -X POST sends
-- it so: this hands it on to the function that its path names. The function learns of it by REDIRECT_STATUS.
local r = lighty.r
if r.req_env["REDIRECT_STATUS"] == "411" then
	r.req_attr["uri.path"] = r.req_attr["request.orig-uri"]:match("^[^?#]*")
end
return 0
