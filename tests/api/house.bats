#!/usr/bin/env bats
# The house itself: scripts/aurora up and down, what they leave, and the web servers that serve it. These tests have houses
# of their own, beside the one that the other files share.

load common

setup_file() {
	HOUSES=$(mktemp -d "${HOUSE_TEST_DIR:-/tmp}/aurora-house.XXXXXX")
	chmod 755 "$HOUSES"
	export HOUSES
	PORT_A=$(house_port)
	PORT_B=$(house_port)
	export PORT_A PORT_B
	export AURORA_HOME=$HOUSES/a AURORA_PORT=$PORT_A AURORA_CRON=off
	aurora up >"$HOUSES/up.log" 2>&1 || {
		cat "$HOUSES/up.log" >&2
		return 1
	}
}

teardown_file() {
	local home
	for home in "$HOUSES"/*/; do
		AURORA_HOME=${home%/} aurora down >/dev/null 2>&1
	done
	[ -n "${HOUSE_TEST_DIR:-}" ] || rm -rf "$HOUSES"
}

setup() {
	AURORA_URL=http://127.0.0.1:$AURORA_PORT
	# What a test before this one left behind is not this one's affair.
	curl -s -o /dev/null "$AURORA_URL/users/me" || aurora up
}

# Everything that runs for a home, as "PID NAME".
processes_of() {
	local home
	home=$(readlink -f "$1")
	find /proc/[0-9]*/exe -maxdepth 0 -lname "$home/bin/*" -printf '%h %l\n' 2>/dev/null | sed 's|^/proc/||'
	grep -lsF -- "$home/" /proc/[0-9]*/cmdline 2>/dev/null | while IFS=/ read -r _ _ pid _; do
		[ "$pid" = "$$" ] || [ ! -r "/proc/$pid/exe" ] || case $(readlink "/proc/$pid/exe") in
		*/postgres | */lighttpd | */apache2) echo "$pid $(readlink "/proc/$pid/exe")" ;;
		esac
	done
}

servers_of() {
	processes_of "$1" | grep -E 'lighttpd|postgres|apache2|/bin/' | sort
}

