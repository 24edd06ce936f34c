# What the checkers of tests/checks share: TAP from findings.
#
#	none NAME		reads findings, a line each; "ok" when there are none, else "not ok" with them
#	some NAME		the other way round, for a planted fault that a checker must see
#	tap_end			the plan

shopt -s lastpipe # `findings | none NAME` counts in this shell
tap_count=0

tap_result() {
	((++tap_count))
	echo "$1 $tap_count - $2"
	[ "$1" = ok ] || printf '%s\n' "$3" | head -n 50 | sed 's/^/# /'
}

none() {
	local findings
	findings=$(cat)
	if [ -z "$findings" ]; then
		tap_result ok "$1"
	else
		tap_result 'not ok' "$1" "$findings"
	fi
}

some() {
	local findings
	findings=$(cat)
	if [ -n "$findings" ]; then
		tap_result ok "$1"
	else
		tap_result 'not ok' "$1" "nothing was found"
	fi
}

tap_end() {
	echo "1..$tap_count"
}
