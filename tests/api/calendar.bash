# Events and calendars for tests of them, after `load common`.
# shellcheck disable=SC2034,SC2154 # what is set is for the caller; api sets status and body

# event [MEMBERS]: a new event, with these members (jq's, of an object) besides a title; sets id.
event() {
	api POST /api/events "$(jq -nc "{title: \"x\", start: {date: \"2026-03-02\"}} + {${1:-}}")"
	expect_status 201
	id=$(json .id)
}

# series START RULE [MEMBERS]: a new event that recurs. START is a local time: floating, or of a zone behind "@"; a date.
series() {
	event "start: $(when "$1"), recurrence: {rrule: \"$2\"}${3:+, $3}"
}

# when "2026-03-29T09:00@Europe/Berlin": a time as JSON.
when() {
	case $1 in
	*@*) printf '{"local":"%s","time_zone":"%s"}' "${1%@*}" "${1#*@}" ;;
	*T*) printf '{"local":"%s"}' "$1" ;;
	*) printf '{"date":"%s"}' "$1" ;;
	esac
}

# calendar START END [ZONE [QUERY]]: the calendar in `body`.
calendar() {
	api GET "/api/calendar?start=$1&end=$2&tz=${3:-UTC}${4:+&$4}"
	expect_status 200
}

# shown START END [ZONE [JQ]]: of the calendar's items what jq says, on one line.
shown() {
	calendar "$1" "$2" "${3:-UTC}"
	jq -r "[.items[] | ${4:-.start}] | join(\" \")" <<<"$body"
}