@test "up makes a house that answers, with nothing open to others and nothing running as root" {
	local file pid
	api GET /users/me
	expect_problem 401 unauthorized
	for file in "$AURORA_HOME"/secrets/{pepper,seal,limits} "$AURORA_HOME"/keys/*.pem "$AURORA_HOME"/run/environment; do
		equal "$(stat -c %a "$file")" 600 "mode of $file"
	done
	[[ $(<"$AURORA_HOME/secrets/pepper") =~ ^[0-9a-f]{64}$ ]]
	equal "$(stat -c %a "$AURORA_HOME/pg")" 700
	equal "$(sql 'SHOW listen_addresses')" ""
	equal "$(sql 'SHOW data_checksums')" on
	equal "$(sql "SELECT datcollate FROM pg_database WHERE datname = 'aurora'")" C.UTF-8
	[ "$(processes_of "$AURORA_HOME" | wc -l)" -ge 8 ]
	while read -r pid _; do
		[ "$(stat -c %u "/proc/$pid")" != 0 ]
	done < <(processes_of "$AURORA_HOME")
}

@test "up again on a running house leaves everything as it is" {
	local before migrations
	before=$(servers_of "$AURORA_HOME")
	migrations=$(sql 'SELECT count(*), max(applied_at) FROM house.migrations')
	aurora up
	equal "$(servers_of "$AURORA_HOME")" "$before"
	equal "$(sql 'SELECT count(*), max(applied_at) FROM house.migrations')" "$migrations"
	equal "$(find "$AURORA_HOME/keys" -name '*.pem' | wc -l)" 2
}

@test "a bad parameter stops the start with its name and what is allowed, and nothing is made" {
	local out
	out=$(AURORA_HOME=$HOUSES/bad AURORA_PORT=70000 refused aurora up)
	has "$out" AURORA_PORT
	has "$out" 65535
	out=$(AURORA_HOME=$HOUSES/bad AURORA_PROT=1 refused aurora up)
	has "$out" AURORA_PROT
	[ ! -e "$HOUSES/bad" ]
	mkdir "$HOUSES/conf"
	echo 'body_limit = 1' >"$HOUSES/conf/aurora.conf"
	out=$(AURORA_HOME=$HOUSES/conf refused aurora up)
	has "$out" body_limit
	has "$out" aurora.conf
	equal "$(ls "$HOUSES/conf")" aurora.conf
}

@test "a directory with other things in it, and a path too long for a socket, are refused" {
	local out long
	mkdir "$HOUSES/other"
	touch "$HOUSES/other/thesis.tex"
	out=$(AURORA_HOME=$HOUSES/other AURORA_PORT=$PORT_B refused aurora up)
	has "$out" thesis.tex
	long=$HOUSES/$(printf 'x%.0s' {1..80})
	out=$(AURORA_HOME=$long AURORA_PORT=$PORT_B refused aurora up)
	has "$out" "107"
	out=$(AURORA_HOME="$HOUSES/a b" refused aurora up)
	has "$out" "AURORA_HOME"
	out=$(refused aurora fly)
	has "$out" "--help"
}

@test "two houses run side by side; a taken port is named; down stops the one alone" {
	local out
	out=$(AURORA_HOME=$HOUSES/b AURORA_PORT=$PORT_A refused aurora up)
	has "$out" "port $PORT_A is taken"
	[ ! -e "$HOUSES/b" ]
	AURORA_HOME=$HOUSES/b AURORA_PORT=$PORT_B AURORA_CRON=loop aurora up
	api GET /users/me
	expect_status 401
	AURORA_URL=http://127.0.0.1:$PORT_B api GET /users/me
	expect_status 401
	# The loop over cron/crontab started its programs at once.
	AURORA_HOME=$HOUSES/b wait_until 10 test -n "$(AURORA_HOME=$HOUSES/b pids index-refresh)"
	out=$(AURORA_HOME=$HOUSES/b aurora status)
	has "$out" "$PORT_B"
	has "$out" sweep
	out=$(AURORA_HOME=$HOUSES/b AURORA_PORT=$PORT_A refused aurora up)
	has "$out" "port $PORT_A is taken"
	AURORA_URL=http://127.0.0.1:$PORT_B api GET /users/me
	expect_status 401
	AURORA_HOME=$HOUSES/b aurora down
	out=$(AURORA_HOME=$HOUSES/b refused aurora mail)
	has "$out" "not running"
	equal "$(processes_of "$HOUSES/b")" ""
	api GET /users/me
	expect_status 401
	out=$(AURORA_HOME=$HOUSES/b refused aurora status)
	has "$out" stopped
	has "$(AURORA_HOME=$HOUSES/b aurora down)" "Nothing is running"
	has "$(AURORA_HOME=$HOUSES/none aurora down)" "no house"
}

@test "data outlives down and up, also when everything was killed" {
	local pid email
	register
	email=$EMAIL
	while read -r pid _; do
		kill -KILL "$pid" 2>/dev/null || true
	done < <(processes_of "$AURORA_HOME")
	for _ in {1..100}; do
		[ -n "$(processes_of "$AURORA_HOME")" ] || break
		sleep 0.05
	done
	aurora up
	TOKEN='' api POST /auth/login "{\"email\":\"$email\",\"password\":\"$PASSWORD\"}"
	expect_status 200
	aurora down
	equal "$(processes_of "$AURORA_HOME")" ""
	aurora up
	TOKEN='' api POST /auth/login "{\"email\":\"$email\",\"password\":\"$PASSWORD\"}"
	expect_status 200
}

@test "a secret that accounts need is not made anew, a signing key is" {
	local out
	register
	aurora down
	cp -p "$AURORA_HOME/secrets/pepper" "$BATS_TEST_TMPDIR/pepper"
	rm "$AURORA_HOME/secrets/pepper"
	out=$(refused aurora up)
	has "$out" "secrets/pepper is missing"
	: >"$AURORA_HOME/secrets/pepper"
	out=$(refused aurora up)
	has "$out" "secrets/pepper is missing or empty"
	cp -p "$BATS_TEST_TMPDIR/pepper" "$AURORA_HOME/secrets/pepper"
	find "$AURORA_HOME/keys" -name '*.pem' ! -name '*.pub.pem' -delete
	aurora up
	TOKEN='' api POST /auth/login "{\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\"}"
	expect_status 200
	api GET /users/me
	expect_status 200
}

@test "new programs take over without a refused request" {
	local before file asking
	mkdir -p "$HOUSES/.build/bin"
	for file in "$BUILD"/bin/*; do
		cp "$file" "$HOUSES/.build/bin/"
		printf 'x' >>"$HOUSES/.build/bin/${file##*/}" # behind the end of an ELF file nothing is read
	done
	before=$(pids thoughts)
	(
		exec 3>&-
		while [ ! -e "$HOUSES/.stop" ]; do
			curl -s -o /dev/null -w '%{http_code}\n' "$AURORA_URL/users/me"
		done >"$HOUSES/.codes"
	) &
	asking=$!
	BUILD=$HOUSES/.build aurora up
	touch "$HOUSES/.stop"
	wait "$asking"
	[ "$(wc -l <"$HOUSES/.codes")" -gt 5 ]
	equal "$(sort -u "$HOUSES/.codes")" 401 "status codes meanwhile"
	[ -z "$(comm -12 <(sort <<<"$before") <(pids thoughts | sort))" ]
	aurora up
}

