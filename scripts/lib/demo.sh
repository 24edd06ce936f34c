# shellcheck shell=bash disable=SC2034,SC2154 # the parts of scripts/aurora share their variables
# demo.sh: what `make up` ends with: three calls and their real answers.

# Show a call as one would type it, make it, show the answer. Sets answer and status.
demo_call() {
	local what=$1 method=$2 path=$3 body=${4:-} shown
	local url=http://127.0.0.1:$param_port$path
	local -a words=(-s -m 30 -w '\n%{http_code}')
	echo
	echo "# $what"
	shown="curl"
	if [ -n "$token" ]; then
		words+=(-H "Authorization: Bearer $token")
		# shellcheck disable=SC2016 # it is shown, not expanded
		shown+=' -H "Authorization: Bearer $TOKEN"'
	fi
	if [ "$method" = POST ]; then
		words+=(--json "$body")
		shown+=" --json '$(sed -E 's/("password":")[^"]*/\1…/' <<<"$body")'"
	fi
	echo "$ $shown '$url'"
	answer=$(curl "${words[@]}" "$url") || die "the demonstration's call to $path was not answered"
	status=${answer##*$'\n'}
	answer=${answer%$'\n'*}
	echo "$status"
	jq 'if type == "object" then with_entries(if .key | endswith("_token") then .value |= .[:24] + "…" else . end) else . end' \
		<<<"$answer" || echo "$answer"
	[[ $status == 2?? ]]
}

# A UUIDv7 (RFC 9562).
demo_id() {
	local time random
	printf -v time %012x $((${EPOCHREALTIME/[.,]/} / 1000))
	random=$(openssl rand -hex 9)
	echo "${time:0:8}-${time:8:4}-7${random:0:3}-8${random:3:3}-${random:6:12}"
}

# The demo user and the thought's id are kept, so that another demonstration logs in and finds the same thought.
demo_run() {
	local token='' answer='' status='' email='' password='' id='' file=$home/run/demo try
	read -r email password id < <(house_read "$file") || true
	if [ -z "$id" ] ||
		! demo_call "Log in the demo user" POST /auth/login "{\"email\":\"$email\",\"password\":\"$password\"}"; then
		email=demo-$(openssl rand -hex 4)@example.org
		password=$(openssl rand -hex 12)
		id=$(demo_id)
		demo_call "Make an account" POST /auth/register \
			"{\"email\":\"$email\",\"password\":\"$password\",\"name\":\"Demo\"}" || die "no account was made: $status"
		install_text "$file" 600 <<<"$email $password $id" || true
	fi
	token=$(jq -r .access_token <<<"$answer")
	demo_call "Capture a thought" POST /api/thoughts \
		"{\"id\":\"$id\",\"text\":\"The northern lights over the harbour were green and violet #aurora #night/sky\"}" ||
		die "no thought was captured: $status; remove $file to begin with a new demo user"
	demo_call "Find it" GET '/api/search?q=harbour+lights' || die "the search was not answered properly: $status"
	for try in 1 2 3 4 5 6 7 8 9 10; do
		if jq -e --arg id "$id" 'any(.items[]; .id == $id)' <<<"$answer" >/dev/null; then return; fi
		sleep 0.5
		answer=$(curl -s -m 30 -H "Authorization: Bearer $token" \
			"http://127.0.0.1:$param_port/api/search?q=harbour+lights") || true
	done
	die "the thought was not found by search in $try tries; see $(own_name) status, or remove $file to begin anew"
}
