# What the black-box tests share: one request, then what is expected of its answer.
#
# A test file starts with `load common` (and has what tests/house.bash has: sql, pids, wait_until …). One house runs for
# all files of this directory (setup_suite.bash); users are cheap, so each test registers its own and depends on none.
#
# Requests
#	api METHOD PATH [BODY] [curl argument…]
#		Sends TOKEN as bearer token when it is set. BODY is JSON text, or @FILE for a file's bytes; it goes out as
#		application/json unless a Content-Type is among the curl arguments. A third argument that starts with "-" is
#		a curl argument, not a body. Sets
#			$status    three digits, 000 when no answer came (then api fails)
#			$body      the answer's body; its exact bytes are in the file $body_file
#			$headers   the answer's header lines; $headers_file
#	TOKEN= api GET /users/me		without a token
#	api GET "/api/thoughts/$id" -H 'If-None-Match: "1"'
#	api POST /api/thoughts '{"text":"x"}' -H 'Idempotency-Key: k1'
#	raw <(printf 'GET / HTTP/1.1\r\n\r\n') [SECONDS]
#		the bytes of a file as they are, over a connection of their own; sets the same variables from the answer
#
# Expectations; a failing one shows the request and the whole answer
#	expect_status 201
#	expect_json '.items | length' 3		jq's output (-r) equals the text
#	expect_json '.version == 2'		jq's output is true
#	expect_problem 404 not_found		a proper RFC 9457 answer with this status and code
#	expect_invalid /text required /tags/0 too_long
#						422 invalid whose errors are exactly these (pointer, code) pairs, in any order
#	expect_error /text required	422 invalid whose errors have this pair once, among others
#	expect_header ETag '"1"'		value, exactly
#	expect_header_like Location '^/api/'	value, extended regular expression
#	expect_no_header Set-Cookie
#	expect_alive PIDS		no process of functions_pids' PIDS has gone
#	equal ACTUAL EXPECTED [what]
#	fail MESSAGE
#
# Reading
#	json '.id'			jq -r on the body
#	header ETag			the value of the first header of that name; fails when there is none
#
# The operator
#	aurora COMMAND…			scripts/aurora, for at most 90 s
#	refused COMMAND…		its output; fails when the command does not
#	has TEXT PART			PART is in TEXT
#
# Users
#	register [email] [password]	a new user; sets TOKEN, REFRESH, USER_ID, EMAIL, PASSWORD
#	register_as NAME [email]	the same, remembered under NAME for this file (also from setup_file)
#	as NAME api …			one call with NAME's TOKEN;  `become NAME` for the rest of the test
#	as NAME variable TOKEN		one of their variables
#	capture TEXT [MEMBERS]		a new thought of theirs, with more members as JSON; sets id
#	uuid7 [milliseconds]		a new id, of now or of that Unix time
#	unique [prefix]			a word that was never used before
#	quote NAME TEXT			NAME becomes the text as a string of JSON
#
# A test never skips and never sleeps: wait_until SECONDS COMMAND… .

# shellcheck source=tests/house.bash
source "$(dirname "${BASH_SOURCE[0]}")/../house.bash"

# Before every command bats notes where the test is, to name the line that failed; to follow each into these helpers takes
# longer than what they do. What fails in a helper is shown at the line of the test that called it.
if tracing=$(declare -f bats_debug_trap); then
	eval "${tracing/\{/\{ [[ \$1 != \"\$HOUSE_ROOT\"/tests/* ]] || return 0;}"
fi

unique() {
	printf '%s%s%08x' "${1:-x}" "${EPOCHREALTIME//[.,]/}" "$SRANDOM"
}

uuid7() {
	local ms=${1:-$((${EPOCHREALTIME/[.,]/} / 1000))} hex
	printf -v hex '%012x' "$ms"
	printf '%s-%s-7%03x-%x%03x-%04x%08x\n' "${hex:0:8}" "${hex:8:4}" $((SRANDOM % 4096)) $((8 + SRANDOM % 4)) \
		$((SRANDOM % 4096)) $((SRANDOM % 65536)) "$SRANDOM"
}