@test "what was set at up is what later commands and programs see; a changed setting takes effect" {
	register
	AURORA_BODY_LIMIT=2048 aurora up
	grep -q "AURORA_BODY_LIMIT='2048'" "$AURORA_HOME/run/environment"
	api POST /api/thoughts "{\"text\":\"$(printf 'x%.0s' {1..3000})\"}"
	expect_problem 413 too_large
	has "$(env -u AURORA_PORT "$HOUSE_ROOT/scripts/aurora" status)" "127.0.0.1:$AURORA_PORT"
	echo 'body_limit = 4096' >"$AURORA_HOME/aurora.conf"
	has "$(aurora up)" "AURORA_BODY_LIMIT was set at the last up and is not any more"
	api POST /api/thoughts "{\"text\":\"$(printf 'x%.0s' {1..3000})\"}"
	expect_status 201
	rm "$AURORA_HOME/aurora.conf"
	equal "$(aurora up | grep 'was set at the last up')" ""
}

@test "lighttpd: what it refuses by itself is a problem like any other" {
	head -c 1100000 /dev/zero >"$BATS_TEST_TMPDIR/big"
	api GET /nothing/here
	expect_problem 404 not_found
	expect_header API-Version 1
	expect_header_like X-Request-Id .
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/big"
	expect_problem 413 too_large
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/big" -H 'Transfer-Encoding: chunked'
	expect_problem 413 too_large
	expect_header API-Version 1
	api GET /users/me -H "X-Long: $(printf 'x%.0s' {1..20000})"
	expect_problem 431 headers_too_large
	api BREW /users/me
	expect_problem 501 not_implemented
	raw <(printf 'NONSENSE\r\n\r\n')
	expect_problem 400 bad_request
	raw <(printf 'POST /api/thoughts HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\nConnection: close\r\n\r\n')
	expect_problem 400 bad_request
}

@test "lighttpd: a POST that says nothing of a body has none" {
	register
	local call
	for call in "/api/thoughts/$(uuid7)/restore 404" '/v1/api/search?q=x 405' '/auth/verify-email/resend 202' '/auth/logout 204' \
		'/auth/logout 401'; do
		equal "$(curl -s -o /dev/null -w '%{http_code}' -X POST -H "Authorization: Bearer $TOKEN" "$AURORA_URL${call% *}")" \
			"${call#* }" "POST $call"
	done
	local path kid
	kid=$(basename "$(find "$AURORA_HOME/keys" -name '*.pub.pem' | head -n 1)" .pub.pem)
	for path in /../secrets/pepper "/../keys/$kid.pem" /auth/../../secrets/pepper /auth/%2e%2e/%2e%2e/secrets/pepper \
		/v1/../../secrets/pepper //../secrets/pepper /../../../../../../etc/passwd /nowhere /index.html; do
		raw <(printf 'POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' "$path")
		case $status in 400 | 404 | 411) ;; *) fail "POST $path: $status" ;; esac
		equal "$(grep -cE 'PRIVATE|root:|^[0-9a-f]{64}' <<<"$body")" 0 "a file of the house in the answer to $path"
	done
}

