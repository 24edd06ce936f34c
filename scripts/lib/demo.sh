# shellcheck shell=bash
# demo.sh: what `make up` ends with: three calls and their real answers.

# Show a call as one would type it, make it, show the answer. Sets answer.
demo_call() {
	local what=$1 method=$2 path=$3 body=${4:-} status shown
	local url=http://127.0.0.1:$param_port$path
	local -a words=(-s -m 30 -w '\n%{http_code}')
	echo
	echo "# $what"
	shown="curl"
	if [ -n "$token" ]; then
		words+=(-H "Authorization: Bearer $token")
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
	jq 'walk(if type == "string" and length > 60 and (contains(" ") | not) then .[:24] + "…" else . end)' <<<"$answer" ||
		echo "$answer"
	case $status in
	2??) ;;
	*) die "the demonstration's call to $path was answered with $status" ;;
	esac
}

demo_run() {
	local token='' answer='' email password file=$home/run/demo try
	if [ -s "$file" ]; then
		read -r email password <"$file"
		demo_call "Log in the demo user" POST /auth/login "{\"email\":\"$email\",\"password\":\"$password\"}"
	else
		email=demo-$(openssl rand -hex 4)@example.org
		password=$(openssl rand -hex 12)
		demo_call "Make an account" POST /auth/register \
			"{\"email\":\"$email\",\"password\":\"$password\",\"name\":\"Demo\"}"
		(umask 077 && echo "$email $password" >"$file")
	fi
	token=$(jq -r .access_token <<<"$answer")
	demo_call "Capture a thought" POST /api/thoughts \
		'{"text":"The northern lights over the harbour were green and violet #aurora #night/sky"}'
	demo_call "Find it" GET '/api/search?q=harbour+lights'
	for try in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(jq '.items | length' <<<"$answer")" = 0 ] || return 0
		sleep 0.5
		answer=$(curl -s -m 30 -H "Authorization: Bearer $token" \
			"http://127.0.0.1:$param_port/api/search?q=harbour+lights") || true
	done
	die "the thought was not found by search after $try tries; see $(own_name) status"
}