quote() {
	local quoted=$2
	quoted=${quoted//\\/\\\\}
	quoted=${quoted//\"/\\\"}
	quoted=${quoted//$'\n'/\\n}
	quoted=${quoted//$'\t'/\\t}
	quoted=${quoted//$'\r'/\\r}
	printf -v "$1" '"%s"' "$quoted"
}

# Where the last answer is; one directory a test, one a file in setup_file.
api_files() {
	local dir=${BATS_TEST_TMPDIR:-${BATS_FILE_TMPDIR:-${BATS_SUITE_TMPDIR:-/tmp}}}
	body_file=$dir/answer.body
	headers_file=$dir/answer.headers
}

# Reads files into variables as $(<…) does, without a process: NULs and newlines at the end are left out.
api_read() {
	local IFS='' parts
	[[ $request != HEAD\ * ]] || : >"$body_file" # where curl writes the header as well
	mapfile -d '' parts <"$body_file"
	body="${parts[*]}"
	while [[ $body = *$'\n' ]]; do body=${body%$'\n'}; done
	mapfile -d '' parts <"$headers_file"
	headers="${parts[*]}"
	headers=${headers//$'\r'/}
	while [[ $headers = *$'\n' ]]; do headers=${headers%$'\n'}; done
}

# Sets `request`, what is shown of it, and `arguments`, curl's, but for where its answer goes.
api_arguments() {
	local method=$1 path=$2 argument typed=0
	shift 2
	request="$method $path"
	arguments=(-g --path-as-is -m "${API_TIMEOUT:-20}" -H 'Expect:')
	if (($# > 0)) && [ "${1:0:1}" != - ]; then
		if [ "${1:0:1}" = @ ]; then
			arguments+=(--data-binary "$1")
		else
			arguments+=(--data-raw "$1")
		fi
		request+=" ${1:0:400}"
		shift
		for argument in "$@"; do
			case $argument in
			[Cc]ontent-[Tt]ype:*) typed=1 ;;
			esac
		done
		((typed)) || arguments+=(-H 'Content-Type: application/json')
	elif [ "$method" = POST ]; then
		arguments+=(-H 'Content-Length: 0') # curl leaves it out; lighttpd insists
	fi
	for argument in "$@"; do
		request+=" ${argument:0:200}"
	done
	if [ "$method" = HEAD ]; then
		arguments+=(--head)
	else
		arguments+=(-X "$method")
	fi
	[ -n "${TOKEN:-}" ] && arguments+=(-H "Authorization: Bearer $TOKEN")
	arguments+=("$@" "$AURORA_URL$path")
}

api() {
	local failed=0
	local -a arguments
	api_files
	api_arguments "$@"
	: >"$body_file"
	: >"$headers_file"
	status=$(curl -sS -o "$body_file" -D "$headers_file" -w '%{http_code}' "${arguments[@]}" 2>"$body_file.error") || failed=1
	api_read
	if ((failed)); then
		status=${status:-000}
		fail "no proper answer: $(<"$body_file.error")"
		return 1
	fi
}

raw() {
	local source=$1 limit=${2:-10}
	api_files
	request="raw bytes from $source"
	: >"$headers_file"
	: >"$body_file"
	perl -e '
		use IO::Socket::INET;
		my ($port, $limit, $source) = @ARGV;
		open(my $in, "<", $source) or die "$source: $!";
		binmode $in;
		local $/; my $bytes = <$in>;
		$SIG{PIPE} = "IGNORE";
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die "connect: $!";
		binmode $s;
		my $sent = 0;
		while ($sent < length $bytes) {
			my $n = syswrite($s, $bytes, length($bytes) - $sent, $sent);
			last unless defined $n;
			$sent += $n;
		}
		$SIG{ALRM} = sub { exit 0 };
		alarm $limit;
		binmode STDOUT; $| = 1;
		my $got = "";
		while (sysread($s, my $part, 65536)) {
			print $part;
			$got .= $part;
			# The end of an answer that names its length: no need to wait for the connection to close.
			if ($got =~ /\r\n\r\n/ and $got =~ /^content-length:\s*(\d+)/mi) {
				my $need = $1;
				last if length($got) - (index($got, "\r\n\r\n") + 4) >= $need;
			}
		}' "$AURORA_PORT" "$limit" "$source" >"$body_file.raw"
	perl -e '
		my ($raw, $h, $b) = @ARGV;
		open(my $in, "<", $raw) or die; binmode $in; local $/; my $text = <$in>; $text = "" unless defined $text;
		my $at = index($text, "\r\n\r\n");
		my ($head, $body) = $at < 0 ? ($text, "") : (substr($text, 0, $at + 2), substr($text, $at + 4));
		open(my $o, ">", $h); binmode $o; print $o $head; close $o;
		open($o, ">", $b); binmode $o; print $o $body; close $o;' "$body_file.raw" "$headers_file" "$body_file"
	api_read
	status=000
	[[ $headers =~ ^HTTP/[0-9.]+\ ([0-9]{3}) ]] && status=${BASH_REMATCH[1]}
	return 0
}

show_answer() {
	echo "    request: ${request:-none}"
	echo "    status:  ${status:-none}"
	printf '    header:  %s\n' "${headers//$'\n'/$'\n'    header:  }"
	echo "    body:    ${body:0:3000}"
}

fail() {
	{
		echo "$1"
		show_answer
	} >&2
	return 1
}

equal() {
	[ "$1" = "$2" ] || fail "${3:-value} is '$1', expected '$2'"
}

# The program that reads what is asked for most; what it does not know it leaves to jq.
ANSWER=$BUILD/tests/answer
[[ $ANSWER = /* ]] || ANSWER=$HOUSE_ROOT/$ANSWER

json() {
	local pointer question=value
	if [[ $1 =~ ^((\.[a-z_]+|\[[0-9]+\])+)(\ \|\ length)?$ ]]; then
		pointer=${BASH_REMATCH[1]//[.[]/\/}
		[ -z "${BASH_REMATCH[3]}" ] || question=length
		"$ANSWER" "$question" "${pointer//]/}" <<<"$body" && return
	fi
	jq -r "$1" <<<"$body"
}

# Sets `value` to that of the first header of a name; fails when there is none.
find_header() {
	local line=$'\n' found=1
	value=""
	shopt -s nocasematch
	if [[ $line$headers$line =~ $line$1:[[:blank:]]*([^$line]*) ]]; then
		value=${BASH_REMATCH[1]}
		found=0
	fi
	shopt -u nocasematch
	return $found
}

header() {
	local value
	find_header "$1" && printf '%s\n' "$value"
}

expect_status() {
	[ "$status" = "$1" ] || fail "status $status, expected $1"
}

expect_json() {
	local got
	got=$(json "$1" 2>&1) || {
		fail "jq '$1': $got"
		return 1
	}
	if (($# < 2)); then
		[ "$got" = true ] || fail "$1 is '$got', expected true"
	else
		[ "$got" = "$2" ] || fail "$1 is '$got', expected '$2'"
	fi
}

expect_header() {
	local value
	find_header "$1" || {
		fail "no header $1"
		return 1
	}
	[ "$value" = "$2" ] || fail "$1 is '$value', expected '$2'"
}

expect_header_like() {
	local value
	find_header "$1" || {
		fail "no header $1"
		return 1
	}
	[[ $value =~ $2 ]] || fail "$1 is '$value', expected to match '$2'"
}

expect_no_header() {
	local value
	! find_header "$1" || fail "header $1 is there: '$value'"
}

expect_problem() {
	expect_status "$1" || return 1
	expect_header_like Content-Type '^application/problem\+json' || return 1
	local got value
	find_header X-Request-Id || true
	got=$("$ANSWER" problem <<<"$body") ||
		got=$(jq -r '"\(.code) \(.status) \((.type | type) == "string" and (.title | type == "string" and length > 0)) \(.request_id)"' \
			<<<"$body" 2>&1) || true
	equal "$got" "$2 $1 true $value" "problem's code, status, proper type and title, and request_id (as X-Request-Id)" || return 1
	if [[ $body =~ SQLSTATE|[Ss]yntax\ error\ at|violates|relation\ \"|SELECT\ |INSERT\ INTO|\.c:[0-9]+ ]]; then
		fail "the answer shows its insides: '${BASH_REMATCH[0]}'"
	fi
}

# The errors of a problem as "POINTER CODE", a line each; fails unless each has a detail.
errors() {
	"$ANSWER" errors <<<"$body" || jq -r 'if all(.errors[]; .detail | type == "string" and length > 0)
		then .errors[] | .pointer + " " + .code else error("an error without a detail") end' <<<"$body"
}

expect_invalid() {
	local want="" got
	expect_problem 422 invalid || return 1
	while (($# > 1)); do
		want+="$1 $2"$'\n'
		shift 2
	done
	got=$(errors 2>&1) || fail "$got" || return 1
	equal "$(sort <<<"$got")" "$(printf '%s' "$want" | sort)" "list of (pointer, code)"
}

expect_error() {
	local got
	expect_problem 422 invalid || return 1
	got=$(errors 2>&1) || fail "$got" || return 1
	equal "$(grep -cxF -- "$1 $2" <<<"$got")" 1 "number of errors '$1 $2'"
}

expect_alive() {
	equal "$(comm -23 <(tr ' ' '\n' <<<"$1" | sort) <(functions_pids | tr ' ' '\n' | sort) | xargs)" "" "processes that have gone"
}

aurora() {
	timeout 90 "$HOUSE_ROOT/scripts/aurora" "$@" 3>&- </dev/null
}

# The output of a command that has to fail.
refused() {
	local out
	if out=$("$@" 2>&1); then
		echo "it should have failed: $*: $out" >&2
		return 1
	fi
	printf '%s\n' "$out"
}

has() {
	[[ $1 == *"$2"* ]] || {
		echo "'$2' is not in: $1" >&2
		return 1
	}
}

register() {
	EMAIL=${1:-$(unique u)@example.test}
	PASSWORD=${2:-correct horse battery staple}
	local email password
	quote email "$EMAIL"
	quote password "$PASSWORD"
	TOKEN='' api POST /auth/register "{\"email\":$email,\"password\":$password}" || return 1
	expect_status 201 || return 1
	{ read -r TOKEN && read -r REFRESH && read -r USER_ID; } < <("$ANSWER" value /access_token /refresh_token /user/id <<<"$body") ||
		fail "register answers without tokens" || return 1
	[[ " $TOKEN $REFRESH $USER_ID " != *" null "* ]] || fail "register answers with null for a token"
}

# shellcheck disable=SC2034 # id is for the caller
capture() {
	local text more=${2:-}
	more=${more#\{}
	quote text "$1"
	api POST /api/thoughts "{\"text\":$text${more:+,${more%\}}}}" || return 1
	expect_status 201 || return 1
	id=$(json .id)
}

register_as() {
	local name=$1 dir=${BATS_FILE_TMPDIR:?}/users
	shift
	register "$@" || return 1
	mkdir -p "$dir"
	printf '%q ' "$TOKEN" "$REFRESH" "$USER_ID" "$EMAIL" "$PASSWORD" >"$dir/$name"
}

become() {
	local -a words
	eval "words=($(<"${BATS_FILE_TMPDIR:?}/users/$1"))" || fail "nobody is registered as $1"
	TOKEN=${words[0]} REFRESH=${words[1]} USER_ID=${words[2]} EMAIL=${words[3]} PASSWORD=${words[4]}
}

as() {
	local TOKEN=${TOKEN:-} REFRESH=${REFRESH:-} USER_ID=${USER_ID:-} EMAIL=${EMAIL:-} PASSWORD=${PASSWORD:-}
	become "$1" || return 1
	shift
	"$@"
}

variable() {
	echo "${!1}"
}

overtaker_waits() {
	[ "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $$ AND granted")" = 1 ]
}

# overtaken SQL api-arguments…: the request comes while a transaction that did SQL is open, which commits when the request
# waits for it.
overtaken() {
	local change=$1 pid
	shift
	sql "BEGIN; $change; SELECT pg_advisory_xact_lock($$); DO \$\$ BEGIN
		FOR i IN 1 .. 500 LOOP
			IF EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))) THEN
				RETURN;
			END IF;
			PERFORM pg_sleep(0.01);
		END LOOP;
		RAISE 'nothing waits';
	END \$\$; COMMIT" >/dev/null 3>&- &
	pid=$!
	wait_until 10 overtaker_waits
	api "$@"
	wait "$pid"
}