@test "lighttpd: paths come as they were sent, under /v1 too; imports may be larger; the page is there" {
	register
	api GET /v1/users/me
	expect_status 200
	api PATCH /api/thoughts/tags/no%2Fsuch '{"name":"x"}'
	expect_problem 404 not_found
	api GET /api/thoughtsandmore
	expect_problem 404 not_found
	head -c 1100000 /dev/zero | tr '\0' ' ' >"$BATS_TEST_TMPDIR/big"
	api POST '/api/thoughts/import?dry_run=true' "@$BATS_TEST_TMPDIR/big" -H 'Content-Type: application/x-ndjson'
	[ "$status" != 413 ]
	TOKEN='' api POST /api/thoughts/import "@$BATS_TEST_TMPDIR/big" -H 'Content-Type: application/x-ndjson'
	expect_problem 413 too_large
	TOKEN='' api GET /
	expect_status 200
	expect_header Content-Type 'text/html; charset=utf-8'
	expect_header_like Content-Security-Policy "default-src 'none'"
	has "$body" "$AURORA_URL"
	equal "$(grep -cE '(src|href)="(https?:)?//' <<<"$body")" 0 "references to other hosts"
}

@test "lighttpd: when no function is there, a file answers" {
	local pid
	aurora down
	aurora up
	mv "$AURORA_HOME/bin/identity" "$AURORA_HOME/bin/identity.away"
	for pid in $(processes_of "$AURORA_HOME" | awk '/bin\/identity/ { print $1 }'); do
		kill -KILL "$pid"
	done
	wait_until 10 identity_is_away
	expect_header_like Content-Type '^application/problem\+json'
	expect_json '.code == "unavailable" or .code == "internal"'
	mv "$AURORA_HOME/bin/identity.away" "$AURORA_HOME/bin/identity"
	aurora down
	aurora up
}

identity_is_away() {
	api GET /users/me && [ "${status:0:1}" = 5 ]
}

@test "Apache serves the same functions by FastCGI" {
	local out
	aurora up --httpd=apache
	has "$(aurora status)" apache
	register
	api POST /api/thoughts '{"text":"by way of Apache #web"}'
	expect_status 201
	expect_header API-Version 1
	api GET "/v1/api/thoughts/$(json .id)"
	expect_status 200
	api GET "/api/thoughts/$(json .id)" -H "If-None-Match: $(header ETag)"
	expect_status 304
	api PATCH /api/thoughts/tags/no%2Fsuch '{"name":"x"}'
	expect_problem 404 not_found
	TOKEN='' api GET /users/me
	expect_problem 401 unauthorized
	api GET /nothing/here
	expect_problem 404 not_found
	TOKEN='' api GET /
	expect_status 200
	# mod_fcgid sends all of a body before it reads any of the answer, and neither fits into a socket.
	sql "INSERT INTO thoughts.thoughts (user_id, id, text, tsv) SELECT '$USER_ID', gen_random_uuid(), repeat('long ', 1500), ''
		FROM generate_series(1, 200)"
	head -c 900000 /dev/zero >"$BATS_TEST_TMPDIR/body"
	api GET '/api/thoughts?limit=200' "@$BATS_TEST_TMPDIR/body" -m 10
	expect_status 200
	expect_json '.items | length' 200
	# What is too large is refused, whatever its length was said to be, and nothing of it is taken for an empty body.
	local big=$BATS_TEST_TMPDIR/big chunked='Transfer-Encoding: chunked' task
	head -c 70000000 /dev/zero | tr '\0' ' ' >"$big"
	head -c 1048577 "$big" >"$big.1"
	api POST /api/tasks '{"title":"to be kept open"}'
	task=$(json .id)
	api PATCH "/api/tasks/$task/complete" "@$big.1"
	expect_problem 413 too_large
	api PATCH "/api/tasks/$task/complete" "@$big.1" -H "$chunked"
	expect_problem 413 too_large
	for out in "$big.1" "$big"; do
		api POST /api/thoughts "@$out"
		expect_problem 413 too_large
		api POST /api/thoughts "@$out" -H "$chunked"
		expect_problem 413 too_large
	done
	api POST /auth/logout "@$big.1"
	expect_problem 413 too_large
	TOKEN='' api POST /api/thoughts/import "@$big.1" -H 'Content-Type: text/csv'
	expect_problem 413 too_large
	api POST '/api/thoughts/import?dry_run=true' "@$big.1" -H 'Content-Type: text/csv'
	expect_status 422
	api POST '/v1/api/thoughts/import?dry_run=true' "@$big.1" -H 'Content-Type: text/csv' -H "$chunked"
	expect_status 422
	api POST /api/thoughts/import "@$big" -H 'Content-Type: text/csv'
	expect_problem 413 too_large
	api POST /api/thoughts/import "@$big" -H 'Content-Type: text/csv' -H "$chunked"
	expect_problem 413 too_large
	api GET "/api/tasks/$task"
	expect_json .completed false
	equal "$(header Vary)" ""
	# An answer of 200 that is about something else is no redirect.
	api POST /api/events '{"title":"weekly","start":{"local":"2027-01-04T10:00"},"recurrence":{"rrule":"FREQ=WEEKLY"}}'
	local event
	event=$(json .id)
	api PATCH "/api/events/$event?scope=following&occurrence=2027-01-11T10:00" '{"title":"later"}'
	expect_status 200
	expect_json '.title == "later"'
	expect_header Content-Location "/api/events/$(json .id)"
	[[ $(json .id) != "$event" ]] || fail "it is the old one"
	# A process of it that is stuck does not outlive it.
	kill -STOP "$(pgrep -P "$(<"$AURORA_HOME/run/apache.pid")" | tail -n 1)"
	aurora up
	has "$(aurora status)" lighttpd
	equal "$(processes_of "$AURORA_HOME" | grep apache2)" ""
}

