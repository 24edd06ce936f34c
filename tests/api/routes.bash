# Every route there is, from the programs' own --describe, for tests that must hold for all of them.
#
#	functions		the names of all functions, one a line
#	routes JQ		"METHOD PATH" lines of the routes for which the jq expression holds
#	route_field METHOD PATH JQ	jq -r of one route's description
#	fill PATH [VALUE]	PATH with every :parameter replaced: by VALUE, else an id that nothing has
#	minimal_body METHOD PATH	the smallest body that the route's fields accept, by its description
#	methods_of PATH		every method that a concrete path takes, sorted, one a line

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

# Once a file: setup_file calls this, tests read the file.
describe_keep() {
	describe_all >"${BATS_FILE_TMPDIR:?}/describe.json"
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
	local value=${2:-$(uuid7)} part out=""
	local -a parts
	IFS=/ read -ra parts <<<"${1#/}"
	for part in "${parts[@]}"; do
		[ "${part:0:1}" = : ] && part=$value
		out+=/$part
	done
	echo "$out"
}

# shellcheck disable=SC2016 # the dollar signs are jq's
minimal_body() {
	route_field "$1" "$2" '
		def value: if .choices then (.choices | split("|")[0])
			elif .type == "integer" then (.min // 1)
			elif .type == "boolean" then true
			elif .type == "array" then ["x"]
			elif .format == "uuid" then "018f0000-0000-7000-8000-000000000000"
			elif .format == "date-time" then "2026-01-02T03:04:05Z"
			elif .format == "date" then "2026-01-02"
			elif .format == "email" then "somebody@example.test"
			else "x" * ([8, (.min // 1)] | max) end;
		(.needs | index("merge") != null) as $merge
		| [(.fields // [])[] | select((.read_only or .create_only) | not)]
		| if $merge then .[0:1] else map(select(.required)) end
		| map({(.name): value}) | add // {} | tojson'
}

methods_of() {
	local method pattern
	while read -r method pattern; do
		pattern=$(sed -E 's,:[a-z_]+,[^/]+,g; s,\.,\\.,g' <<<"$pattern")
		[[ $1 =~ ^$pattern$ ]] && echo "$method"
	done < <(routes true) | sort -u
}
