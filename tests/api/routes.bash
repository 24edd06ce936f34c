# shellcheck disable=SC2154 # api sets status
# Every route there is, from the programs' own --describe, for tests that must hold for all of them.
#
#	later CHECK METHOD PATH [BODY] [curl argument…]
#				the request that api would send, but many by one curl, in their order, which takes longer to start
#				than to ask; CHECK is a command, run for the answer with what api sets
#	answers			sends those that wait; fails when there was none since the last time
#	all_sent		for a teardown: fails when a test has left out `answers`
#	functions		the names of all functions, one a line
#	routes JQ		"METHOD PATH" lines of the routes for which the jq expression holds
#	route_field METHOD PATH JQ	jq -r of one route's description
#	among "METHOD PATH" LINES	it is one of the lines that `routes` has printed
#	takes METHOD PATH		what a call of the route takes along: nothing, fields, or a file
#	fill PATH [VALUE]	PATH with every :parameter replaced: by VALUE, else an id that nothing has
#	minimal_body METHOD PATH	the smallest body that the route's fields accept, by its description
#	target_of METHOD PATH	sets target to PATH with something of Ana's (register_as ana) for each :parameter, made for it
#	methods_of PATH		every method that a concrete path takes, sorted, one a line

later() {
	local check=$1 n=${#later_checks[@]}
	local -a arguments
	shift
	api_files
	api_arguments "$@"
	: >"$body_file.$n"
	: >"$headers_file.$n"
	later_checks+=("$check")
	later_requests+=("$request")
	later_arguments+=(-sS -w '%{http_code} %{exitcode} %{errormsg}\n' -o "$body_file.$n" -D "$headers_file.$n" "${arguments[@]}" --next)
	((${#later_checks[@]} < 100)) || later_send
}

later_send() {
	local n code message
	local -a checks=("${later_checks[@]}") requests=("${later_requests[@]}") arguments=("${later_arguments[@]}") results
	later_checks=() later_requests=() later_arguments=()
	((${#checks[@]})) || return 0
	later_sent=1
	unset 'arguments[-1]'
	mapfile -t results < <(curl "${arguments[@]}" 2>/dev/null)
	for n in "${!checks[@]}"; do
		api_files
		body_file+=.$n headers_file+=.$n
		request=${requests[n]}
		read -r status code message <<<"${results[n]:-000 none}"
		api_read
		[ "$code" = 0 ] || fail "no proper answer: $message" || return 1
		eval "${checks[n]}" # alone, for only so does each command of a check end the test
	done
}

answers() {
	later_send
	[ -n "${later_sent:-}" ] || fail "there was nothing to ask"
	later_sent=""
}

all_sent() {
	[ -z "${BATS_TEST_COMPLETED:-}" ] || equal "${#later_checks[@]}" 0 "number of requests that were not sent"
}

teardown() {
	all_sent
}

functions() {
	sed -n 's/^FUNCTIONS *= *//p' "$HOUSE_ROOT/Makefile" | tr ' ' '\n'
}

describe_all() {
	local bin=${BUILD:-build/release}/bin f
	[ "${bin:0:1}" = / ] || bin=$HOUSE_ROOT/$bin
	while read -r f; do
		"$bin/$f" --describe || return 1
	done < <(functions)
}

# Once a file: setup_file calls this, tests read the files.
describe_keep() {
	describe_all >"${BATS_FILE_TMPDIR:?}/describe.json"
	taken_along >"$BATS_FILE_TMPDIR/taken"
	# "RANK METHOD PATTERN" of the paths that it is for; the rank has a 1 for each literal segment, a 0 for each parameter
	jq -r '.routes[] | (.path | split("/")[1:] | map(if startswith(":") then "0" else "1" end) | add)
		+ " " + .method + " ^" + (.path | gsub("\\."; "\\.") | gsub(":[A-Za-z_]+"; "[^/]+")) + "$"' \
		"$BATS_FILE_TMPDIR/describe.json" >"$BATS_FILE_TMPDIR/patterns"
}

routes() {
	local found
	found=$(jq -r ".routes[] | select($1) | .method + \" \" + .path" "$BATS_FILE_TMPDIR/describe.json") || return 1
	[ -n "$found" ] || fail "no route matches $1" || return 1
	printf '%s\n' "$found"
}

route_field() {
	jq -r --arg m "$1" --arg p "$2" ".routes[] | select(.method == \$m and .path == \$p) | $3" "$BATS_FILE_TMPDIR/describe.json"
}

fill() {
	local value=${2:-} part out=""
	local -a parts
	[[ -n $value || $1 != *:* ]] || value=$(uuid7)
	IFS=/ read -ra parts <<<"${1#/}"
	for part in "${parts[@]}"; do
		[ "${part:0:1}" = : ] && part=$value
		out+=/$part
	done
	echo "$out"
}

minimal_body() {
	# What the fields alone do not say.
	case "$1 $2" in
	"POST /api/journals/:id/entries" | "PUT /api/journals/:id/entries/:entryId") echo '{"content":"x"}' ;;
	"POST /api/journals/:id/share") echo '{"link":{}}' ;;
	"POST /api/events" | "PUT /api/events/:id") echo '{"title":"x","start":{"date":"2026-03-29"}}' ;;
	"POST /api/tasks/:id/snooze") echo '{"mode":"reminder","until":"2199-01-01T00:00:00Z"}' ;;
	"POST /api/tasks/:id/move") printf '{"after":"%s"}' "${other:-$(uuid7)}" ;;
	*" /api/tasks/categories"*) printf '{"name":"%s"}' "$(unique category)" ;;
	"POST /api/tasks/bulk") printf '{"action":"complete","ids":["%s"]}' "$(uuid7)" ;;
	*) body_of_fields "$1" "$2" ;;
	esac
}