@test "the same programs serve as plain CGI behind .htaccess" {
	local site=$HOUSES/.site port user
	port=$(house_port)
	user=$(stat -c %U "$AURORA_HOME/pg")
	mkdir -p "$site/www/cgi-bin" "$site/run"
	cp "$BUILD"/bin/{identity,thoughts,search} "$site/www/cgi-bin/"
	aurora htaccess >"$site/www/.htaccess"
	cat >"$site/apache.conf" <<END
ServerRoot "$site"
ServerName 127.0.0.1
Listen 127.0.0.1:$port
PidFile "$site/run/pid"
ErrorLog "$site/run/error.log"
Mutex "file:$site/run" default
DefaultRuntimeDir "$site/run"
$(for module in mpm_prefork authz_core cgi mime dir rewrite env; do
	echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
done)
TypesConfig /dev/null
DocumentRoot "$site/www"
<Directory "$site/www">
	AllowOverride All
	Require all granted
</Directory>
END
	[ "$(id -u)" != 0 ] || chown -R "$user:" "$site"
	as_house env -i PATH=/usr/sbin:/usr/bin:/bin apache2 -f "$site/apache.conf" -k start 3>&-
	AURORA_URL=http://127.0.0.1:$port
	wait_until 10 curl -s -o /dev/null "$AURORA_URL/users/me"
	TOKEN='' api GET /users/me
	expect_problem 401 unauthorized
	register
	api GET /v1/users/me
	expect_status 200
	expect_json .email "$EMAIL"
	api POST /api/thoughts '{"text":"by way of CGI"}'
	expect_status 201
	head -c 70000000 /dev/zero | tr '\0' ' ' >"$BATS_TEST_TMPDIR/big"
	api POST /api/thoughts/import "@$BATS_TEST_TMPDIR/big" -H 'Content-Type: text/csv'
	expect_problem 413 too_large
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/big"
	expect_problem 413 too_large
	TOKEN='' api GET /nothing
	expect_problem 404 not_found
	kill "$(<"$site/run/pid")"
	wait_until 10 test ! -e "$site/run/pid"
}

@test "a house that its user cannot reach is a link to where it can be" {
	local out real
	if [ "$(id -u)" != 0 ]; then
		# Who is not root makes houses of their own only where they can.
		out=$(AURORA_HOME=/proc/aurora/home refused aurora up)
		has "$out" "AURORA_HOME"
		return 0
	fi
	mkdir -m 700 "$HOUSES/.locked"
	out=$(AURORA_HOME=$HOUSES/.locked/home AURORA_PORT=$PORT_B aurora up)
	real=$(readlink -f "$HOUSES/.locked/home")
	has "$out" "$real"
	[[ $real == /var/lib/aurora/* ]]
	AURORA_URL=http://127.0.0.1:$PORT_B api GET /users/me
	expect_status 401
	AURORA_HOME=$HOUSES/.locked/home aurora down
	equal "$(processes_of "$real")" ""
	rm -rf "$real"
}

@test "up with another database to come: no program of before runs while it is made" {
	local tree=$HOUSES/.tree.up out
	mkdir -p "$tree/shared/http"
	cp -r "$HOUSE_ROOT"/{scripts,sql,httpd,cron} "$tree/"
	cp "$HOUSE_ROOT/shared/http/problems.def" "$tree/shared/http/"
	[[ $BUILD == /* ]] || export BUILD=$HOUSE_ROOT/$BUILD
	cat >"$tree/sql/migrations/9001_alone.sql" <<'SQL'
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_stat_activity WHERE usename IN ('identity', 'thoughts', 'journals', 'planning', 'search')) THEN
		RAISE EXCEPTION 'a program is connected';
	END IF;
END
$$;
SQL
	register
	api GET /api/tasks
	expect_status 200
	sql "SELECT 1 / count(*)::int FROM pg_stat_activity WHERE usename = 'planning'"
	# Where that fails, it says what is still to be done, and then it can be.
	cp "$tree/sql/migrations/9001_alone.sql" "$HOUSES/.alone.sql"
	echo 'SELECT 1 / 0;' >>"$tree/sql/migrations/9001_alone.sql"
	out=$(refused "$tree/scripts/aurora" up 3>&- </dev/null)
	has "$out" 'Stopping the programs'
	has "$out" 'division by zero'
	has "$out" 'The programs stay stopped'
	cp "$HOUSES/.alone.sql" "$tree/sql/migrations/9001_alone.sql"
	out=$("$tree/scripts/aurora" up 3>&- </dev/null)
	equal "$(sql "SELECT count(*) FROM house.migrations WHERE name = '9001_alone.sql'")" 1
	api GET /.well-known/jwks.json
	expect_status 200
	sql "DELETE FROM house.migrations WHERE name = '9001_alone.sql'"
	aurora up
}

@test "migrations: again and at once is nothing, a changed file is refused, a database ahead is refused" {
	local tree=$HOUSES/.tree out i
	local -a at_once=()
	mkdir -p "$tree/shared/http"
	cp -r "$HOUSE_ROOT"/{scripts,sql,httpd,cron} "$tree/"
	cp "$HOUSE_ROOT/shared/http/problems.def" "$tree/shared/http/"
	[[ $BUILD == /* ]] || export BUILD=$HOUSE_ROOT/$BUILD
	for i in 1 2 3 4; do
		"$tree/scripts/aurora" migrate >"$HOUSES/.migrate.$i" 2>&1 3>&- &
		at_once+=($!)
	done
	for i in "${at_once[@]}"; do wait "$i"; done
	echo 'CREATE TABLE thoughts.extra (id int);' >"$tree/sql/migrations/9001_extra.sql"
	has "$("$tree/scripts/aurora" migrate)" "Applied 9001_extra.sql"
	has "$("$tree/scripts/aurora" migrate)" "up to date"
	out=$(refused aurora migrate)
	has "$out" "ahead of this checkout"
	echo '-- a change' >>"$tree/sql/migrations/9001_extra.sql"
	out=$(refused "$tree/scripts/aurora" migrate)
	has "$out" "9001_extra.sql was changed"
	echo 'CREATE TABLE thoughts.half (id int); SELECT 1 / 0;' >"$tree/sql/migrations/9002_half.sql"
	sed -i '$d' "$tree/sql/migrations/9001_extra.sql"
	out=$(refused "$tree/scripts/aurora" migrate)
	has "$out" "division by zero"
	equal "$(sql "SELECT to_regclass('thoughts.half') IS NULL")" t
	sql "DROP TABLE thoughts.extra; DELETE FROM house.migrations WHERE name = '9001_extra.sql'"
	has "$(aurora migrate)" "up to date"
}

@test "the machine's cron gets the house's lines, and nobody else's are touched" {
	local out tab=$HOUSES/.crontab
	mkdir -p "$HOUSES/.path"
	cat >"$HOUSES/.path/crontab" <<END
#!/bin/sh
for last; do :; done
if [ "\$last" = -l ]; then cat $tab; else cat >$tab; fi
END
	printf '#!/bin/sh\necho 1\n' >"$HOUSES/.path/pidof"
	chmod 755 "$HOUSES/.path"/*
	echo '0 7 * * * water the plants' >"$tab"
	PATH=$HOUSES/.path:$PATH AURORA_CRON=auto aurora up
	equal "$(head -n 1 "$tab")" '0 7 * * * water the plants'
	grep -qxF "* * * * * $AURORA_HOME/bin/cron-run index-refresh --for 59s" "$tab"
	equal "$(wc -l <"$tab")" 8
	PATH=$HOUSES/.path:$PATH AURORA_CRON=auto aurora up
	equal "$(wc -l <"$tab")" 8
	has "$(PATH=$HOUSES/.path:$PATH aurora status)" "the machine's cron"
	PATH=$HOUSES/.path:$PATH aurora down
	equal "$(<"$tab")" '0 7 * * * water the plants'
	equal "$(processes_of "$AURORA_HOME")" ""
	aurora up
}

@test "an operator sees mails, accounts, keys, parameters and the bus" {
	local out kid
	register
	out=$(aurora mail --json | tail -n 1)
	equal "$(jq -r .to <<<"$out")" "$EMAIL"
	equal "$(jq -r .type <<<"$out")" EmailVerificationRequested
	has "$(aurora mail)" "$EMAIL"
	has "$(aurora user list)" "$EMAIL"
	has "$(aurora bus status)" search
	aurora bus parked
	out=$(refused aurora bus replay search 999999999)
	has "$out" "not among the parked"
	out=$(refused aurora bus drop nobody 1)
	has "$out" "no consumer"
	has "$(aurora params)" limit_register
	equal "$(aurora psql -U thoughts -At -c 'SELECT current_user')" thoughts
	has "$(aurora logs identity)" '"program":"identity"'
	has "$(aurora keys rotate)" "signed with"
	kid=$(aurora keys list | tail -n 1 | cut -d' ' -f1)
	api GET /users/me
	expect_status 200
	wait_until 10 new_key_signs "$kid"
}

new_key_signs() {
	TOKEN='' api POST /auth/login "{\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\"}" || return 1
	[ "$(json .access_token | cut -d. -f1 | tr '_-' '/+' | base64 -d 2>/dev/null | jq -r .kid)" = "$1" ]
}

@test "root trusts nothing that the house's user can write" {
	local out trap=$HOUSES/.trap
	if [ "$(id -u)" != 0 ]; then return 0; fi # there is one user only
	mkdir -m 755 "$trap"
	# Words for a shell, in what a later command reads.
	cp -p "$AURORA_HOME/run/environment" "$trap/environment"
	# shellcheck disable=SC2016
	as_house tee -a "$AURORA_HOME/run/environment" >/dev/null <<<"export AURORA_PORT='1'; touch '$trap/said'
export AURORA_X=\$(touch $trap/said)
export PATH='$trap'
export LD_PRELOAD='$trap/x.so'"
	# A program of the house.
	as_house mv "$AURORA_HOME/bin/params" "$AURORA_HOME/bin/params.away"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "$(id -u)" >>%s/ran\n' "$AURORA_HOME/run" | as_house tee "$AURORA_HOME/bin/params" >/dev/null
	as_house chmod 755 "$AURORA_HOME/bin/params"
	# Links where root's commands would write.
	touch "$trap/root"
	chmod 600 "$trap/root"
	for out in log/migrate.log run/check log/lighttpd.start run/httpd.state.new etc/lighttpd.conf.new etc/pg_ident.conf.new \
		run/environment.new bin/sweep.new run/crontab.new run/lock; do
		as_house ln -sf "$trap/root" "$AURORA_HOME/$out"
	done
	as_house rm -r "$AURORA_HOME/etc/errors"
	mkdir -m 711 "$trap/errors"
	as_house ln -s "$trap/errors" "$AURORA_HOME/etc/errors"
	aurora status
	out=$(aurora params)
	has "$out" "$AURORA_PORT"
	aurora migrate
	# A pipe in place of a file, and a server that answers with commands for psql.
	as_house rm "$AURORA_HOME/etc/crontab"
	as_house mkfifo "$AURORA_HOME/etc/crontab"
	timeout 60 "$HOUSE_ROOT/scripts/aurora" status 3>&- || [ $? != 124 ]
	as_house rm "$AURORA_HOME/etc/crontab"
	sql "CREATE SCHEMA evil; ALTER ROLE postgres SET search_path = evil, pg_catalog;
		CREATE FUNCTION evil.format(text, name, name) RETURNS text LANGUAGE sql AS \$\$ SELECT '\\! touch $trap/said' \$\$"
	refused aurora bus parked
	sql "ALTER ROLE postgres RESET search_path; DROP SCHEMA evil CASCADE"
	refused aurora up
	as_house rm "$AURORA_HOME/etc/errors"
	# A log of a server that root had started goes on.
	chown root: "$AURORA_HOME/log/lighttpd.log"
	aurora up
	aurora keys rotate
	[ ! -e "$trap/said" ]
	[ ! -e "$AURORA_HOME/run/ran" ] || ! grep -qx 0 "$AURORA_HOME/run/ran"
	equal "$(stat -c '%U %a %s' "$trap/root")" "root 600 0"
	equal "$(stat -c '%U %a' "$trap/errors")" "root 711"
	equal "$(ls "$trap/errors")" ""
	as_house rm -f "$AURORA_HOME/bin/params.away" "$AURORA_HOME/run/ran" "$AURORA_HOME/run/crontab.new" "$AURORA_HOME/run/lock"
}

@test "in a house that root has made, its user is each context but no superuser" {
	local user role
	asked() { as_house psql -XAt -h "$AURORA_HOME/run" -U "$1" -d aurora -c 'SELECT current_user'; }
	for role in identity thoughts search notifications; do
		equal "$(asked "$role")" "$role"
	done
	equal "$(sql 'SELECT current_user')" postgres
	if [ "$(id -u)" = 0 ]; then
		has "$(refused asked postgres)" 'Peer authentication failed'
		# A house from when it was one is changed by the next up.
		user=$(stat -c %U "$AURORA_HOME/pg")
		sed -i "\$a aurora $user postgres" "$AURORA_HOME/etc/pg_ident.conf"
		sql 'SELECT pg_reload_conf()' >/dev/null
		wait_until 10 asked postgres
		aurora up
		wait_until 10 refused asked postgres
	else
		equal "$(asked postgres)" postgres
	fi
}

# A call to register, said to come from an address: prints the status.
register_from() {
	curl -s -o /dev/null -w '%{http_code}\n' "$AURORA_URL/auth/register" -H "X-Forwarded-For: $1" --json \
		"{\"email\":\"proxied-$SRANDOM@example.test\",\"password\":\"correct horse battery\"}"
}

@test "behind a trusted proxy each client is one of its own; who is not trusted says nothing" {
	local server
	export AURORA_LIMIT_REGISTER=1
	refused env AURORA_TRUSTED_PROXIES='10.0.0.1, evil' "$HOUSE_ROOT/scripts/aurora" up
	for server in lighttpd apache; do
		AURORA_TRUSTED_PROXIES='127.0.0.1 10.0.0.0/8' aurora up "--httpd=$server"
		equal "$(register_from "203.0.113.${#server}")" 201 "$server: the first"
		equal "$(register_from "203.0.113.1${#server}")" 201 "$server: another client"
		equal "$(register_from "203.0.113.99, 203.0.113.1${#server}")" 429 "$server: with an address made up before it"
		equal "$(register_from "203.0.113.2${#server}, 10.1.2.3")" 201 "$server: through two proxies"
		aurora up "--httpd=$server"
		register_from 203.0.113.50 >/dev/null
		equal "$(register_from 203.0.113.51)" 429 "$server: nobody is trusted"
	done
	unset AURORA_LIMIT_REGISTER
	aurora up
}

@test "a port below 1024 is served without a root process" {
	local out pid port=1023
	if [ "$(id -u)" != 0 ]; then return 0; fi # it takes root
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port - 1)); done
	for out in apache lighttpd; do
		AURORA_PORT=$port aurora up "--httpd=$out"
		AURORA_URL=http://127.0.0.1:$port api GET /users/me
		expect_status 401
		while read -r pid _; do
			[ "$(stat -c %u "/proc/$pid")" != 0 ]
		done < <(processes_of "$AURORA_HOME")
	done
	aurora up
}

@test "a password in the parameter database is in no program's arguments" {
	local conninfo uri words=$HOUSES/.psql.words
	mkdir -p "$HOUSES/.psql"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nprintf "%%s|" "$PGPASSWORD" "$@" >>%s\necho >>%s\n' "$words" "$words" >"$HOUSES/.psql/psql"
	chmod 755 "$HOUSES/.psql/psql"
	for conninfo in "host=/nowhere password='se\\'cret word' dbname=aurora" 'postgresql://bob:se%27cret%20word@nowhere/aurora' \
		'postgresql://nowhere/aurora?password=se%27cret%20word&connect_timeout=1'; do
		echo "database = $conninfo" >"$AURORA_HOME/aurora.conf"
		PATH=$HOUSES/.psql:$PATH aurora psql -c 'SELECT 1'
	done
	rm "$AURORA_HOME/aurora.conf"
	equal "$(<"$words")" "se'cret word|-d|host=/nowhere dbname=aurora|-c|SELECT 1|
se'cret word|-d|postgresql://bob@nowhere/aurora|-c|SELECT 1|
se'cret word|-d|postgresql://nowhere/aurora?connect_timeout=1|-c|SELECT 1|"
}