# For every route "METHOD PATH", what it takes along, and the smallest body of its fields, between tabs.
# shellcheck disable=SC2016 # the dollar signs are jq's
taken_along() {
	jq -r '
		def value: if .choices then (.choices | split("|")[0])
			elif .type == "integer" then (.min // 1)
			elif .type == "boolean" then true
			elif .type == "array" then ["x"]
			elif .format == "uuid" then "018f0000-0000-7000-8000-000000000000"
			elif .format == "date-time" then "2026-01-02T03:04:05Z"
			elif .format == "date" then "2026-01-02"
			elif .format == "email" then "somebody@example.test"
			else "x" * ([8, (.min // 1)] | max) end;
		def smallest: (.needs | index("merge") != null) as $merge
			| [(.fields // [])[] | select((.read_only or .create_only) | not)]
			| if $merge then .[0:1] else map(select(.required)) end
			| map({(.name): value}) | add // {} | tojson;
		.routes[] | .method + " " + .path + "\t"
			+ (if .fields then "fields" elif .needs | index("body_file") then "file" else "nothing" end) + "\t" + smallest' \
		"$BATS_FILE_TMPDIR/describe.json"
}

# Sets `taken` and `fields` to what taken_along says of a route.
find_taken() {
	local route
	while IFS=$'\t' read -r route taken fields; do
		[ "$route" != "$1 $2" ] || return 0
	done <"$BATS_FILE_TMPDIR/taken"
	fail "there is no route $1 $2"
}

body_of_fields() {
	local taken fields
	find_taken "$1" "$2" && echo "$fields"
}

takes() {
	local taken fields
	find_taken "$1" "$2" && echo "$taken"
}

among() {
	[[ $'\n'$2$'\n' = *$'\n'"$1"$'\n'* ]]
}

# Only what fits best counts.
methods_of() {
	local rank method pattern
	while read -r rank method pattern; do
		[[ ! $1 =~ $pattern ]] || echo "$rank $method"
	done <"$BATS_FILE_TMPDIR/patterns" | sort -ru | awk 'NR == 1 { best = $1 } $1 == best { print $2 }' | sort
}

# The word that is in everything of Ana's.
marker=zebrafinch

# For what is in a journal of hers, which has everything that a path may name.
journal_target_of() {
	local journal entry share
	as ana api POST /api/journals "{\"name\":\"$marker\"}"
	journal=$(json .id)
	as ana api POST "/api/journals/$journal/entries" "{\"content\":\"$marker wrote\"}"
	entry=$(json .id)
	as ana api PATCH "/api/journals/$journal/entries/$entry" "{\"content\":\"$marker wrote again\"}"
	as ana api POST "/api/journals/$journal/share" "{\"email\":\"$marker$RANDOM@example.test\"}"
	share=$(json .id)
	case $2 in
	*/:entryId/restore) as ana api DELETE "/api/journals/$journal/entries/$entry" ;;
	/api/journals/:id/restore) as ana api DELETE "/api/journals/$journal" ;;
	esac
	target=$2
	target=${target/:id/$journal}
	target=${target/:entryId/$entry}
	target=${target/:shareId/$share}
	target=${target/:n/1}
}

# What an event needs and a task does not.
starting() {
	[[ $1 != /api/events/* ]] || echo ',"start":{"date":"2026-03-29"}'
}

# Another task of hers, to be moved behind: sets `other`.
other_task() {
	as ana api POST /api/tasks "{\"title\":\"$marker beside\"}"
	other=$(json .id)
}

# Something of Ana's for each parameter of a route: sets `target`.
target_of() {
	local route="$1 $2"
	case $route in
	*" /api/thoughts/:id" | *" /api/thoughts/:id/tags")
		as ana api POST /api/thoughts "{\"text\":\"$marker on a branch #${marker}tag\"}"
		target=$(fill "$2" "$(json .id)")
		;;
	*" /api/thoughts/:id/tags/:tag")
		as ana api POST /api/thoughts "{\"text\":\"$marker with a tag\",\"tags\":[\"${marker}tag\"]}"
		target=/api/thoughts/$(json .id)/tags/${marker}tag
		;;
	*" /api/thoughts/:id/restore")
		as ana api POST /api/thoughts "{\"text\":\"$marker in the trash\"}"
		target=/api/thoughts/$(json .id)
		as ana api DELETE "$target"
		expect_status 204
		target+=/restore
		;;
	*" /api/thoughts/tags/:tag")
		as ana api POST /api/thoughts "{\"text\":\"$marker to rename\",\"tags\":[\"${marker}other\"]}"
		target=/api/thoughts/tags/${marker}other
		;;
	*" /api/journals/templates/:id")
		as ana api POST /api/journals/templates "{\"name\":\"$marker\",\"content\":\"$marker\"}"
		target=/api/journals/templates/$(json .id)
		;;
	*" /api/journals/attachments/:id")
		journal_target_of "$1" /api/journals/:id/entries/:entryId/attachments
		as ana api POST "$target?filename=$marker.txt" "$marker" -H 'Content-Type: text/plain'
		target=/api/journals/attachments/$(json .id)
		;;
	*" /api/journals/:id/entries/:entryId/attachments")
		journal_target_of "$1" "$2"
		target+="?filename=$marker.txt"
		;;
	*" /api/journals/shared/:token"*)
		journal_target_of "$1" /api/journals/:id/share
		as ana api POST "$target" '{"link":{}}'
		target=${2/:token/$(json .token)}
		;;
	*" /api/journals/"*)
		journal_target_of "$1" "$2"
		;;
	*" /api/tasks/categories/:id" | *" /api/calendar/feeds/:id"*)
		as ana api POST "${2%%/:id*}" "{\"name\":\"$marker$RANDOM\"}"
		target=${2/:id/$(json .id)}
		;;
	*" /api/tasks/:id"* | *" /api/events/:id"*)
		as ana api POST "${2%%/:id*}" "{\"title\":\"$marker planned\",\"tags\":[\"${marker}tag\"]$(starting "$2")}"
		target=${2/:id/$(json .id)}
		case $2 in
		*/restore) as ana api DELETE "${target%/restore}" ;;
		*/move) other_task ;;
		esac
		;;
	*" /api/calendar/feed/:token")
		as ana api POST /api/calendar/feeds "{\"name\":\"$marker\"}"
		target=/api/calendar/feed/$(json .token).ics
		;;
	*" /users/me/sessions/:id")
		as ana api POST /auth/login "{\"email\":\"$(as ana variable EMAIL)\",\"password\":\"$(as ana variable PASSWORD)\"}"
		expect_status 200
		as ana api GET '/users/me/sessions'
		target=/users/me/sessions/$(json '[.items[] | select(.current | not)][0].id')
		;;
	*" /users/me/tokens/:id")
		as ana api POST /users/me/tokens "{\"name\":\"$marker\",\"scopes\":[\"thoughts:read\"]}"
		target=/users/me/tokens/$(json .id)
		;;
	*)
		fail "how does one make what $route is about? Say it in tests/api/routes.bash"
		return 1
		;;
	esac
	[[ $status = 2* && $target != *null* ]] || fail "Ana cannot make what $route is about"
}
